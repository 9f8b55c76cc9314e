// What changes do to seats that are known already. Where a seat is never changes; its price may, and then all of the list is new.
import type { Seat } from "../base/sale";

export function withPrices(
  seats: readonly Seat[],
  index: ReadonlyMap<number, number>, // of seat ids
  changed: readonly Seat[],
): readonly Seat[] {
  let next: Seat[] | null = null;
  for (const seat of changed) {
    const at = index.get(seat.id);
    if (at === undefined || (next ?? seats)[at]!.price === seat.price) continue;
    next ??= seats.slice();
    next[at] = { ...next[at]!, price: seat.price };
  }
  return next ?? seats;
}

// What the seats of `which` cost together.
export const sumOf = (seats: readonly Seat[], which: readonly number[]) =>
  which.reduce((sum, i) => sum + seats[i]!.price, 0);
