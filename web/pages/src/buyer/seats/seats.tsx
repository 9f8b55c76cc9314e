// Choosing seats. A choice is shown at once and asked for with one button; when somebody was faster, free seats nearby are offered.

import { useDoing } from "../../base/doing";
import { Heading } from "../../base/heading";
import { Problem } from "../../base/problem";
import { to } from "../../base/route";
import { type Concert, type Schedule, seatChanges, seatMap, type Ticket } from "../../base/sale";
import { When } from "../../base/when";
import { money, seatName, useWords } from "../../base/words";
import { statusName } from "../../seatmap/labels";
import { useHall, useSeats } from "../../seatmap/seat_state";
import { Basket } from "./basket";
import { useChoice, useLimit } from "./choosing";
import { Dock } from "./dock";
import { holdChosen } from "./holding";
import { useNotices } from "./notices";
import { useDateNews, usePriceNews, useStopNews } from "./sale_news";
import { TurnLeft } from "./seat_tools";
import { SeatsView } from "./seats_view";
import "./seats.css";

function Head(props: { concert: Concert; when: string; expiresAt: string | null }) {
  const w = useWords();
  const { id, title, timeZone } = props.concert;
  return (
    <>
      <a class="back" href={to.concert(id)}>
        ‹ {w.backToDates}
      </a>
      <div>
        <Heading title={title}>{title}</Heading>
        <div class="spread">
          <p class="when">
            <When iso={props.when} zone={timeZone} />
          </p>
          <TurnLeft expiresAt={props.expiresAt} />
        </div>
      </div>
    </>
  );
}

export function SeatsScreen(props: { concert: Concert; schedule: Schedule; ticket: Ticket; onOver: () => void }) {
  const w = useWords();
  const { concert, schedule, ticket, onOver } = props;
  const { token, expiresAt } = ticket;
  const source = {
    all: () => seatMap(concert.id, schedule.id, token),
    since: (version: number) => seatChanges(concert.id, schedule.id, version, token),
  };
  const state = useSeats(token, source, onOver);
  const { seats, statuses, error } = state;
  const hall = useHall(seats);
  const [limit, learnLimit] = useLimit(concert.id);
  const notices = useNotices();
  const doing = useDoing();
  const isHolding = doing.isDoing;
  const choice = useChoice({
    scheduleId: schedule.id,
    seats,
    statuses,
    layout: hall.layout,
    limit,
    isHolding,
    notices,
  });
  usePriceNews(seats, choice.chosen, notices);
  const when = useDateNews(concert, schedule, state.startsAt, notices);
  const isStopped = useStopNews(concert, state.closesAt);
  const asked = { concertId: concert.id, scheduleId: schedule.id, ticket: token };
  const hold = () => holdChosen({ ...asked, state, choice, notices, doing, learnLimit, onOver });
  const nameOf = (i: number) =>
    `${seatName(seats[i]!)} · ${money(seats[i]!.price)} · ${statusName(choice.codes[i]!, w)}`;
  return (
    <section class="seats-screen">
      <Head concert={concert} when={when} expiresAt={expiresAt} />
      {error != null && <Problem error={error} onRetry={state.again} />}
      <div class="hall">
        <SeatsView state={state} hall={hall} choice={choice} limit={limit} nameOf={nameOf} isHolding={isHolding} />
        <div class="side">
          <Basket
            seats={seats}
            classOf={hall.classOf}
            choice={choice}
            limit={limit}
            isHidden={seats.length === 0 && error == null}
            isDisabled={isHolding}
          />
          <Dock
            expiresAt={expiresAt}
            state={state}
            choice={choice}
            notices={notices}
            nameOf={nameOf}
            isStopped={isStopped}
            isHolding={isHolding}
            onHold={hold}
          />
        </div>
      </div>
    </section>
  );
}
