// Rules of choosing seats, without a screen. Seats are indices of the hall; `isFree` is asked about the hall as it is now.
import type { Layout } from "../../seatmap/geometry";
import { middleOf, nearestFree } from "../../seatmap/nearest";
import { kChosen, kFree, kOwn } from "../../seatmap/paint";

type IsFree = (index: number) => boolean;

// What the seats of `which` cost together.
export const sumOf = (seats: readonly { price: number }[], which: readonly number[]) =>
  which.reduce((sum, i) => sum + seats[i]!.price, 0);

// How each seat is shown: as it stands in the hall, but one's own and those that are chosen.
export function shownCodes(
  seats: readonly { id: number }[],
  statuses: Uint8Array,
  own: ReadonlySet<number>, // seat ids
  chosen: readonly number[],
): Uint8Array {
  const codes = statuses.slice();
  if (own.size > 0) for (let i = 0; i < seats.length; ++i) if (own.has(seats[i]!.id)) codes[i] = kOwn;
  for (const i of chosen) if (codes[i] === kFree) codes[i] = kChosen;
  return codes;
}

// The choice after a click. Where one seat is the limit, another one takes its place.
export function toggled(
  chosen: readonly number[],
  seat: number,
  isFree: IsFree,
  limit: number,
): readonly number[] | "full" {
  if (chosen.includes(seat)) return chosen.filter((each) => each !== seat);
  if (!isFree(seat)) return chosen;
  if (chosen.length < limit) return [...chosen, seat];
  return limit === 1 && chosen.length === 1 ? [seat] : "full";
}

// The seats of the ids that were chosen before a reload, and the one that was looked at last; -1: none.
export function remembered(seats: readonly { id: number }[], kept: { chosen: readonly number[]; at: number | null }) {
  const indexOf = (id: number | null) => seats.findIndex((seat) => seat.id === id);
  return { chosen: kept.chosen.map(indexOf).filter((i) => i >= 0), at: indexOf(kept.at) };
}

// As many free seats near the lost ones as were lost.
export function offerFor(layout: Layout, lost: readonly number[], kept: readonly number[], isFree: IsFree): number[] {
  const { x, y } = middleOf(layout, lost);
  const mayOffer = (i: number) => isFree(i) && !kept.includes(i) && !lost.includes(i);
  return nearestFree(layout, mayOffer, lost.length, x, y);
}

export function bestSeats(layout: Layout, count: number, isFree: IsFree): number[] {
  const { x, y } = middleOf(layout, []);
  return nearestFree(layout, isFree, count, x, y);
}
