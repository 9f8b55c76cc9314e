import { describe, expect, it } from "vitest";
import {
  fit,
  keepInside,
  layOut,
  middleOf,
  nearestFree,
  neighbour,
  type PlacedSeat,
  SeatGrid,
  zoom,
} from "../src/seatmap/geometry";

function block(section: string | null, rows: number, perRow: number): PlacedSeat[] {
  return Array.from({ length: rows * perRow }, (_, i) => ({
    section,
    row: Math.floor(i / perRow) + 1,
    number: (i % perRow) + 1,
  }));
}

const plain = (count: number): PlacedSeat[] =>
  Array.from({ length: count }, (_, i) => ({ section: null, row: null, number: i + 1 }));

const halls: [string, PlacedSeat[]][] = [
  ["fifty seats without rows", plain(50)],
  ["one seat", plain(1)],
  [
    "a hall of four sections",
    [...block("Floor", 12, 24), ...block("Left", 10, 10), ...block("Right", 10, 10), ...block("Balcony", 6, 40)],
  ],
  ["one long row", block("Row", 1, 300)],
  ["forty small boxes", Array.from({ length: 40 }, (_, i) => block(`Box ${i}`, 2, 3)).flat()],
  ["fifty thousand", [...block("A", 100, 250), ...block("B", 100, 250)]],
];

describe.each(halls)("the layout of %s", (_, seats) => {
  const layout = layOut(seats);
  const grid = new SeatGrid(layout);

  it("has every seat inside, and no two in one place", () => {
    const { x, y, width, height } = layout;
    const outside = seats.filter((_, i) => !(x[i]! > 0 && x[i]! < width && y[i]! > 2 && y[i]! < height));
    expect(outside).toEqual([]);
    for (let i = 0; i < seats.length; i += Math.ceil(seats.length / 500)) {
      let near = 0;
      grid.within(layout.x[i]! - 0.7, layout.y[i]! - 0.7, layout.x[i]! + 0.7, layout.y[i]! + 0.7, (j) => {
        if (Math.hypot(layout.x[i]! - layout.x[j]!, layout.y[i]! - layout.y[j]!) < 0.8) near += 1;
      });
      expect(near).toBe(1);
    }
  });

  it("finds every seat where it is drawn", () => {
    for (let i = 0; i < seats.length; i += Math.ceil(seats.length / 500))
      expect(grid.find(layout.x[i]! + 0.3, layout.y[i]! - 0.2, 0.5)).toBe(i);
    expect(grid.find(-5, -5, 0.5)).toBe(-1);
  });

  it("keeps rows in order of number", () => {
    for (let i = 1; i < seats.length; i += seats.length > 10_000 ? 37 : 1)
      if (layout.rowOf[i] === layout.rowOf[i - 1]) expect(layout.x[i]! - layout.x[i - 1]!).toBeCloseTo(1, 3);
  });
});

it("does not depend on the order in which seats arrive", () => {
  const seats = block("A", 3, 4);
  const shuffled = [...seats].reverse();
  const [one, other] = [layOut(seats), layOut(shuffled)];
  seats.forEach((_, i) => {
    expect(other.x[seats.length - 1 - i]).toBe(one.x[i]);
    expect(other.y[seats.length - 1 - i]).toBe(one.y[i]);
  });
});

describe("arrow keys", () => {
  const layout = layOut(block("A", 5, 9));
  it("go to the next seat of the row and of the column", () => {
    expect(neighbour(layout, 22, 1, 0)).toBe(23);
    expect(neighbour(layout, 22, -1, 0)).toBe(21);
    expect(neighbour(layout, 22, 0, 1)).toBe(31);
    expect(neighbour(layout, 22, 0, -1)).toBe(13);
  });
  it("stay at the edge", () => {
    expect(neighbour(layout, 0, -1, 0)).toBe(0);
    expect(neighbour(layout, 44, 0, 1)).toBe(44);
  });
  it("reach every seat of a hall of many sections", () => {
    const hall = layOut([...block("A", 4, 6), ...block("B", 3, 5), ...block("C", 2, 12)]);
    const reached = new Set([0]);
    for (const from of reached)
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const)
        reached.add(neighbour(hall, from, dx, dy));
    expect(reached.size).toBe(hall.x.length);
  });
});

describe("the nearest free seats", () => {
  const layout = layOut(block("A", 6, 10));
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

describe("the view", () => {
  const layout = layOut(block("A", 20, 30));
  const all = fit(layout, 600, 400);

  it("shows everything at first", () => {
    expect(all.scale * layout.width).toBeLessThanOrEqual(600);
    expect(all.scale * layout.height).toBeLessThanOrEqual(400);
    expect(all.x).toBeLessThanOrEqual(0);
  });
  it("keeps the point under the finger where it is", () => {
    const view = zoom(all, all, 2.2, 150, 90);
    expect(view.x + 150 / view.scale).toBeCloseTo(all.x + 150 / all.scale);
    expect(view.y + 90 / view.scale).toBeCloseTo(all.y + 90 / all.scale);
  });
  it("cannot be moved off the hall, nor made smaller than all of it", () => {
    const close = { ...zoom(all, all, 4, 0, 0), x: 1e6, y: -1e6 };
    const kept = keepInside(close, layout, all, 600, 400);
    expect(kept.x + 600 / kept.scale).toBeLessThanOrEqual(layout.width + 1);
    expect(kept.y).toBeGreaterThanOrEqual(-1);
    expect(keepInside(zoom(all, all, 0.01, 0, 0), layout, all, 600, 400)).toEqual(all);
  });
});
