// Which seats of a date were chosen, and where the buyer was: both survive a reload, for as long as the tab lives.
import { tab, userId } from "../../base/storage";

interface Kept {
  chosen: number[]; // seat ids
  at: number | null; // the seat that was looked at last
}

const keyOf = (schedule: number) => `frontrow.choice.${userId.get()}.${schedule}`;
const isId = (value: unknown): value is number => Number.isSafeInteger(value);

export function keptChoice(schedule: number): Kept {
  try {
    const kept = JSON.parse(tab.read(keyOf(schedule)) ?? "{}") as Partial<Kept>;
    return { chosen: (kept.chosen ?? []).filter(isId), at: isId(kept.at) ? kept.at : null };
  } catch {
    return { chosen: [], at: null };
  }
}

export function keepChoice(schedule: number, kept: Kept): void {
  const isNothing = kept.chosen.length === 0 && kept.at === null;
  tab.write(keyOf(schedule), isNothing ? null : JSON.stringify(kept));
}
