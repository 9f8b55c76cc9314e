// Where the points of a curve lie: 100 wide and kHeight high, the newest value at the right edge.
export const kPoints = 150; // five minutes
const kShort = 30; // a minute fills the width
export const kHeight = 40;
const kRoom = 2; // above the highest point, and below zero so that it can be seen

// "x yLx y…" of values between 0 and `most`, oldest first.
export function lineOf(values: readonly number[], most: number): string {
  const step = 100 / (Math.max(kShort, values.length) - 1);
  const first = 100 - (values.length - 1) * step;
  return values
    .map((value, i) => {
      const height = most > 0 ? (value / most) * (kHeight - 2 * kRoom) : 0;
      return `${(first + i * step).toFixed(2)} ${(kHeight - kRoom - height).toFixed(2)}`;
    })
    .join("L");
}

export function areaOf(values: readonly number[], most: number): string {
  const line = lineOf(values, most);
  return `M${line.slice(0, line.indexOf(" "))} ${kHeight}L${line}L100 ${kHeight}Z`;
}
