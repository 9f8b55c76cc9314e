// Prometheus text, and what a dashboard makes of two readings of it: rates, and the p95 of what happened between them.
export type Sample = { labels: Record<string, string>; value: number };
export type Reading = Map<string, Sample[]>;

export function readMetrics(text: string): Reading {
  const reading: Reading = new Map();
  for (const line of text.split("\n")) {
    const match = /^([a-z_0-9]+)(?:\{(.*)\})? ([^ ]+)/i.exec(line);
    if (!match || line.startsWith("#")) continue;
    const labels: Record<string, string> = {};
    for (const [, name, value] of (match[2] ?? "").matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) labels[name!] = value!;
    const list = reading.get(match[1]!);
    const sample = { labels, value: match[3] === "+Inf" ? Number.POSITIVE_INFINITY : Number(match[3]) };
    if (list) list.push(sample);
    else reading.set(match[1]!, [sample]);
  }
  return reading;
}

export function total(reading: Reading, name: string, wanted: Record<string, string> = {}): number {
  return (reading.get(name) ?? [])
    .filter((sample) => Object.entries(wanted).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, sample) => sum + sample.value, 0);
}

// A counter that went back began anew: the server was restarted.
export const rate = (before: number, after: number, seconds: number) =>
  (after < before ? after : after - before) / seconds;

// Of a histogram, over all label values: interpolated within the bucket, as Prometheus does. Seconds; null when nothing happened.
export function quantile(before: Reading, after: Reading, name: string, q: number): number | null {
  const buckets = new Map<number, number>();
  const add = (reading: Reading, sign: number) => {
    for (const { labels, value } of reading.get(`${name}_bucket`) ?? []) {
      const edge = labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le);
      buckets.set(edge, (buckets.get(edge) ?? 0) + sign * value);
    }
  };
  add(after, 1);
  add(before, -1);
  const sorted = [...buckets].sort((a, b) => a[0] - b[0]);
  const all = sorted.at(-1)?.[1] ?? 0;
  if (all <= 0) return null;
  let [lowEdge, lowCount] = [0, 0];
  for (const [edge, count] of sorted) {
    if (count >= q * all) {
      if (edge === Number.POSITIVE_INFINITY) return lowEdge;
      return count === lowCount ? edge : lowEdge + ((edge - lowEdge) * (q * all - lowCount)) / (count - lowCount);
    }
    [lowEdge, lowCount] = [edge, count];
  }
  return lowEdge;
}

export function refusalsByCode(reading: Reading): Map<string, number> {
  return new Map((reading.get("refusals_total") ?? []).map((sample) => [sample.labels.code ?? "", sample.value]));
}

// Tells one server process from another.
export const processOf = (reading: Reading): string => String(total(reading, "process_start_time_seconds"));
