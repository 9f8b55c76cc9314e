// One thing at a time: a click while it runs is no second click.
import { useRef, useState } from "preact/hooks";

export function useDoing(): {
  isDoing: boolean;
  error: unknown;
  run: (what: () => Promise<void>) => void;
  clear: () => void;
} {
  const [isDoing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const busy = useRef(false);
  const run = (what: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    setDoing(true);
    setError(null);
    what()
      .catch(setError)
      .finally(() => {
        busy.current = false;
        setDoing(false);
      });
  };
  return { isDoing, error, run, clear: () => setError(null) };
}
