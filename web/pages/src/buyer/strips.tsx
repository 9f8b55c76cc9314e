// Strips at the top of every page of the shop: no connection, a hold and its time, a place in line, a turn.
import { useEffect, useState } from "preact/hooks";
import { isConnected } from "../base/api";
import { clockText, kSoonMs } from "../base/countdown";
import { type Route, to } from "../base/route";
import type { Reservation } from "../base/sale";
import { useValue } from "../base/state";
import { ticketOf } from "../base/storage";
import { useLeft } from "../base/time_left";
import { number, useWords } from "../base/words";
import { expectedHolds, isLive, mine } from "./holds";
import { type Line, lines } from "./lines";
import "./strips.css";

const kMostLines = 2; // of strips for lines; the rest of the screen is for the shop

function ConnectionStrip() {
  const w = useWords();
  const isUp = useValue(isConnected);
  const [wasDown, setWasDown] = useState(false);
  useEffect(() => {
    if (!isUp) return setWasDown(true);
    const timer = setTimeout(() => setWasDown(false), 3000);
    return () => clearTimeout(timer);
  }, [isUp]);
  useEffect(() => {
    const down = () => isConnected.set(false);
    addEventListener("offline", down);
    return () => removeEventListener("offline", down);
  }, []);
  return (
    <div role="status">
      {!isUp && <p class="banner bad">{w.offline}</p>}
      {isUp && wasDown && <p class="banner good">{w.backOnline}</p>}
    </div>
  );
}

// All that is held in one strip, with the time of what ends first.
function HoldStrip({ holds }: { holds: readonly Reservation[] }) {
  const w = useWords();
  const [first] = [...holds].sort((a, b) => a.temporaryExpiresAt.localeCompare(b.temporaryExpiresAt));
  const ms = useLeft(first!.temporaryExpiresAt);
  if (ms <= 0) return null;
  const seats = holds.reduce((sum, hold) => sum + hold.seats.length, 0);
  return (
    <p class="banner hold">
      <span>{w.holdBanner(seats, clockText(ms))}</span>{" "}
      <a href={holds.length === 1 ? to.reservation(first!.reservationId) : to.reservations()}>{w.payNow}</a>
    </p>
  );
}

// On the page of the hold itself, once there is less than a minute: its clock may be above what is looked at.
function LastMinuteStrip({ hold }: { hold: Reservation }) {
  const w = useWords();
  const ms = useLeft(hold.temporaryExpiresAt);
  if (ms <= 0 || ms > kSoonMs) return null;
  return (
    <p class="banner hold over" data-testid="last-minute">
      {w.holdSoon} <span aria-hidden="true">{clockText(ms)}</span>
    </p>
  );
}

function LineStrip({ concertId, line }: { concertId: number; line: Line }) {
  const w = useWords();
  const kept = ticketOf(concertId);
  const { ticket } = line;
  const ms = useLeft(ticket?.status === "ACTIVE" ? ticket.expiresAt : null);
  const isTurn = ticket?.status === "ACTIVE";
  const what = !ticket
    ? w.loading
    : !isTurn
      ? w.stripWaiting(number(ticket.position))
      : ticket.expiresAt
        ? w.stripTurnLeft(clockText(ms))
        : w.stripTurn;
  return (
    <p class={`banner ${isTurn ? "good" : "place"}`} data-testid="line-strip">
      <span class="of" dir="auto">
        {kept?.title}
      </span>{" "}
      <span>{what}</span>{" "}
      <a href={kept?.schedule ? to.sale(concertId, kept.schedule) : to.concert(concertId)}>
        {isTurn ? w.toSeats : w.toLine}
      </a>
    </p>
  );
}

// A line that has ended shows nothing, and one that is not known yet keeps its room.
const isShown = (line: Line) =>
  line.ending === null && (line.ticket === null || line.ticket.status === "WAITING" || line.ticket.status === "ACTIVE");

export function Strips({ at }: { at: Route }) {
  const w = useWords();
  const known = useValue(mine);
  const all = useValue(lines);
  const isHere = (id: number) => at.name === "reservation" && at.reservation === id;
  const live = (known ?? []).filter(isLive);
  const elsewhere = live.filter((hold) => !isHere(hold.reservationId));
  const here = live.find((hold) => isHere(hold.reservationId));
  const expected = known === null ? expectedHolds() : [];
  const isExpected = expected.some(([id]) => !isHere(id));
  // A hold is what its turn was for: one strip says both.
  const held = new Set([...live.map((hold) => hold.concertId), ...expected.map(([, , concert]) => concert)]);
  const shown = [...all].filter(
    ([id, line]) =>
      isShown(line) &&
      !(at.name === "sale" && at.concert === id) &&
      !(line.ticket?.status !== "WAITING" && held.has(id)),
  );
  return (
    <aside class="strips" aria-label={w.news}>
      <ConnectionStrip />
      {isExpected && <p class="banner hold">{"\u00a0"}</p>}
      {elsewhere.length > 0 && <HoldStrip holds={elsewhere} />}
      {here && <LastMinuteStrip hold={here} />}
      {shown.slice(0, kMostLines).map(([id, line]) => (
        <LineStrip key={id} concertId={id} line={line} />
      ))}
    </aside>
  );
}
