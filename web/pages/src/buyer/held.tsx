// A reservation that is held: how long it lasts, and the way to pay it.
import { useEffect } from "preact/hooks";
import { announce } from "../base/announce";
import { clockText, kSoonMs, phaseOf } from "../base/countdown";
import { Heading } from "../base/heading";
import type { Reservation } from "../base/sale";
import { useLeft } from "../base/time_left";
import { titleScreen } from "../base/title";
import { useWords } from "../base/words";
import { Paying } from "./paying";
import type { Show } from "./show";
import { Reserved } from "./ticket";
import "./held.css";

function Countdown({ expiresAt }: { expiresAt: string }) {
  const w = useWords();
  const ms = useLeft(expiresAt);
  const phase = phaseOf(ms);
  const clock = clockText(ms);
  useEffect(() => {
    if (phase === "soon") announce(w.holdSoon);
  }, [phase]);
  useEffect(() => titleScreen(`${clock} · ${w.holdTitle}`, true), [clock, w]); // seen in the tab while looking elsewhere
  return (
    <div class={`countdown ${phase}`}>
      <span class="small">{w.holdLeft}</span>
      <b role="timer" aria-live="off">
        {clock}
      </b>
      <p class="small">
        {ms <= kSoonMs && <strong>{w.holdSoon} </strong>}
        {w.holdAtZero}
      </p>
    </div>
  );
}

export function Held(props: {
  reservation: Reservation;
  show: Show | undefined;
  onChanged: (status?: Reservation["status"]) => Promise<void>;
  onOver: () => Promise<void>;
}) {
  const w = useWords();
  const { reservation } = props;
  const isOver = useLeft(reservation.temporaryExpiresAt) <= 0;
  useEffect(() => {
    if (isOver) void props.onOver();
  }, [isOver]);
  return (
    <>
      <Heading title={w.holdTitle}>{w.holdTitle}</Heading>
      <Countdown expiresAt={reservation.temporaryExpiresAt} />
      <div class="ticket">
        <Reserved {...props} />
        <Paying reservation={reservation} onChanged={props.onChanged} />
      </div>
    </>
  );
}
