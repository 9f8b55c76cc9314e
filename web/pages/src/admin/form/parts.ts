// The dates of a plan, in as many requests as the server's limit of seats asks for.

export const kMostSeatsInRequest = 100_000;

// In their order. A date that is too large by itself is alone in its part, for the server to refuse.
export function inParts<D>(dates: readonly D[], seatsOf: (date: D) => number): D[][] {
  const parts: D[][] = [];
  let seats = 0;
  for (const date of dates) {
    seats += seatsOf(date);
    const last = parts.at(-1);
    if (last && seats <= kMostSeatsInRequest) {
      last.push(date);
    } else {
      parts.push([date]);
      seats = seatsOf(date);
    }
  }
  return parts;
}
