// The event log, following the sale.
import { useEffect, useRef, useState } from "preact/hooks";
import { Heading, Problem } from "../base/parts";
import { Poller } from "../base/poll";
import { clockTime } from "../base/words";
import { eventsAfter, type Happened, metricsText } from "./api";
import { readMetrics, total } from "./metrics";
import { useAdminWords } from "./words";

const kKept = 200;
const kEveryMs = 2000;
const kPage = 100;

export function EventsScreen() {
  const w = useAdminWords();
  const [events, setEvents] = useState<Happened[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [from, setFrom] = useState<number | null>(null);
  const after = useRef(0);
  useEffect(() => {
    let isFirst = true;
    const poller = new Poller(async () => {
      try {
        if (isFirst)
          after.current = from ?? Math.max(0, total(readMetrics(await metricsText()), "events_last_id") - kPage);
        isFirst = false;
        const page = await eventsAfter(after.current);
        after.current = page.lastId;
        if (page.events.length > 0) setEvents((was) => [...was, ...page.events].slice(-kKept));
        setError(null);
        return { nextMs: page.events.length === kPage ? 200 : kEveryMs };
      } catch (failed) {
        setError(failed);
        throw failed;
      }
    });
    poller.start();
    return () => poller.stop();
  }, [from]);
  return (
    <section>
      <Heading title={w.events}>{w.events}</Heading>
      <div class="spread">
        <p class="small">{w.follow}</p>
        <label>
          {w.from}{" "}
          <input
            type="number"
            min={0}
            onChange={(event) => {
              setEvents([]);
              setFrom(Math.max(0, Math.floor(Number(event.currentTarget.value))));
            }}
          />
        </label>
      </div>
      {error != null && <Problem error={error} />}
      <div class="box scroll" role="region" aria-label={w.events} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th class="number">#</th>
              <th>{w.when}</th>
              <th>{w.what}</th>
              <th>{w.details}</th>
            </tr>
          </thead>
          <tbody>
            {[...events].reverse().map((event) => (
              <tr key={event.id}>
                <td class="number">{event.id}</td>
                <td class="one-line">{clockTime(event.occurredAt)}</td>
                <td class="one-line">{event.type}</td>
                <td class="small wide">
                  {Object.entries(event.data)
                    .filter(([, value]) => typeof value === "number" || typeof value === "string")
                    .map(([name, value]) => `${name} ${value}`)
                    .join(" · ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
