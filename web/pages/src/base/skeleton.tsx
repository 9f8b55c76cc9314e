// Keeps the place while something is on its way.
import { useWords } from "./words";
import "./skeleton.css";

export function Skeleton({ lines = 3 }: { lines?: number }) {
  const w = useWords();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{w.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="bone" />
      ))}
    </div>
  );
}
