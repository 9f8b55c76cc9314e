// The points of a concert's curves. They outlive the screen and a reload of the page: an operator looks something up and comes back to them.
import { tab } from "../../base/storage";
import type { Counters, Sales } from "../api";
import { processOf, quantileMs, rate, refusalsByCode } from "./metrics";

export interface Point {
  at: number; // milliseconds, by this device
  waiting: number;
  active: number;
  admissions: number;
  holds: number;
  payments: number;
  refusals: [code: string, perSecond: number][];
  p95: number;
  free: number;
  held: number;
  sold: number;
}

export const kKeptMs = 30 * 60_000;
export const kMost = 400; // points of one concert; 100 KB as text
const kNearMs = 30_000; // readings further apart say nothing about now
const kProcesses = 64; // remembered, when many servers answer in turn
const kConcerts = 8; // with curves kept

interface Reading {
  at: number;
  counters: Counters;
}

export function pointOf(before: Reading, now: Reading, sales: Sales): Point {
  const seconds = (now.at - before.at) / 1000;
  const per = (name: "admissions" | "holds" | "payments") => rate(before.counters[name], now.counters[name], seconds);
  const refusedBefore = refusalsByCode(before.counters);
  const refusals = [...refusalsByCode(now.counters)].map(([code, count]): [string, number] => [
    code,
    rate(refusedBefore.get(code) ?? 0, count, seconds),
  ]);
  return {
    at: now.at,
    waiting: sales.queue.waiting,
    active: sales.queue.active,
    admissions: per("admissions"),
    holds: per("holds"),
    payments: per("payments"),
    refusals: refusals.filter(([, perSecond]) => perSecond > 0),
    p95: quantileMs(before.counters, now.counters, 0.95) ?? 0,
    free: sales.seats - sales.held - sales.sold,
    held: sales.held,
    sold: sales.sold,
  };
}

// Those still to be shown; when there are too many, every second one of the older half goes.
export function trimmed(points: readonly Point[], now: number): Point[] {
  const kept = points.filter(({ at }) => at > now - kKeptMs && at <= now);
  if (kept.length <= kMost) return kept;
  const half = Math.floor(kept.length / 2);
  return kept.filter((_, i) => i >= half || i % 2 === 0);
}

const keyOf = (concertId: number) => `frontrow.curves.${concertId}`;
const kRecent = "frontrow.curves";

function readList<T>(key: string): T[] {
  try {
    const list: unknown = JSON.parse(tab.read(key) ?? "[]");
    return Array.isArray(list) ? (list as T[]) : [];
  } catch {
    return [];
  }
}

// The curves looked at last are kept, the others go.
function remember(concertId: number): void {
  const others = readList<number>(kRecent).filter((id) => id !== concertId);
  for (const id of others.slice(kConcerts - 1)) tab.write(keyOf(id), null);
  tab.write(kRecent, JSON.stringify([concertId, ...others].slice(0, kConcerts)));
}

export class History {
  points: readonly Point[];
  // By process: behind a balancer another server may answer each time, and rates are differences of one server's own counters.
  #last = new Map<string, Reading>();

  constructor(private readonly concertId: number) {
    this.points = trimmed(readList<Point>(keyOf(concertId)), Date.now());
    remember(concertId);
  }

  add(counters: Counters, sales: Sales, at: number): void {
    const process = processOf(counters);
    const now = { at, counters };
    const before = this.#last.get(process);
    if (this.#last.size > kProcesses) this.#last.clear();
    this.#last.set(process, now);
    if (!before || at <= before.at || at - before.at > kNearMs) return;
    this.points = trimmed([...this.points, pointOf(before, now, sales)], at);
    tab.write(keyOf(this.concertId), JSON.stringify(this.points));
  }
}

const histories = new Map<number, History>();

// One for each concert while the page lives.
export function historyOf(concertId: number): History {
  const known = histories.get(concertId) ?? new History(concertId);
  histories.set(concertId, known);
  return known;
}
