// From the line to the seats of one date.
import { useEffect } from "preact/hooks";
import { notFound, patiently, Refused } from "../base/api";
import { Heading, Problem, useDoing, useLeft, useLoaded, useReturn, Waiting } from "../base/parts";
import { Poller } from "../base/poll";
import { to } from "../base/route";
import { type Concert, concertOf, type Rules, rules, type Schedule, schedulesOf } from "../base/sale";
import { useValue } from "../base/state";
import { ticketOf } from "../base/storage";
import { When } from "../base/when";
import { number, useWords, words } from "../base/words";
import { ConcertHead } from "./concert";
import type { Ending } from "./ending";
import { mine, seatsOf, ticketFor } from "./holds";
import { askAgain, getInLine, leaveLine, lines, look } from "./lines";
import { SeatsScreen } from "./seats";
import { minutesOf, Waitingroom } from "./waiting";

const kWatchMs = 10_000; // a date that is sold out is asked for again so often

function sayEnding(ending: Ending, at: Rules): [string, string] {
  const w = words();
  switch (ending) {
    case "paid":
      return [w.turnDone, w.turnDoneMore];
    case "left":
      return [w.leftElsewhere, w.leftElsewhereMore];
    case "idle":
      return [w.turnOver, w.turnIdle(minutesOf(at.idleSeconds))];
    case "missed":
      return [w.turnOver, w.turnMissed(minutesOf(at.returnSeconds))];
    case "time":
    case "unknown":
      return [w.turnOver, w.turnTime(minutesOf(at.activeSeconds))];
  }
}

function Ended({ ending }: { ending: Ending }) {
  const [what, more] = sayEnding(ending, useValue(rules));
  return (
    <div class="note" role="status" data-ending={ending}>
      <p>
        <strong>{what}</strong>
      </p>
      <p>{more}</p>
    </div>
  );
}

// What there is to do at this date for a buyer who is not in its line: see one's ticket, get in line, or learn that neither is to be had.
function Entrance(props: { concert: Concert; schedule: Schedule; isBusy: boolean; onJoin: () => void }) {
  const w = useWords();
  const { concert, schedule } = props;
  useValue(mine);
  const limit = useValue(rules).maxSeatsPerUser;
  const endsIn = useLeft(schedule.salesEndAt ?? null);
  const closesIn = useLeft(concert.bookingClosesAt);
  const own = ticketFor(schedule.id);
  const isOver = (schedule.salesEndAt && endsIn <= 0) || (concert.bookingClosesAt && closesIn <= 0);
  const isSoldOut = schedule.availableSeats === 0;
  const isFull = seatsOf(concert.id) >= limit;
  return (
    <div class="start">
      {own && (
        <div class="note good" data-testid="own-ticket">
          <p>
            <strong>{w.haveTickets(own.seats.length)}</strong>
          </p>
          <a class="main" href={to.reservation(own.reservationId)}>
            {w.showTicket}
          </a>
        </div>
      )}
      {isOver ? (
        <p class="note">{w.saleClosed}</p>
      ) : isSoldOut ? (
        <p class="note" role="status">
          <strong>{w.soldOut}.</strong> {w.soldOutMore}
        </p>
      ) : isFull ? (
        <p class="small">{w.noneLeftForYou}</p>
      ) : (
        <>
          <p>{w.joinIntro}</p>
          <button type="button" class={own ? "" : "main"} disabled={props.isBusy} onClick={props.onJoin}>
            {own ? w.buyMore : w.getInLine}
          </button>
          <p class="small">{w.seatsLeft(number(schedule.availableSeats))}</p>
        </>
      )}
    </div>
  );
}

export function SaleScreen({ concertId, scheduleId }: { concertId: number; scheduleId: number }) {
  const w = useWords();
  const concert = useLoaded(`concert ${concertId}`, () => concertOf(concertId));
  const dates = useLoaded(`dates ${concertId}/${scheduleId}`, () => datesWith(concertId, scheduleId));
  const line = useValue(lines).get(concertId);
  useValue(mine);
  const doing = useDoing();
  useEffect(() => look(concertId), [concertId]);
  const schedule = dates.value?.find((each) => each.id === scheduleId);
  const title = concert.value?.title ?? w.loading;
  const join = () => doing.run(() => getInLine(concertId, { title: concert.value!.title, schedule: scheduleId }));
  const reload = () => {
    concert.reload();
    dates.reload();
  };
  useReturn(reload);
  const status = line?.ticket?.status;
  // How it stands with the sale may be why a turn has ended.
  useEffect(() => {
    if (line?.ending) reload();
  }, [line?.ending]);
  const isSoldOut = schedule?.availableSeats === 0 && status !== "ACTIVE";
  useEffect(() => {
    if (!isSoldOut) return;
    const poller = new Poller(async () => {
      dates.put(await datesWith(concertId, scheduleId));
      return { nextMs: kWatchMs * (1 + 0.3 * Math.random()) };
    });
    poller.start(kWatchMs);
    return () => poller.stop();
  }, [isSoldOut]);
  const problem = concert.error ?? dates.error;
  if (status === "ACTIVE" && schedule && concert.value)
    return (
      <SeatsScreen
        concert={concert.value}
        schedule={schedule}
        ticket={line!.ticket!}
        onOver={() => askAgain(concertId)}
      />
    );
  // All of it at once: what comes one after the other would push down what is read already.
  const isKnown =
    line === undefined ? !ticketOf(concertId) : line.ticket !== null || line.ending !== null || line.error;
  const isReady = concert.value !== null && dates.value !== null && isKnown;
  return (
    <section class="narrow">
      <a class="back" href={to.concert(concertId)}>
        ‹ {w.backToDates}
      </a>
      {problem != null && <Problem error={problem} onRetry={reload} />}
      {!isReady && problem == null && <Waiting lines={8} />}
      {isReady && <ConcertHead concert={concert.value!} />}
      {isReady && schedule && (
        <p class="when">
          <When iso={schedule.startsAt} zone={concert.value!.timeZone} />
        </p>
      )}
      {line?.error != null && line.ticket === null && <Problem error={line.error} />}
      {isReady && status === "WAITING" && (
        <Waitingroom
          concert={concert.value!}
          ticket={line!.ticket!}
          isStale={line!.error instanceof Refused}
          isBusy={doing.isDoing}
          onLeave={() => doing.run(() => leaveLine(concertId))}
        />
      )}
      {line?.ending && !(line.ending === "paid" && ticketFor(scheduleId)) && <Ended ending={line.ending} />}
      {doing.error != null && <Problem error={doing.error} onRetry={join} />}
      {isReady && schedule && status !== "WAITING" && !(line?.error && line.ticket === null) && (
        <Entrance concert={concert.value!} schedule={schedule} isBusy={doing.isDoing} onJoin={join} />
      )}
      {!isReady && problem != null && <Heading title={title}>{concert.value?.title ?? w.notThere}</Heading>}
    </section>
  );
}

const datesWith = (concertId: number, scheduleId: number) =>
  patiently(async () => {
    const dates = await schedulesOf(concertId, true);
    if (!dates.some((each) => each.id === scheduleId)) throw notFound("SCHEDULE_NOT_FOUND");
    return dates;
  });
