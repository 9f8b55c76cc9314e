// The waiting room: where I stand, how long it may take, and that nothing is lost by leaving the page.
import { useEffect, useState } from "preact/hooks";
import { clockText } from "../base/countdown";
import { Sure, useInView, useLeft } from "../base/parts";
import { type Concert, rules, type Ticket } from "../base/sale";
import { useValue } from "../base/state";
import { ticketOf } from "../base/storage";
import { titleScreen } from "../base/title";
import { number, useWords, waitText, words } from "../base/words";
import { hasNotice, hasSound, mayNotify, wishNotice, wishSound } from "./alarm";

function AlarmChoices() {
  const w = useWords();
  const isLoud = useValue(hasSound);
  const isNoticed = useValue(hasNotice);
  const [isRefused, refuse] = useState(false);
  return (
    <div class="alarms">
      <label class="check">
        <input type="checkbox" checked={isLoud} onChange={(event) => wishSound(event.currentTarget.checked)} />{" "}
        {w.sound}
      </label>
      {(mayNotify() || isRefused) && (
        <label class="check">
          <input
            type="checkbox"
            checked={isNoticed}
            onChange={async (event) => {
              const box = event.currentTarget;
              const isWished = box.checked;
              const isOn = await wishNotice(isWished, w.noticeTitle, w.noticeBody);
              box.checked = isOn;
              refuse(isWished && !isOn);
            }}
          />{" "}
          {w.notice}
        </label>
      )}
      <p role="status" class="small">
        {isRefused ? w.noNotice : ""}
      </p>
    </div>
  );
}

// Of a setting in seconds, as people say it.
export const minutesOf = (seconds: number) => Math.round(seconds / 6) / 10;

// How far along: of the people ahead when joining, how many are not ahead any more.
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

export function Waitingroom(props: {
  concert: Concert;
  ticket: Ticket;
  isStale: boolean; // the last poll brought no answer
  isBusy: boolean;
  onLeave: () => void;
}) {
  const w = useWords();
  const { ticket, concert } = props;
  const untilOpen = useLeft(concert.bookingOpensAt);
  const ahead = Math.max(0, ticket.position - 1);
  const progress = progressOf(ticketOf(concert.id)?.firstPosition ?? ticket.position, ticket.position);
  const { activeSeconds, idleSeconds, returnSeconds } = useValue(rules);
  useEffect(() => titleScreen(concert.title), [concert.title]);
  const stale = useInView<HTMLParagraphElement>(props.isStale);
  return (
    <div class="waiting" data-position={ticket.position}>
      <h2>{w.waitingTitle}</h2>
      <p class="position">
        <span class="small">{w.yourPosition}</span>
        <b>{number(ticket.position)}</b>
        <span>{ahead === 0 ? w.nobodyAhead : w.ahead(number(ahead))}</span>
      </p>
      <div class="progress">
        <progress max={1} value={untilOpen > 0 ? 0 : progress} aria-label={w.progress} />
        <span class="small">{untilOpen > 0 ? w.notYetOpen : w.progress}</span>
      </div>
      <dl class="facts">
        <div>
          <dt>{untilOpen > 0 ? w.waitNotYet : w.estimatedWait}</dt>
          <dd>{waitOf(ticket, untilOpen)}</dd>
        </div>
      </dl>
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
        <Sure
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
