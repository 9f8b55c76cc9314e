// Changes of the sale that a buyer who chooses seats must hear of: they are said, not only shown.
import { useEffect, useRef } from "preact/hooks";
import { announce } from "../../base/announce";
import type { Concert, Schedule, Seat } from "../../base/sale";
import { useLeft } from "../../base/time_left";
import { money, venueTime, words } from "../../base/words";
import type { Notices } from "./notices";
import { sumOf } from "./seat_choice";

// Prices that change under a choice.
export function usePriceNews(seats: readonly Seat[], chosen: readonly number[], notices: Notices): void {
  const before = useRef(seats);
  useEffect(() => {
    const was = before.current;
    before.current = seats;
    if (was.length !== seats.length || !chosen.some((i) => was[i]!.price !== seats[i]!.price)) return;
    const now = money(sumOf(seats, chosen));
    notices.say({ kind: "repriced", total: now });
    announce(words().priceChanged(now));
  }, [seats]);
}

// A date that moves. Returns when it is now.
export function useDateNews(concert: Concert, schedule: Schedule, moved: string | null, notices: Notices): string {
  const when = moved ?? schedule.startsAt;
  const shown = useRef(schedule.startsAt);
  useEffect(() => {
    if (when === shown.current) return;
    shown.current = when;
    const text = venueTime(when, concert.timeZone);
    notices.say({ kind: "moved", when: text });
    announce(words().dateMoved(text));
  }, [when]);
  return when;
}

// A sale that ends, `closesAt` as the last changes said; undefined: they have not said it yet. Returns whether it has ended.
export function useStopNews(concert: Concert, closesAt: string | null | undefined): boolean {
  const closes = closesAt === undefined ? concert.bookingClosesAt : closesAt;
  const isStopped = useLeft(closes) <= 0 && closes !== null;
  useEffect(() => {
    if (isStopped) announce(words().saleStopped);
  }, [isStopped]);
  return isStopped;
}
