import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Counters, Sales } from "../src/admin/api";
import { areaOf, lineOf } from "../src/admin/dashboard/curve";
import { processOf, quantileMs, rate } from "../src/admin/dashboard/metrics";
import { ofSections, totalsOf } from "../src/admin/form/totals";
import { isZone, toIso, toLocal } from "../src/admin/form/venue_time";
import { joined } from "../src/admin/on_sale/price_changes";
import {
  draftOf,
  kSeatsAtOnce,
  priceLine,
  readNumbers,
  requestsOf,
  seatsMeant,
  sectionsOf,
} from "../src/admin/on_sale/prices";

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

const counters = (scale: number, startedAt = "2026-07-01T10:00:00.000Z"): Counters => ({
  instance: "",
  startedAt,
  lastEventId: 1,
  admissions: 20 * scale,
  holds: 10 * scale,
  payments: 4 * scale,
  refusals: [{ code: "SEAT_ALREADY_RESERVED", count: 4 * scale }],
  answerTimes: [
    { upToMicroseconds: 1000, count: 50 * scale },
    { upToMicroseconds: 10_000, count: 100 * scale },
    { upToMicroseconds: null, count: 100 * scale },
  ],
});
const queue = { enabled: true, maxActive: 5, admissionsPerSecond: 5, tail: 9, front: 2, waiting: 7, active: 2 };
const sales: Sales = {
  seats: 100,
  held: 3,
  sold: 17,
  reservations: 20,
  confirmed: 17,
  expired: 0,
  cancelled: 0,
  revenue: 5,
  queue,
};

describe("counters", () => {
  it("become rates, also over a restart", () => {
    expect(rate(100, 150, 2)).toBe(25);
    expect(rate(1000, 10, 2)).toBe(5);
  });
  it("become a p95 of what lies between", () => {
    expect(quantileMs(counters(1), counters(2), 0.5)).toBeCloseTo(1);
    expect(quantileMs(counters(1), counters(2), 0.95)).toBeCloseTo(9.1);
    expect(quantileMs(counters(1), counters(1), 0.95)).toBeNull();
  });
  it("say which server process they are of", () => {
    expect(processOf(counters(1))).toBe(processOf(counters(2)));
    expect(processOf(counters(1))).not.toBe(processOf(counters(1, "2026-07-01T11:00:00.000Z")));
  });
});

describe("curves", () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.resetModules();
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
    vi.stubGlobal("sessionStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });
  const filled = async (at: number) => {
    const { historyOf } = await import("../src/admin/dashboard/history");
    const history = historyOf(7);
    history.add(counters(1), sales, at - 2000);
    history.add(counters(2), sales, at);
    return { historyOf, history };
  };

  it("outlive the screen, and a reload of the page", async () => {
    const now = Date.now();
    const { historyOf, history } = await filled(now);
    expect(history.points).toHaveLength(1);
    expect(history.points[0]).toMatchObject({ at: now, holds: 5, admissions: 10, waiting: 7, free: 80 });
    expect(historyOf(7)).toBe(history);
    vi.resetModules(); // what a reload does: the module begins anew, the tab keeps what it has
    const again = await import("../src/admin/dashboard/history");
    expect(again.historyOf(7)).not.toBe(history);
    expect(again.historyOf(7).points).toEqual(history.points);
  });
  it("are not drawn from readings of two servers, or of long ago", async () => {
    const now = Date.now();
    const { history } = await filled(now);
    history.add(counters(9, "2026-07-01T11:00:00.000Z"), sales, now + 2000);
    history.add(counters(9), sales, now + 60_000);
    expect(history.points).toHaveLength(1);
    history.add(counters(10), sales, now + 62_000);
    expect(history.points).toHaveLength(2);
  });
  it("are bounded in number, in age and in concerts", async () => {
    const { historyOf, kMost, kKeptMs, trimmed } = await import("../src/admin/dashboard/history");
    const { history } = await filled(1_000_000);
    const points = Array.from({ length: kMost + 1 }, (_, i) => ({ ...history.points[0]!, at: 1_000_000 + i * 2000 }));
    const fewer = trimmed(points, 1_000_000 + kMost * 2000);
    expect(fewer.length).toBeLessThanOrEqual(kMost);
    expect(fewer.at(-1)).toEqual(points.at(-1));
    expect(trimmed(points, points.at(-1)!.at + kKeptMs)).toEqual([]);
    for (let id = 100; id < 130; ++id) {
      historyOf(id).add(counters(1), sales, Date.now() - 2000);
      historyOf(id).add(counters(2), sales, Date.now());
    }
    expect([...kept.keys()].filter((key) => /curves\.\d/.test(key)).length).toBeLessThanOrEqual(8);
  });
  it("that cannot be read are begun anew", async () => {
    kept.set("frontrow.curves.7", "{");
    const { historyOf } = await import("../src/admin/dashboard/history");
    expect(historyOf(7).points).toEqual([]);
  });
});

