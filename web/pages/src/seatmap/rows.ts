// The seats of a hall by section and row, as indices: what the list shows.
import type { Seat } from "../base/sale";
import { kChosen, kFree } from "./paint";

export const kAtOnce = 100; // buttons; a longer row is shown in parts

export interface SectionSummary {
  name: string | null;
  free: number; // chosen ones count
  least: number; // price
  most: number;
}

// In the order of the server.
export function summariesOf(seats: readonly Seat[], codes: Uint8Array): SectionSummary[] {
  const found = new Map<string | null, SectionSummary>();
  seats.forEach(({ section, price }, i) => {
    const known = found.get(section) ?? { name: section, free: 0, least: price, most: price };
    if (codes[i] === kFree || codes[i] === kChosen) known.free += 1;
    known.least = Math.min(known.least, price);
    known.most = Math.max(known.most, price);
    found.set(section, known);
  });
  return [...found.values()];
}

export const seatsOfSection = (seats: readonly Seat[], section: string | null): number[] =>
  seats.map((_, i) => i).filter((i) => seats[i]!.section === section);

export const seatsOfRow = (seats: readonly Seat[], inSection: readonly number[], row: number | null): number[] =>
  inSection.filter((i) => seats[i]!.row === row);

// The part of the row in which a seat is; the first for a seat of another row.
export const pageOf = (inRow: readonly number[], seat: number): number =>
  Math.max(0, Math.floor(inRow.indexOf(seat) / kAtOnce));
