// A refusal as an operator reads it, with the fields it is about, brought into view.
import { useEffect, useRef } from "preact/hooks";
import { Refused } from "../base/api";
import { stepAfter } from "../base/next_step";
import { codeOf, sayRefusal } from "../base/problem";
import { useWords } from "../base/words";
import { fieldName, reasonText } from "./server_text";
import { useAdminWords } from "./words";

export function Problem({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const w = useWords();
  const own = useAdminWords().refusals;
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [error]);
  const code = codeOf(error);
  const [say, next] = own[code] ?? sayRefusal(error);
  const fields = error instanceof Refused ? (error.problem.errors ?? []) : [];
  const trace = error instanceof Refused && code === "UNKNOWN" ? error.problem.traceId : "";
  return (
    <div class="note bad" role="alert" data-code={code} ref={shown}>
      <p>
        <strong>{say}</strong> {next}
      </p>
      {fields.length > 0 && (
        <ul>
          {fields.map(({ field, reason }) => (
            <li key={`${field} ${reason}`}>
              {fieldName(field)}: {reasonText(reason)}
            </li>
          ))}
        </ul>
      )}
      {trace && <p class="small">{w.trace(trace)}</p>}
      {stepAfter(code) === "retry" && onRetry && (
        <button type="button" onClick={onRetry}>
          {w.retry}
        </button>
      )}
      {stepAfter(code) === "reload" && (
        <button type="button" onClick={() => location.reload()}>
          {w.reload}
        </button>
      )}
    </div>
  );
}