describe("a curve", () => {
  const axis = { times: [0, 2000, 4000] };
  it("has its newest value at the right edge, and nothing of it outside the picture", () => {
    const points = lineOf(axis, [0, 5, 10], 10)
      .slice(1)
      .split("L")
      .map((point) => point.split(" ").map(Number));
    expect(points.at(-1)).toEqual([100, 2]);
    expect(points[0]![1]).toBe(38);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThan(0);
      expect(y).toBeGreaterThanOrEqual(2);
    }
    expect(lineOf(axis, [0, 0, 0], 0)).not.toContain("NaN");
    expect(lineOf({ times: [] }, [], 0)).toBe("");
  });
  it("has a gap where nothing was read", () => {
    const line = lineOf({ times: [0, 2000, 60_000, 62_000] }, [1, 2, 3, 4], 4);
    expect(line.match(/M/g)).toHaveLength(2);
    expect(areaOf({ times: [0, 2000, 60_000, 62_000] }, [1, 2, 3, 4], 4).match(/Z/g)).toHaveLength(2);
  });
});

describe("what a plan comes to", () => {
  it("is seats by price and the money of a full house", () => {
    const sections = [
      { name: "A", rows: 10, seatsPerRow: 20, price: 154_000 },
      { name: "B", rows: 2, seatsPerRow: 10, price: 99_000 },
      { name: "C", rows: 1, seatsPerRow: 5, price: 154_000 },
    ];
    expect(totalsOf(ofSections(sections))).toEqual({
      seats: 225,
      money: 205 * 154_000 + 20 * 99_000,
      byPrice: [
        { price: 154_000, seats: 205 },
        { price: 99_000, seats: 20 },
      ],
    });
    expect(totalsOf([{ seats: 0, price: 5 }])).toBeNull();
    expect(totalsOf([{ seats: Number.NaN, price: 5 }])).toBeNull();
    expect(totalsOf([])).toBeNull();
  });
});

describe("the venue's clock", () => {
  it.each([
    ["2039-05-01T19:30", "Asia/Seoul", "2039-05-01T10:30:00.000Z"],
    ["2026-12-31T19:00", "America/New_York", "2027-01-01T00:00:00.000Z"],
    ["2026-07-01T19:00", "America/New_York", "2026-07-01T23:00:00.000Z"],
    ["2026-07-01T00:15", "Asia/Kolkata", "2026-06-30T18:45:00.000Z"],
    ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"], // comes twice: the first
    ["2026-07-01T19:00", "UTC", "2026-07-01T19:00:00.000Z"],
  ])("%s in %s is %s", (local, zone, iso) => {
    expect(toIso(local, zone)).toBe(iso);
    expect(toLocal(iso, zone)).toBe(local);
  });
  it("has no time that clocks skip, and none without a zone", () => {
    expect(toIso("2026-03-08T02:30", "America/New_York")).toBeNull();
    expect(toIso("2026-07-01T19:00", "Nowhere/Atall")).toBeNull();
    expect(toIso("", "Asia/Seoul")).toBeNull();
    expect(toIso("soon", "Asia/Seoul")).toBeNull();
    expect(toLocal(null, "Asia/Seoul")).toBe("");
  });
  it("is in a zone of the database", () => {
    expect(["Asia/Seoul", "UTC", "America/Argentina/Buenos_Aires"].every(isZone)).toBe(true);
    expect(["", "Seoul", "+09:00", "Asia/Seoul "].some(isZone)).toBe(false);
  });
});

it("changes of a long price list are told together", () => {
  const change = { section: "A", from: 1, to: 2, seats: 10, held: 1, sold: 2 };
  expect(
    joined([
      [change],
      [
        { ...change, seats: 5 },
        { ...change, from: 3 },
      ],
    ]),
  ).toEqual([
    { ...change, seats: 15, held: 2, sold: 4 },
    { ...change, from: 3 },
  ]);
});
