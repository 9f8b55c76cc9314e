import { describe, expect, it } from "vitest";
import { layOut } from "../src/seatmap/geometry";
import { bringIn, fit, keepInside, pan, tapZoom, zoom } from "../src/seatmap/view";

const hall = (rows: number, perRow: number) =>
  layOut(
    Array.from({ length: rows * perRow }, (_, i) => ({
      section: "A",
      row: Math.floor(i / perRow) + 1,
      number: (i % perRow) + 1,
    })),
  );

describe("the view", () => {
  const layout = hall(20, 30);
  const size = { width: 600, height: 400 };
  const all = fit(layout, size.width, size.height);

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
  it("moves by pixels, and says how many were left over at the edge", () => {
    const close = zoom(all, all, 3, 300, 200);
    const [moved, none] = pan(close, layout, all, size, 30, 12);
    expect(moved.x).toBeCloseTo(close.x - 30 / close.scale);
    expect(none).toBeCloseTo(0);
    const [top, left] = pan(close, layout, all, size, 0, 1000);
    expect(top.y).toBeCloseTo(-0.6);
    expect(left).toBeCloseTo(-(1000 - (close.y + 0.6) * close.scale));
    expect(pan(all, layout, all, size, 0, -40)).toEqual([all, 40]);
  });
  it("follows a seat that is at its edge or beyond, and stays with one that is well within", () => {
    const close = zoom(all, all, 3, 300, 200);
    const [width, height] = [600 / close.scale, 400 / close.scale];
    expect(bringIn(close, size, close.x + width / 2, close.y + height / 2)).toBe(close);
    const edge = bringIn(close, size, close.x + 0.5, close.y + height / 2);
    expect(edge.x + width / 2).toBeCloseTo(close.x + 0.5);
    const beyond = bringIn(close, size, close.x + width / 2, close.y + height + 3);
    expect(beyond.y + height / 2).toBeCloseTo(close.y + height + 3);
  });
  it("comes closer at a tap while seats are too small for a finger, or for a mouse", () => {
    expect(tapZoom(10, true)).toBeCloseTo(3);
    expect(tapZoom(15, true)).toBeNull();
    expect(tapZoom(10, false)).toBeNull();
    expect(tapZoom(5, false)).toBeCloseTo(4);
  });
});
