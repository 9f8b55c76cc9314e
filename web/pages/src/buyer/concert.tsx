// One concert and its dates.
import { Heading } from "../base/heading";
import { useLoaded, useReturn } from "../base/loaded";
import { useSoldOutWatch } from "../base/polling";
import { Poster } from "../base/poster";
import { Problem } from "../base/problem";
import { to } from "../base/route";
import { type Concert, concertOf, type Schedule, schedulesOf } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useValue } from "../base/state";
import { useLeft } from "../base/time_left";
import { day, number, ownTime, useWords } from "../base/words";
import { SaleState } from "./concerts";
import { mine, ticketFor } from "./holds";
import "./concert.css";

function DateRow({ concert, schedule, isClosed }: { concert: Concert; schedule: Schedule; isClosed: boolean }) {
  const w = useWords();
  useValue(mine);
  const when = day(schedule.startsAt, concert.timeZone);
  const own = ownTime(schedule.startsAt, concert.timeZone);
  const ticket = ticketFor(schedule.id);
  const part = schedule.availableSeats / schedule.totalSeats;
  // Neither a line nor seats are to be had here. With a ticket there is that to see.
  const leadsOn = ticket !== undefined || (!isClosed && schedule.availableSeats > 0);
  const body = (
    <>
      <span class="leaf" aria-hidden="true">
        <b>{when.day}</b>
        <span>{when.month}</span>
      </span>
      <span class="grow">
        <span class="strong">
          {when.weekday} {when.time}
        </span>
        <span class="small">
          {when.year} · {when.zone}
          {own && <span class="own-time"> {own}</span>}
        </span>
        <span class="small">
          {ticket
            ? w.haveTickets(ticket.seats.length)
            : isClosed
              ? w.saleEnded
              : schedule.availableSeats > 0
                ? w.seatsLeft(number(schedule.availableSeats))
                : w.soldOut}
        </span>
        <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect class="bar-all" width="100" height="4" />
          <rect class="bar-part" width={part * 100} height="4" />
        </svg>
      </span>
      {leadsOn && (
        <span class="go">
          <span class="unseen">{ticket ? w.showTicket : w.toSeats}</span>
          <span aria-hidden="true">›</span>
        </span>
      )}
    </>
  );
  return (
    <li>
      {leadsOn ? (
        <a class="date" href={to.sale(concert.id, schedule.id)}>
          {body}
        </a>
      ) : (
        <div class="date">{body}</div>
      )}
    </li>
  );
}

export function ConcertHead({ concert }: { concert: Concert }) {
  return (
    <div class="concert-head">
      <Poster seed={concert.id} />
      <div>
        <Heading title={concert.title}>{concert.title}</Heading>
        <p dir="auto">{[concert.artist, concert.venue].filter(Boolean).join(" · ")}</p>
        <SaleState concert={concert} />
      </div>
    </div>
  );
}

export function ConcertScreen({ id }: { id: number }) {
  const w = useWords();
  const concert = useLoaded(`concert ${id}`, () => concertOf(id));
  const schedules = useLoaded(`dates ${id}`, () => schedulesOf(id));
  const closesIn = useLeft(concert.value?.bookingClosesAt ?? null);
  const isClosed = concert.value?.nextStartsAt === null || (concert.value?.bookingClosesAt != null && closesIn <= 0);
  const error = concert.error ?? schedules.error;
  const reload = () => {
    concert.reload();
    schedules.reload();
  };
  useReturn(reload);
  const isSoldOut = schedules.value?.some((each) => each.availableSeats === 0) ?? false;
  useSoldOutWatch(isSoldOut, async () => schedules.put(await schedulesOf(id)));
  return (
    <section class="concert-screen">
      <a class="back" href={to.concerts()}>
        ‹ {w.back}
      </a>
      {error != null && <Problem error={error} onRetry={reload} />}
      {concert.value ? <ConcertHead concert={concert.value} /> : error == null && <Skeleton lines={3} />}
      {concert.value && (
        <div class="choose-date">
          <h2>{w.chooseDate}</h2>
          {schedules.value?.length === 0 && <p class="note">{w.saleClosed}</p>}
          {schedules.value ? (
            <ul class="dates">
              {schedules.value.map((schedule) => (
                <DateRow key={schedule.id} concert={concert.value!} schedule={schedule} isClosed={isClosed} />
              ))}
            </ul>
          ) : (
            error == null && <Skeleton lines={4} />
          )}
        </div>
      )}
    </section>
  );
}
