// What the dashboard makes of two readings of one server's counters: rates, and the p95 of what happened between them.
import type { Counters } from "../api";

// A counter that went back began anew: the server was restarted.
export const rate = (before: number, after: number, seconds: number) =>
  (after < before ? after : after - before) / seconds;

// In milliseconds, interpolated within the bucket, as Prometheus does; null when nothing was answered.
export function quantileMs(before: Counters, after: Counters, q: number): number | null {
  const was = new Map(before.answerTimes.map(({ upToMicroseconds, count }) => [upToMicroseconds, count]));
  const buckets = after.answerTimes.map(({ upToMicroseconds, count }) => ({
    edge: upToMicroseconds === null ? Number.POSITIVE_INFINITY : upToMicroseconds / 1000,
    count: count - (was.get(upToMicroseconds) ?? 0),
  }));
  const all = buckets.at(-1)?.count ?? 0;
  if (all <= 0) return null;
  let [lowEdge, lowCount] = [0, 0];
  for (const { edge, count } of buckets) {
    if (count >= q * all) {
      if (edge === Number.POSITIVE_INFINITY) return lowEdge;
      return count === lowCount ? edge : lowEdge + ((edge - lowEdge) * (q * all - lowCount)) / (count - lowCount);
    }
    [lowEdge, lowCount] = [edge, count];
  }
  return lowEdge;
}

export const refusalsByCode = (counters: Counters): Map<string, number> =>
  new Map(counters.refusals.map(({ code, count }) => [code, count]));

// Tells one server process from another.
export const processOf = ({ instance, startedAt }: Counters): string => `${instance} ${startedAt}`;
