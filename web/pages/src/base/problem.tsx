// A refusal in words, with the next step to click.
import { Offline, Refused } from "./api";
import { useInView } from "./in_view";
import { stepAfter } from "./next_step";
import { to } from "./route";
import { useWords, words } from "./words";

export function codeOf(error: unknown): string {
  if (error instanceof Refused) return error.code;
  return error instanceof Offline ? "OFFLINE" : "UNKNOWN";
}

export function sayRefusal(error: unknown): [say: string, next: string] {
  const { refusals } = words();
  return refusals[codeOf(error)] ?? refusals.UNKNOWN!;
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const w = useWords();
  const [say, next] = sayRefusal(error);
  const trace = error instanceof Refused && codeOf(error) === "UNKNOWN" ? error.problem.traceId : "";
  const shown = useInView<HTMLDivElement>(error);
  return (
    <div class="note bad" role="alert" data-code={codeOf(error)} ref={shown}>
      <p>
        <strong>{say}</strong> {next}
      </p>
      {trace && <p class="small">{w.trace(trace)}</p>}
      <NextStep code={codeOf(error)} onRetry={onRetry} />
    </div>
  );
}

function NextStep({ code, onRetry }: { code: string; onRetry: (() => void) | undefined }) {
  const w = useWords();
  const step = stepAfter(code);
  // The operator's page has other places to go to.
  const isBuyer = !location.pathname.startsWith("/admin");
  if (step === "retry" && onRetry)
    return (
      <button type="button" class="quiet" onClick={onRetry}>
        {w.retry}
      </button>
    );
  if (step === "reload")
    return (
      <button type="button" class="quiet" onClick={() => location.reload()}>
        {w.reload}
      </button>
    );
  if (step === "concerts" && isBuyer) return <a href={to.concerts()}>{w.back}</a>;
  if (step === "mine" && isBuyer) return <a href={to.reservations()}>{w.mine}</a>;
  return null;
}
