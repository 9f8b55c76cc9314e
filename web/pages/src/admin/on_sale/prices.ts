// From what an operator types to the seats meant: "1-3, 5" are four rows. An empty field means all of them.
import type { Seat } from "../../base/sale";
import type { PriceLine } from "../api";

const kMost = 1000; // the server takes no more
export const kSeatsAtOnce = 10_000;

// The seats that forms of one date are about.
export interface OfSeats {
  concertId: number;
  scheduleId: number;
  seats: readonly Seat[];
}

// Null when it is no list of numbers.
export function readNumbers(text: string): number[] | null {
  const numbers: number[] = [];
  for (const part of text.split(/[,;]/).map((each) => each.trim())) {
    if (part === "") continue;
    const [, first, last] = part.match(/^(\d{1,6})(?:\s*[-–~]\s*(\d{1,6}))?$/) ?? [];
    if (first === undefined) return null;
    const [from, to] = [Number(first), Number(last ?? first)];
    if (from < 1 || to < from || to - from >= kMost) return null;
    for (let number = from; number <= to; ++number) numbers.push(number);
  }
  return numbers.length <= kMost ? numbers : null;
}

export interface PriceDraft {
  section: string; // empty: all
  rows: string;
  seats: string;
  price: string;
}

export const emptyPrices = (): PriceDraft => ({ section: "", rows: "", seats: "", price: "" });

// The one seat, to be corrected.
export const draftOf = (seat: Seat): PriceDraft => ({
  section: seat.section ?? "",
  rows: seat.row === null ? "" : String(seat.row),
  seats: String(seat.number),
  price: String(seat.price),
});

// Or the field that cannot be read.
export function priceLine(draft: PriceDraft): PriceLine | { bad: "rows" | "seats" } {
  const rows = readNumbers(draft.rows);
  const numbers = readNumbers(draft.seats);
  if (!rows) return { bad: "rows" };
  if (!numbers) return { bad: "seats" };
  return {
    ...(draft.section ? { section: draft.section } : {}),
    ...(rows.length > 0 ? { rows } : {}),
    ...(numbers.length > 0 ? { numbers } : {}),
    price: Number(draft.price),
  };
}

// As the server reads the line.
export function seatsMeant(seats: readonly Seat[], line: PriceLine): number[] {
  const [rows, numbers] = [new Set(line.rows), new Set(line.numbers)];
  return seats
    .filter(
      (seat) =>
        (line.section === undefined || seat.section === line.section) &&
        (rows.size === 0 || rows.has(seat.row ?? 0)) &&
        (numbers.size === 0 || numbers.has(seat.number)),
    )
    .map((seat) => seat.id);
}

// What is sent one after the other: a line, or its seats in parts when it means more than the server prices at once.
export function requestsOf(seats: readonly Seat[], line: PriceLine): PriceLine[] {
  const meant = seatsMeant(seats, line);
  if (meant.length <= kSeatsAtOnce) return [line];
  const parts: PriceLine[] = [];
  for (let at = 0; at < meant.length; at += kSeatsAtOnce)
    parts.push({ seatIds: meant.slice(at, at + kSeatsAtOnce), price: line.price });
  return parts;
}

// In the order of the hall, each once; none when seats have no sections.
export const sectionsOf = (seats: readonly Seat[]): string[] => [
  ...new Set(seats.map((seat) => seat.section).filter((section) => section !== null)),
];
