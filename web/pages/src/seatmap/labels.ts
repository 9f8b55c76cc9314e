// What is written beside the seats.
import type { Words } from "../base/words.en";
import type { Layout } from "./geometry";
import { kChosen, kFree, kHeld, kOwn } from "./paint";

const kLettersAUnit = 1.6;

// As much of a name as is not wider than its section.
export function shortened(name: string, width: number): string {
  const most = width * kLettersAUnit;
  return name.length > most ? `${name.slice(0, Math.ceil(most))}…` : name;
}

// The first seat of each row of the drawing that has a number.
export function rowStarts({ rowOf }: Pick<Layout, "rowOf">, rows: readonly (number | null)[]): number[] {
  const starts: number[] = [];
  for (let i = 0; i < rowOf.length; ++i) if (rowOf[i] !== rowOf[i - 1] && rows[i] !== null) starts.push(i);
  return starts;
}

export function statusName(code: number, w: Pick<Words, "free" | "held" | "sold" | "chosen" | "ownSeat">): string {
  switch (code) {
    case kFree:
      return w.free;
    case kHeld:
      return w.held;
    case kChosen:
      return w.chosen;
    case kOwn:
      return w.ownSeat;
    default:
      return w.sold;
  }
}
