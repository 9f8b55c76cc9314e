// One concert and its dates.
import { Heading, Poster, Problem, useLeft, useLoaded, useReturn, Waiting } from "../base/parts";
import { to } from "../base/route";
import { type Concert, concertOf, type Schedule, schedulesOf } from "../base/sale";
import { day, number, useWords } from "../base/words";
import { SaleState } from "./concerts";

function DateRow({ concert, schedule, isClosed }: { concert: Concert; schedule: Schedule; isClosed: boolean }) {
  const w = useWords();
  const when = day(schedule.startsAt);
  const part = schedule.availableSeats / schedule.totalSeats;
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
          {schedule.availableSeats > 0 ? w.seatsLeft(number(schedule.availableSeats)) : w.soldOut}
        </span>
        <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect class="bar-all" width="100" height="4" />
          <rect class="bar-part" width={part * 100} height="4" />
        </svg>
      </span>
      {!isClosed && (
        <span class="go">
          <span class="unseen">{w.toSeats}</span>
          <span aria-hidden="true">›</span>
        </span>
      )}
    </>
  );
  return (
    <li>
      {isClosed ? (
        <div class="date">{body}</div>
      ) : (
        <a class="date" href={to.sale(concert.id, schedule.id)}>
          {body}
        </a>
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
  const isClosed = concert.value?.bookingClosesAt != null && closesIn <= 0;
  const error = concert.error ?? schedules.error;
  const reload = () => {
    concert.reload();
    schedules.reload();
  };
  useReturn(reload);
  return (
    <section class="concert-screen">
      <a class="back" href={to.concerts()}>
        ‹ {w.back}
      </a>
      {error != null && <Problem error={error} onRetry={reload} />}
      {concert.value ? <ConcertHead concert={concert.value} /> : error == null && <Waiting lines={3} />}
      {concert.value && (
        <div class="choose-date">
          <h2>{w.chooseDate}</h2>
          {schedules.value ? (
            <ul class="dates">
              {schedules.value.map((schedule) => (
                <DateRow key={schedule.id} concert={concert.value!} schedule={schedule} isClosed={isClosed} />
              ))}
            </ul>
          ) : (
            error == null && <Waiting lines={4} />
          )}
        </div>
      )}
    </section>
  );
}
