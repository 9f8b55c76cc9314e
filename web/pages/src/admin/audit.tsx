// The audit as a button.
import { useState } from "preact/hooks";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { number } from "../base/words";
import { type AuditLine, audit } from "./api";
import { Problem } from "./problem";
import { exampleText, ruleText } from "./server_text";
import { useAdminWords } from "./words";

export function AuditScreen() {
  const w = useAdminWords();
  const [result, setResult] = useState<{ holds: boolean; rules: AuditLine[] } | null>(null);
  const doing = useDoing();
  const run = () =>
    doing.run(async () => {
      setResult(null);
      setResult(await audit());
    });
  return (
    <section>
      <Heading title={w.audit}>{w.audit}</Heading>
      <p>{w.auditIntro}</p>
      <button type="button" class="main start-self" disabled={doing.isDoing} onClick={run}>
        {doing.isDoing ? w.running : w.runAudit}
      </button>
      {doing.error != null && <Problem error={doing.error} onRetry={run} />}
      <div role="status">
        {result && <p class={`note ${result.holds ? "good" : "bad"}`}>{result.holds ? w.holdsAll : w.broken}</p>}
      </div>
      {result && (
        <div class="box scroll" role="region" aria-label={w.audit} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{w.rule}</th>
                <th>{w.what}</th>
                <th class="number">{w.checked}</th>
                <th class="number">{w.brokenCount}</th>
              </tr>
            </thead>
            <tbody>
              {result.rules.map((line) => (
                <tr key={`${line.rule} ${line.what}`}>
                  <td>{line.rule}</td>
                  <td>
                    {ruleText(line.what)}
                    {line.example && <p class="bad-text">{exampleText(line.example)}</p>}
                  </td>
                  <td class="number">{number(line.checked)}</td>
                  <td class={`number ${line.broken > 0 ? "bad-text" : ""}`}>{number(line.broken)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
