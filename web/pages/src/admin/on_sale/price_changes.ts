// What a price list would do, from the answers to its parts.
import type { PriceChange } from "../api";

// The changes of all parts of a large request, those of one kind together.
export function joined(parts: readonly PriceChange[][]): PriceChange[] {
  const found = new Map<string, PriceChange>();
  for (const change of parts.flat()) {
    const key = `${change.section} ${change.from} ${change.to}`;
    const known = found.get(key);
    if (!known) found.set(key, { ...change });
    else {
      known.seats += change.seats;
      known.held += change.held;
      known.sold += change.sold;
    }
  }
  return [...found.values()];
}
