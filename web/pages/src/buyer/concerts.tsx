// What is on sale.
import { useState } from "preact/hooks";
import { clockText } from "../base/countdown";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { useLoaded, useReturn } from "../base/loaded";
import { Poster } from "../base/poster";
import { Problem } from "../base/problem";
import { to } from "../base/route";
import { type Concert, concertsPage } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useLeft } from "../base/time_left";
import { number, useWords, venueDate, venueTime } from "../base/words";
import "./concerts.css";

const kSoonMs = 3_600_000; // the last hour is counted down

export function SaleState({ concert }: { concert: Concert }) {
  const w = useWords();
  const untilOpen = useLeft(concert.bookingOpensAt);
  const untilClose = useLeft(concert.bookingClosesAt);
  const isOver = concert.nextStartsAt === null || (concert.bookingClosesAt && untilClose <= 0);
  if (isOver) return <span class="tag">{w.saleClosed}</span>;
  if (untilOpen > 0)
    return (
      <span class="tag soon">
        {untilOpen < kSoonMs
          ? w.opensIn(clockText(untilOpen))
          : w.opensAt(venueTime(concert.bookingOpensAt!, concert.timeZone))}
      </span>
    );
  if (concert.availableSeats === 0) return <span class="tag">{w.soldOut}</span>;
  return <span class="tag good">{w.seatsLeft(number(concert.availableSeats))}</span>;
}

// From the next date to the last, as the venue writes them.
function datesOf({ nextStartsAt, lastStartsAt, timeZone }: Concert): string | null {
  if (!nextStartsAt) return null;
  const first = venueDate(nextStartsAt, timeZone);
  const last = lastStartsAt ? venueDate(lastStartsAt, timeZone) : first;
  return first === last ? first : `${first} – ${last}`;
}

function Card({ concert }: { concert: Concert }) {
  const w = useWords();
  return (
    <li class="card">
      <Poster seed={concert.id} />
      <div class="card-text">
        <h2>
          <a href={to.concert(concert.id)} dir="auto">
            {concert.title}
          </a>
        </h2>
        <p dir="auto">{[concert.artist, concert.venue].filter(Boolean).join(" · ") || "\u00a0"}</p>
        <p>{datesOf(concert) ?? "\u00a0"}</p>
        <p class="spread">
          <SaleState concert={concert} /> <span class="small">{w.dates(concert.scheduleCount)}</span>
        </p>
      </div>
    </li>
  );
}

export function ConcertsScreen() {
  const w = useWords();
  const first = useLoaded("concerts", () => concertsPage(null));
  useReturn(first.reload);
  const [rest, setRest] = useState<{ concerts: Concert[]; nextCursor: string | null } | null>(null);
  const more = useDoing();
  const concerts = [...(first.value?.concerts ?? []), ...(rest?.concerts ?? [])];
  const cursor = (rest ?? first.value)?.nextCursor ?? null;
  const loadMore = async () => {
    const page = await concertsPage(cursor);
    setRest({ concerts: [...(rest?.concerts ?? []), ...page.concerts], nextCursor: page.nextCursor });
  };
  return (
    <section>
      <Heading title={w.concerts}>{w.concerts}</Heading>
      {first.error != null && <Problem error={first.error} onRetry={first.reload} />}
      {!first.value && first.error == null && (
        <ul class="cards" aria-busy="true">
          {[1, 2, 3].map((i) => (
            <li key={i} class="card">
              <div class="poster bone" />
              <div class="card-text">
                <Skeleton lines={3} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {first.value && concerts.length === 0 && (
        <div class="empty">
          <p>{w.noConcerts}</p>
          <p class="small">{w.noConcertsNext}</p>
        </div>
      )}
      {concerts.length > 0 && (
        <ul class="cards">
          {concerts.map((concert) => (
            <Card key={concert.id} concert={concert} />
          ))}
        </ul>
      )}
      {more.error != null && <Problem error={more.error} />}
      {cursor && (
        <button type="button" class="quiet" disabled={more.isDoing} onClick={() => more.run(loadMore)}>
          {w.more}
        </button>
      )}
    </section>
  );
}
