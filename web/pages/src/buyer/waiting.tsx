// The waiting room: where I stand, how long it may take, and that nothing is lost by leaving the page.
import { useEffect } from "preact/hooks";
import { ConfirmButton } from "../base/confirm_button";
import { clockText } from "../base/countdown";
import { useInView } from "../base/in_view";
import { type Concert, rules, type Ticket } from "../base/sale";
import { useValue } from "../base/state";
import { ticketOf } from "../base/storage";
import { useLeft } from "../base/time_left";
import { titleScreen } from "../base/title";
import { number, useWords, waitText, words } from "../base/words";
import { AlarmChoices } from "./alarm_choices";
import "./waiting.css";

// A setting in seconds, as people say it.
export const minutesOf = (seconds: number) => Math.round(seconds / 6) / 10;

// How far along: the part of the people who were ahead at the start and are not ahead any more.
export function progressOf(firstPosition: number, position: number): number {
  if (firstPosition <= 1) return 1;
  return Math.min(1, Math.max(0, (firstPosition - position) / (firstPosition - 1)));
}

function waitOf(ticket: Ticket, untilOpen: number): string {
  const w = words();
  if (untilOpen > 0) return clockText(untilOpen);
  if (ticket.availableSeats === 0) return w.waitForSeats;
  return ticket.position <= 1 ? w.waitCalled : waitText(ticket.estimatedWait);
}

function Place({ concert, ticket, untilOpen }: { concert: Concert; ticket: Ticket; untilOpen: number }) {
  const w = useWords();
  const ahead = Math.max(0, ticket.position - 1);
  const progress = progressOf(ticketOf(concert.id)?.firstPosition ?? ticket.position, ticket.position);
  const isOpen = untilOpen <= 0;
  return (
    <>
      <p class="position">
        <span class="small">{w.yourPosition}</span>
        <b>{number(ticket.position)}</b>
        <span>{ahead === 0 ? w.nobodyAhead : w.ahead(number(ahead))}</span>
      </p>
      <div class="progress">
        <progress max={1} value={isOpen ? progress : 0} aria-label={w.progress} />
        <span class="small">{isOpen ? w.progress : w.notYetOpen}</span>
      </div>
      <dl class="facts">
        <div>
          <dt>{isOpen ? w.estimatedWait : w.waitNotYet}</dt>
          <dd>{waitOf(ticket, untilOpen)}</dd>
        </div>
      </dl>
    </>
  );
}

export function WaitingRoom(props: {
  concert: Concert;
  ticket: Ticket;
  isStale: boolean; // the last poll brought no answer
  isBusy: boolean;
  onLeave: () => void;
}) {
  const w = useWords();
  const { ticket, concert } = props;
  const untilOpen = useLeft(concert.bookingOpensAt);
  const { activeSeconds, idleSeconds, returnSeconds } = useValue(rules);
  useEffect(() => titleScreen(concert.title), [concert.title]);
  const stale = useInView<HTMLParagraphElement>(props.isStale);
  return (
    <div class="waiting" data-position={ticket.position}>
      <h2>{w.waitingTitle}</h2>
      <Place concert={concert} ticket={ticket} untilOpen={untilOpen} />
      <div role="status">
        {props.isStale && (
          <p class="note soon" ref={stale}>
            {w.lineUnreachable}
          </p>
        )}
        {ticket.availableSeats === 0 && (
          <p class="note" data-testid="no-seats">
            <strong>{w.noSeats}</strong> {w.noSeatsMore}
          </p>
        )}
      </div>
      <div class="note good">
        <p>
          <strong>{w.placeSafe}</strong> {w.placeKept(minutesOf(returnSeconds))}
        </p>
        <p class="small">{w.turnRules(minutesOf(activeSeconds), minutesOf(idleSeconds))}</p>
      </div>
      <div class="spread">
        <AlarmChoices />
        <ConfirmButton
          label={w.leaveLine}
          question={w.leaveSure}
          yes={w.leaveYes}
          no={w.stay}
          disabled={props.isBusy}
          onYes={props.onLeave}
        />
      </div>
    </div>
  );
}
