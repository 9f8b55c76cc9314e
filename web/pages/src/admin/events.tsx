// The event log, following the sale.
import { useMemo, useState } from "preact/hooks";
import { Refused } from "../base/api";
import { Heading } from "../base/heading";
import { usePolling } from "../base/polling";
import { clockTime } from "../base/words";
import { counters, eventsAfter, type Happened } from "./api";
import { deviceZone } from "./form/venue_time";
import { Problem } from "./problem";
import { dataName, eventName } from "./server_text";
import { useAdminWords } from "./words";

const kKept = 200;
const kEveryMs = 2000;
const kPage = 100;

const kTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const valueText = (value: unknown) => (kTime.test(String(value)) ? clockTime(String(value)) : String(value));

// Plain values, and for changes what was and what is.
function detailsOf({ data }: Happened): string[] {
  const isPlain = (value: unknown) => ["number", "string", "boolean"].includes(typeof value);
  const plain = Object.entries(data)
    .filter(([, value]) => isPlain(value))
    .map(([name, value]) => `${dataName(name)} ${valueText(value)}`);
  const changes = Object.entries((data.changes ?? {}) as Record<string, { from?: unknown; to?: unknown }>).map(
    ([name, { from, to }]) =>
      isPlain(from) || isPlain(to)
        ? `${dataName(name)} ${valueText(from ?? "–")} → ${valueText(to ?? "–")}`
        : dataName(name),
  );
  return [...plain, ...changes];
}

// The newest events, the oldest of them first. `from` null: from a page before the newest on.
function useEvents() {
  const [events, setEvents] = useState<Happened[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [from, setFrom] = useState<number | null>(null);
  const cursor = useMemo((): { after: number | null } => ({ after: null }), [from]); // an answer that comes late moves its own only
  usePolling(from, async () => {
    try {
      cursor.after ??= from ?? Math.max(0, (await counters()).lastEventId - kPage);
      const page = await eventsAfter(cursor.after);
      cursor.after = page.lastId;
      if (page.events.length > 0) setEvents((was) => [...was, ...page.events].slice(-kKept));
      setError(null);
      return { nextMs: page.events.length === kPage ? 200 : kEveryMs };
    } catch (failed) {
      // What was asked for is deleted: the list goes on with what is kept.
      if (failed instanceof Refused && failed.problem.oldestId) cursor.after = failed.problem.oldestId - 1;
      setError(failed);
      throw failed;
    }
  });
  const startAt = (id: number) => {
    setEvents([]);
    setFrom(id);
  };
  return { events, error, startAt };
}

function EventTable({ events }: { events: readonly Happened[] }) {
  const w = useAdminWords();
  return (
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
              <td class="one-line" title={event.type}>
                {eventName(event.type)}
              </td>
              <td class="small wide">{detailsOf(event).join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function EventsScreen() {
  const w = useAdminWords();
  const { events, error, startAt } = useEvents();
  return (
    <section>
      <Heading title={w.events}>{w.events}</Heading>
      <div class="spread">
        <p class="small">{w.follow(deviceZone())}</p>
        <label>
          {w.from}{" "}
          <input
            type="number"
            min={0}
            onChange={(event) => startAt(Math.max(0, Math.floor(Number(event.currentTarget.value))))}
          />
        </label>
      </div>
      {error != null && <Problem error={error} />}
      <EventTable events={events} />
    </section>
  );
}
