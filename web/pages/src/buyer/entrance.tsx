// A date for a buyer who is not in line: how the last place or turn ended, and how to get in.

import { to } from "../base/route";
import { type Concert, type Rules, rules, type Schedule } from "../base/sale";
import { useValue } from "../base/state";
import { useLeft } from "../base/time_left";
import { number, useWords, words } from "../base/words";
import type { Ending } from "./ending";
import { mine, seatsOf, ticketFor } from "./holds";
import { minutesOf } from "./waiting";
import "./entrance.css";

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

export function Ended({ ending }: { ending: Ending }) {
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

// A buyer who is not in line sees the own ticket, gets in line, or reads why there is neither.
export function Entrance(props: { concert: Concert; schedule: Schedule; isBusy: boolean; onJoin: () => void }) {
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
