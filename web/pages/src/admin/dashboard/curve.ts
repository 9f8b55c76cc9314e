// Where the points of a curve lie: 100 wide and kHeight high, now at the right edge. A time without points is a gap, not a line across it.
export const kHeight = 40;
const kShortMs = 60_000; // a minute fills the width until there is more
const kGapMs = 10_000;
const kRoom = 2; // above the highest point, and below zero so that it can be seen

export interface Axis {
  times: readonly number[]; // of the values, oldest first
}

// How much time the width shows.
export const spanOf = ({ times }: Axis): number => Math.max(kShortMs, times.length > 0 ? times.at(-1)! - times[0]! : 0);

const xOf = (axis: Axis, i: number) => 100 - ((axis.times.at(-1)! - axis.times[i]!) / spanOf(axis)) * 100;
const yOf = (value: number, most: number) =>
  kHeight - kRoom - (most > 0 ? Math.min(1, value / most) * (kHeight - 2 * kRoom) : 0);

// Stretches without a gap, as indices [from, to).
export function stretches({ times }: Axis): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = 0;
  for (let i = 1; i <= times.length; ++i)
    if (i === times.length || times[i]! - times[i - 1]! > kGapMs) {
      found.push([from, i]);
      from = i;
    }
  return times.length === 0 ? [] : found;
}

function path(axis: Axis, values: readonly number[], most: number, from: number, to: number): string {
  const points: string[] = [];
  for (let i = from; i < to; ++i) points.push(`${xOf(axis, i).toFixed(2)} ${yOf(values[i]!, most).toFixed(2)}`);
  return points.join("L");
}

// "Mx yLx y…" of values between 0 and `most`.
export const lineOf = (axis: Axis, values: readonly number[], most: number): string =>
  stretches(axis)
    .map(([from, to]) => `M${path(axis, values, most, from, to)}`)
    .join("");

export const areaOf = (axis: Axis, values: readonly number[], most: number): string =>
  stretches(axis)
    .map(([from, to]) => {
      const [left, right] = [xOf(axis, from).toFixed(2), xOf(axis, to - 1).toFixed(2)];
      return `M${left} ${kHeight}L${path(axis, values, most, from, to)}L${right} ${kHeight}Z`;
    })
    .join("");
