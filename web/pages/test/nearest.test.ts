import { describe, expect, it } from "vitest";
import { layOut } from "../src/seatmap/geometry";
import { middleOf, nearestFree } from "../src/seatmap/nearest";

const hall = (rows: number, perRow: number) =>
  layOut(
    Array.from({ length: rows * perRow }, (_, i) => ({
      section: "A",
      row: Math.floor(i / perRow) + 1,
      number: (i % perRow) + 1,
    })),
  );

describe("the nearest free seats", () => {
  const layout = hall(6, 10);
  const near = (taken: number[], count: number, at: number) =>
    nearestFree(layout, (i) => !taken.includes(i), count, layout.x[at]!, layout.y[at]!);

  it("are beside the one that was lost", () => {
    expect([24, 26]).toContain(near([25], 1, 25)[0]);
  });
  it("are together when that is possible", () => {
    const found = near([22, 23, 24, 25, 26], 3, 24).sort((a, b) => a - b);
    expect(found[2]! - found[0]!).toBe(2);
    expect(layout.rowOf[found[0]!]).toBe(layout.rowOf[found[2]!]);
  });
  it("are single ones when no two are together", () => {
    const odd = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 2 === 0);
    expect(near(odd, 2, 25)).toHaveLength(2);
  });
  it("are as many as there are", () => {
    expect(nearestFree(layout, (i) => i === 3, 4, 0, 0)).toEqual([3]);
    expect(nearestFree(layout, () => false, 2, 0, 0)).toEqual([]);
  });
  it("do not run on from one row into the next", () => {
    const found = nearestFree(layout, (i) => i === 9 || i === 10, 2, layout.x[9]!, layout.y[9]!);
    expect(found.sort((a, b) => a - b)).toEqual([9, 10]); // the only two, but not a run
    expect(layout.rowOf[9]).not.toBe(layout.rowOf[10]);
  });
  it("start in the middle when there is nothing to be near to", () => {
    const { x } = middleOf(layout, []);
    expect(x).toBeCloseTo(layout.width / 2);
  });
});
