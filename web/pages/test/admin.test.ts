import { describe, expect, it } from "vitest";

import { readCsv } from "../src/admin/csv";
import { lineOf } from "../src/admin/curve";
import { processOf, quantile, rate, readMetrics, refusalsByCode, total } from "../src/admin/metrics";
import { draftOf, kSeatsAtOnce, priceLine, readNumbers, requestsOf, seatsMeant, sectionsOf } from "../src/admin/prices";

describe("seats from a spreadsheet", () => {
  it("are read with and without a heading, quotes, semicolons and a byte order mark", () => {
    const sections = [
      { name: "Floor, left", rows: 10, seatsPerRow: 20, price: 90_000 },
      { name: 'The "Box"', rows: 1, seatsPerRow: 4, price: 150_000 },
    ];
    expect(readCsv('\uFEFFname,rows,seats,price\r\n"Floor, left",10,20,90000\r\n"The ""Box""",1,4,150000\r\n')).toEqual(
      { sections },
    );
    expect(readCsv("A;3;4;5")).toEqual({ sections: [{ name: "A", rows: 3, seatsPerRow: 4, price: 5 }] });
  });
  it.each([
    ["A,3,4,5\nB,x,4,5", 2],
    ["A,3,4,5\nA,3,4,5", 2],
    ["A,3,4", 1],
    ["A,1.5,4,5", 1],
    ["name,rows,seats,price\n\nA,0,4,5", 3],
    ["", 1],
    ["A,3,4,99999999", 1],
  ])("are refused with the line that is wrong: %j", (text, line) => expect(readCsv(text)).toEqual({ line }));
});

describe("which seats get another price", () => {
  it.each([
    ["", []],
    ["3", [3]],
    ["1-3, 5", [1, 2, 3, 5]],
    [" 7 – 8;2,", [7, 8, 2]],
  ])("%j are the numbers %j", (text, numbers) => expect(readNumbers(text)).toEqual(numbers));
  it.each(["0", "3-1", "x", "1 2", "-1", "1.5", "1-5000", "1-1000, 1001", "1234567"])("%j is not read", (text) =>
    expect(readNumbers(text)).toBeNull(),
  );
  const draft = { section: "", rows: "", seats: "", price: "90000" };
  it("are all when nothing is said, and those that agree with everything said", () => {
    expect(priceLine(draft)).toEqual({ price: 90_000 });
    expect(priceLine({ section: "Floor", rows: "1-2", seats: "7", price: "5" })).toEqual({
      section: "Floor",
      rows: [1, 2],
      numbers: [7],
      price: 5,
    });
    expect(priceLine({ ...draft, rows: "a" })).toEqual({ bad: "rows" });
    expect(priceLine({ ...draft, seats: "a" })).toEqual({ bad: "seats" });
  });
  it("start from a seat that was clicked, and from the sections there are", () => {
    const seat = { id: 1, number: 7, section: "Floor", row: 2, price: 100, status: "AVAILABLE" } as const;
    expect(draftOf(seat)).toEqual({ section: "Floor", rows: "2", seats: "7", price: "100" });
    expect(draftOf({ ...seat, section: null, row: null })).toEqual({ section: "", rows: "", seats: "7", price: "100" });
    expect(sectionsOf([seat, { ...seat, section: "Box" }, { ...seat, id: 2 }, { ...seat, section: null }])).toEqual([
      "Floor",
      "Box",
    ]);
  });
});

describe("a price list for a large hall", () => {
  const hall = Array.from({ length: 25_000 }, (_, i) => ({
    id: 11 + i,
    number: 1 + (i % 100),
    section: i < 5_000 ? "Floor" : "Hill",
    row: 1 + Math.floor(i / 100),
    price: 100,
    status: "AVAILABLE" as const,
  }));
  it("is sent as it is when the server takes it", () => {
    expect(requestsOf(hall, { section: "Floor", price: 5 })).toEqual([{ section: "Floor", price: 5 }]);
    expect(requestsOf(hall, { section: "Nowhere", price: 5 })).toEqual([{ section: "Nowhere", price: 5 }]);
    expect(seatsMeant(hall, { section: "Floor", rows: [2], numbers: [1, 100], price: 5 })).toEqual([111, 210]);
  });
  it("is sent in parts, each seat once, when not", () => {
    const parts = requestsOf(hall, { price: 5 });
    expect(parts.map((part) => part.seatIds!.length)).toEqual([kSeatsAtOnce, kSeatsAtOnce, 5_000]);
    expect(parts.flatMap((part) => part.seatIds)).toEqual(hall.map((seat) => seat.id));
    expect(parts.every((part) => part.price === 5)).toBe(true);
  });
});

describe("metrics", () => {
  const text = (scale: number) => `# TYPE x counter
reservations_total{outcome="granted"} ${10 * scale}
reservations_total{outcome="refused"} ${90 * scale}
refusals_total{code="SEAT_ALREADY_RESERVED"} ${4 * scale}
d_bucket{route="/a",le="0.001"} ${50 * scale}
d_bucket{route="/a",le="0.01"} ${100 * scale}
d_bucket{route="/a",le="+Inf"} ${100 * scale}
`;
  it("are read with their labels", () => {
    const reading = readMetrics(text(1));
    expect(total(reading, "reservations_total")).toBe(100);
    expect(total(reading, "reservations_total", { outcome: "granted" })).toBe(10);
    expect(refusalsByCode(reading)).toEqual(new Map([["SEAT_ALREADY_RESERVED", 4]]));
  });
  it("become rates, also over a restart", () => {
    expect(rate(100, 150, 2)).toBe(25);
    expect(rate(1000, 10, 2)).toBe(5);
  });
  it("become a p95 of what lies between", () => {
    expect(quantile(readMetrics(text(1)), readMetrics(text(2)), "d", 0.5)).toBeCloseTo(0.001);
    expect(quantile(readMetrics(text(1)), readMetrics(text(2)), "d", 0.95)).toBeCloseTo(0.0091);
    expect(quantile(readMetrics(text(1)), readMetrics(text(1)), "d", 0.95)).toBeNull();
  });
});

describe("a curve", () => {
  it("has its newest value at the right edge, and nothing of it outside the picture", () => {
    const points = lineOf([0, 5, 10], 10)
      .split("L")
      .map((point) => point.split(" ").map(Number));
    expect(points.at(-1)).toEqual([100, 2]);
    expect(points[0]![1]).toBe(38);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThan(0);
      expect(y).toBeGreaterThanOrEqual(2);
    }
    expect(lineOf([0, 0], 0)).not.toContain("NaN");
  });
});

it("a reading says which server process it is of", () => {
  const one = readMetrics("process_start_time_seconds 1700000000.25\n");
  const other = readMetrics("process_start_time_seconds 1700000000.5\n");
  expect(processOf(one)).not.toBe(processOf(other));
});
