// Which free seats are near a point: what is offered in place of lost seats, and the best ones.
import { kStage, type Layout } from "./geometry";

// `count` free seats near a point: in one row next to each other if there are such, else the nearest single ones; fewer when fewer
// are free. `isFree` must be false for what is chosen already.
export function nearestFree(
  layout: Layout,
  isFree: (index: number) => boolean,
  count: number,
  x: number,
  y: number,
): number[] {
  const distance = (i: number) => Math.hypot(layout.x[i]! - x, (layout.y[i]! - y) * 1.2);
  const run = nearestRun(layout, isFree, count, distance);
  if (run.length === count) return run;
  const free: number[] = [];
  for (let i = 0; i < layout.x.length; ++i) if (isFree(i)) free.push(i);
  return free.sort((a, b) => distance(a) - distance(b)).slice(0, count);
}

function nearestRun(
  layout: Layout,
  isFree: (index: number) => boolean,
  count: number,
  distance: (index: number) => number,
): number[] {
  let best: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  let run: number[] = [];
  for (let i = 0; i < layout.x.length; ++i) {
    const last = run.at(-1);
    if (!isFree(i)) {
      run = [];
      continue;
    }
    const isNext = last !== undefined && layout.rowOf[last] === layout.rowOf[i] && layout.x[i]! - layout.x[last]! < 1.5;
    run = isNext ? [...run, i].slice(-count) : [i];
    if (run.length < count) continue;
    const cost = run.reduce((sum, seat) => sum + distance(seat), 0);
    if (cost >= least) continue;
    least = cost;
    best = run;
  }
  return best;
}

// Middle of seats; with none given, where people like to sit: the middle, a third of the way back.
export function middleOf(layout: Layout, seats: readonly number[]): { x: number; y: number } {
  if (seats.length === 0) return { x: layout.width / 2, y: kStage + (layout.height - kStage) / 3 };
  const sum = (of: Float32Array) => seats.reduce((total, i) => total + of[i]!, 0);
  return { x: sum(layout.x) / seats.length, y: sum(layout.y) / seats.length };
}
