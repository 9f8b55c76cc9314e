// What operators did: the newest first, further back on request, and all of it as a file.
import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { clockTime } from "../base/words";
import { allDeeds, type Deed, deedsAfter } from "./accounts";
import { deviceZone } from "./form/venue_time";
import { Problem } from "./problem";
import { dataName, deedName } from "./server_text";
import { useAdminWords } from "./words";

const kPage = 50;
const kTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, each]) => `${dataName(name)} ${valueText(each)}`)
      .join(", ");
  return kTime.test(String(value)) ? clockTime(String(value)) : String(value);
}

// What it was and what it is.
function changesOf({ changes }: Deed): string[] {
  return Object.entries(changes).flatMap(([name, change]) =>
    Array.isArray(change)
      ? change.map((line) => `${dataName(name)}: ${valueText(line)}`)
      : [`${dataName(name)} ${valueText(change.from)} → ${valueText(change.to)}`],
  );
}

function aboutWhat(deed: Deed, of: (thing: string, id: number) => string): string {
  const things: [string, number | null][] = [
    ["concertId", deed.concertId],
    ["scheduleId", deed.scheduleId],
    ["reservationId", deed.what === "reservation.cancelled" ? deed.subjectId : null],
    ["userId", deed.what === "ticket.removed" ? deed.subjectId : null],
  ];
  return things.flatMap(([name, id]) => (id === null ? [] : [of(dataName(name), id)])).join(" · ");
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "deeds.jsonl";
  link.click();
  URL.revokeObjectURL(url);
}

export function DeedsScreen() {
  const w = useAdminWords();
  const [deeds, setDeeds] = useState<Deed[]>([]);
  const [end, setEnd] = useState<{ id: number; hash: string } | null>(null);
  const doing = useDoing();
  // The page before the oldest one shown; the newest at first.
  const look = () =>
    doing.run(async () => {
      const oldest = deeds[0]?.id ?? (await deedsAfter(0, 1)).end.id + 1;
      const after = Math.max(0, oldest - 1 - kPage);
      const page = await deedsAfter(after, oldest - 1 - after || 1);
      setEnd((was) => was ?? page.end);
      setDeeds((was) => [...page.deeds, ...was]);
    });
  useEffect(look, []);
  return (
    <section>
      <Heading title={w.deeds}>{w.deeds}</Heading>
      <p>{w.deedsIntro(deviceZone())}</p>
      {end && end.id > 0 && (
        <p class="small">
          {w.deedsEnd(end.id)} <code class="wide">{end.hash}</code>
        </p>
      )}
      <button
        type="button"
        class="start-self"
        disabled={doing.isDoing}
        onClick={() => doing.run(async () => save(await allDeeds()))}
      >
        {w.exportDeeds}
      </button>
      {doing.error != null && <Problem error={doing.error} />}
      {end?.id === 0 && <p>{w.noDeeds}</p>}
      {deeds.length > 0 && (
        <div class="box scroll" role="region" aria-label={w.deeds} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th class="number">#</th>
                <th>{w.when}</th>
                <th>{w.whoDid}</th>
                <th>{w.what}</th>
                <th>{w.details}</th>
              </tr>
            </thead>
            <tbody>
              {[...deeds].reverse().map((deed) => (
                <tr key={deed.id}>
                  <td class="number">{deed.id}</td>
                  <td class="one-line">{clockTime(deed.at)}</td>
                  <td dir="auto">
                    {deed.operatorName}
                    {deed.address && <p class="small">{deed.address}</p>}
                  </td>
                  <td>
                    {deedName(deed.what)}
                    <p class="small">{aboutWhat(deed, (thing, id) => `${thing} ${id}`)}</p>
                  </td>
                  <td class="small wide" dir="auto">
                    {changesOf(deed).join(" · ")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(deeds[0]?.id ?? 1) > 1 && (
        <button type="button" class="start-self" disabled={doing.isDoing} onClick={look}>
          {w.earlierDeeds}
        </button>
      )}
    </section>
  );
}
