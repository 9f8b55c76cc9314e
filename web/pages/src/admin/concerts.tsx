// Every concert.
import { serverClock } from "../base/clock";
import { Heading } from "../base/heading";
import { useLoaded } from "../base/loaded";
import type { Concert } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useValue } from "../base/state";
import { number } from "../base/words";
import { allConcerts, deletedTitle, type Listed } from "./api";
import { Problem } from "./problem";
import { type AdminWords, useAdminWords } from "./words";

type Bounds = Pick<Concert, "bookingOpensAt" | "bookingClosesAt"> & Partial<Concert>;

export function stateOf(concert: Bounds, w: AdminWords): [name: string, tone: string] {
  const now = serverClock.now();
  if (concert.bookingClosesAt && Date.parse(concert.bookingClosesAt) <= now) return [w.closed, ""];
  if (concert.scheduleCount === 0 && concert.lastStartsAt) return [w.over, ""];
  if (concert.bookingOpensAt && Date.parse(concert.bookingOpensAt) > now) return [w.notYet, "soon"];
  return [w.open, "good"];
}

function ConcertTable({ concerts }: { concerts: readonly Listed[] }) {
  const w = useAdminWords();
  return (
    <div class="box scroll" role="region" aria-label={w.concerts} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{w.name}</th>
            <th>{w.status}</th>
            <th class="number">{w.dates}</th>
            <th class="number">{w.free}</th>
            <th class="number">{w.waiting}</th>
            <th class="number">{w.active}</th>
          </tr>
        </thead>
        <tbody>
          {concerts.map(({ concert, queue }) => {
            const [name, tone] = stateOf(concert, w);
            return (
              <tr key={concert.id}>
                <td>
                  <a href={`#/concerts/${concert.id}`} dir="auto">
                    {concert.title}
                  </a>
                </td>
                <td>
                  <span class={`tag ${tone}`}>{name}</span>
                </td>
                <td class="number">{concert.scheduleCount}</td>
                <td class="number">{number(concert.availableSeats)}</td>
                <td class="number">{number(queue.waiting)}</td>
                <td class="number">{number(queue.active)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

export function ConcertsScreen() {
  const w = useAdminWords();
  const loaded = useLoaded("all", allConcerts);
  const deleted = useValue(deletedTitle);
  return (
    <section>
      <div class="spread">
        <Heading title={w.concerts}>{w.concerts}</Heading>
        <a class="main" href="#/concerts/new">
          {w.newConcert}
        </a>
      </div>
      <div role="status">
        {deleted && (
          <p class="note good" dir="auto">
            {w.deleted(deleted)}
          </p>
        )}
      </div>
      {loaded.error != null && <Problem error={loaded.error} onRetry={loaded.reload} />}
      {!loaded.value && loaded.error == null && <Skeleton lines={6} />}
      {loaded.value && <ConcertTable concerts={loaded.value} />}
    </section>
  );
}
