import { describe, expect, it } from "vitest";
import { layOut, neighbour, type PlacedSeat, SeatGrid } from "../src/seatmap/geometry";

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
