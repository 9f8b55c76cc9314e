// The seats a buyer has chosen of one date: clicked or found by the page, kept over a reload, taken out when others have them.
import { useEffect, useMemo, useState } from "preact/hooks";
import { announce } from "../../base/announce";
import { rules, type Seat } from "../../base/sale";
import { useValue } from "../../base/state";
import { seatName, words } from "../../base/words";
import type { Layout } from "../../seatmap/geometry";
import { kFree, kOwn } from "../../seatmap/paint";
import { mine, ownSeats, seatsOf } from "../holds";
import { keepChoice, keptChoice } from "./kept_choice";
import type { Notices } from "./notices";
import { bestSeats, offerFor, remembered, shownCodes, toggled } from "./seat_choice";

export const namesOf = (seats: readonly Seat[], which: readonly number[]) =>
  which.map((i) => seatName(seats[i]!)).join(", ");

// How many seats may be chosen at once; what the server says about it counts until the buyer's reservations have changed.
export function useLimit(concertId: number): [limit: number, learn: (left: number) => void] {
  const reservations = useValue(mine);
  const { maxSeatsPerHold, maxSeatsPerUser } = useValue(rules);
  const [told, learn] = useState<number | null>(null);
  useEffect(() => learn(null), [reservations]); // another hold, or one given back
  return [Math.min(maxSeatsPerHold, told ?? Math.max(0, maxSeatsPerUser - seatsOf(concertId))), learn];
}

interface Hall {
  scheduleId: number;
  seats: readonly Seat[];
  statuses: Uint8Array;
  layout: Layout;
  limit: number;
  isHolding: boolean; // the choice stands still while it is asked for
  notices: Notices;
}

export type Choice = ReturnType<typeof useChoice>;

// The choice itself: what was chosen before a reload is chosen again, and what is not free any more is taken out.
function useChosen({ scheduleId, seats, statuses, layout, limit, isHolding, notices }: Hall) {
  const reservations = useValue(mine);
  const [chosen, choose] = useState<readonly number[]>([]);
  const [pointed, point] = useState(-1); // the seat that was touched last
  const [isRestored, setRestored] = useState(false);
  const codes = useMemo(
    () => shownCodes(seats, statuses, ownSeats(scheduleId), chosen),
    [statuses, chosen, reservations],
  );
  const isFree = (i: number) => statuses[i] === kFree;
  const sayLost = (lost: readonly number[], kept: readonly number[]) => {
    const names = namesOf(seats, lost);
    notices.say({ kind: "faster", lost: names, offer: offerFor(layout, lost, kept, isFree) });
    announce(words().taken(names));
  };
  const restore = () => {
    setRestored(true);
    const was = remembered(seats, keptChoice(scheduleId));
    point(was.at);
    const kept = was.chosen.filter(isFree);
    choose(kept.slice(0, limit));
    const lost = was.chosen.filter((i) => !isFree(i) && codes[i] !== kOwn);
    if (lost.length > 0) sayLost(lost, kept);
  };
  useEffect(() => {
    if (seats.length === 0) return;
    if (!isRestored) return restore();
    keepChoice(scheduleId, { chosen: chosen.map((i) => seats[i]!.id), at: seats[pointed]?.id ?? null });
  }, [seats, chosen, pointed]);
  // Somebody was faster before the buyer asked for the seat.
  useEffect(() => {
    const lost = chosen.filter((i) => !isFree(i));
    if (lost.length === 0 || isHolding) return;
    const kept = chosen.filter(isFree);
    choose(kept);
    if (lost.some((i) => codes[i] !== kOwn)) sayLost(lost, kept);
  }, [statuses]);
  return { chosen, choose, pointed, point, codes, isFree, isRestored, sayLost };
}

export function useChoice(hall: Hall) {
  const { seats, layout, limit, isHolding, notices } = hall;
  const { choose, isFree, sayLost, ...shown } = useChosen(hall);
  const { chosen, codes, point } = shown;
  const toggle = (seat: number) => {
    point(seat);
    if (isHolding) return;
    notices.unsay("faster", "repriced", "refusedPrice", "full", "problem");
    const next = toggled(chosen, seat, (i) => codes[i] === kFree, limit);
    if (next !== "full") return choose(next);
    notices.say({ kind: "full", limit });
    announce(words().limitReached(limit));
  };
  const pick = (count: number) => {
    notices.unsay("faster", "full", "problem");
    point(-1);
    choose(bestSeats(layout, count, isFree));
  };
  const take = (offer: readonly number[]) => {
    choose([...chosen, ...offer].slice(0, limit));
    notices.unsay("faster");
  };
  // The server has refused these of the chosen seats.
  const lose = (ids: readonly number[]) => {
    const lost = chosen.filter((i) => ids.includes(seats[i]!.id));
    const kept = chosen.filter((i) => !lost.includes(i));
    choose(kept);
    sayLost(lost, kept);
  };
  return { ...shown, toggle, pick, take, lose };
}
