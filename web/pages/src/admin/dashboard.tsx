// Curves of the running sale, from two readings of the metrics and the concert's own numbers every two seconds.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../base/parts";
import { Poller } from "../base/poll";
import { money, number } from "../base/words";
import { metricsText, type Sales, salesOf } from "./api";
import { Curve, type Layer, Lines, Stack } from "./chart";
import { kPoints } from "./curve";
import { processOf, quantile, type Reading, rate, readMetrics, refusalsByCode, total } from "./metrics";
import { useAdminWords } from "./words";

const kEveryMs = 2000;
const kCodes = 6; // with a line of their own, the busiest
const kProcesses = 64; // remembered, when many servers answer in turn

interface Point {
  waiting: number;
  active: number;
  admissions: number;
  holds: number;
  payments: number;
  refusals: Map<string, number>;
  p95: number;
  free: number;
  held: number;
  sold: number;
}

function pointOf(before: Reading, now: Reading, seconds: number, sales: Sales): Point {
  const per = (name: string, labels: Record<string, string> = {}) =>
    rate(total(before, name, labels), total(now, name, labels), seconds);
  const refusedBefore = refusalsByCode(before);
  return {
    waiting: sales.queue.waiting,
    active: sales.queue.active,
    admissions: per("queue_admissions_total"),
    holds: per("reservations_total", { outcome: "granted" }),
    payments: per("payments_total", { outcome: "made" }),
    refusals: new Map(
      [...refusalsByCode(now)].map(([code, count]) => [code, rate(refusedBefore.get(code) ?? 0, count, seconds)]),
    ),
    p95: (quantile(before, now, "http_request_duration_seconds", 0.95) ?? 0) * 1000,
    free: sales.seats - sales.held - sales.sold,
    held: sales.held,
    sold: sales.sold,
  };
}

// The codes with the most refusals in what is shown, each with its curve.
function refusalLayers(points: readonly Point[]): Layer[] {
  const sums = new Map<string, number>();
  for (const point of points) for (const [code, value] of point.refusals) sums.set(code, (sums.get(code) ?? 0) + value);
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, kCodes)
    .map(([code], i) => ({ name: code, look: `p${i}`, values: points.map((point) => point.refusals.get(code) ?? 0) }));
}

export function Dashboard({ concertId }: { concertId: number }) {
  const w = useAdminWords();
  const [points, setPoints] = useState<Point[]>([]);
  const [sales, setSales] = useState<Sales | null>(null);
  const [codes, setCodes] = useState(new Map<string, number>());
  const [error, setError] = useState<unknown>(null);
  // By process: behind a balancer another server may answer each time, and rates are differences of one server's own counters.
  const last = useRef(new Map<string, { at: number; reading: Reading }>());
  useEffect(() => {
    const poller = new Poller(async () => {
      try {
        const [text, summary] = await Promise.all([metricsText(), salesOf(concertId)]);
        const [reading, at] = [readMetrics(text), performance.now()];
        const process = processOf(reading);
        const before = last.current.get(process);
        if (last.current.size > kProcesses) last.current.clear();
        last.current.set(process, { at, reading });
        setSales(summary);
        setCodes(refusalsByCode(reading));
        setError(null);
        if (before)
          setPoints((was) =>
            [...was, pointOf(before.reading, reading, (at - before.at) / 1000, summary)].slice(-kPoints),
          );
        return { nextMs: kEveryMs };
      } catch (failed) {
        setError(failed);
        throw failed;
      }
    });
    poller.start();
    return () => poller.stop();
  }, [concertId]);
  type Number = Exclude<keyof Point, "refusals">;
  const valuesOf = (key: Number) => points.map((point) => point[key]);
  const curve = (name: string, key: Number) => <Curve name={name} values={valuesOf(key)} />;
  const tile = (name: string, value: string) => (
    <div class="tile">
      <span class="small">{name}</span>
      <b>{value}</b>
    </div>
  );
  return (
    <div class="box" data-testid="dashboard">
      <h2>{w.dashboard}</h2>
      {error != null && <Problem error={error} />}
      <div class="tiles">
        {tile(w.free, sales ? number(sales.seats - sales.held - sales.sold) : "–")}
        {tile(w.held, sales ? number(sales.held) : "–")}
        {tile(w.sold, sales ? number(sales.sold) : "–")}
        {tile(w.revenue, sales ? money(sales.revenue) : "–")}
        {tile(w.expired, sales ? number(sales.expired) : "–")}
        {tile(w.cancelled, sales ? number(sales.cancelled) : "–")}
      </div>
      <div class="curves">
        <Stack
          name={w.seats}
          layers={[
            { name: w.sold, look: "of-sold", values: valuesOf("sold") },
            { name: w.held, look: "of-held", values: valuesOf("held") },
            { name: w.free, look: "of-free", values: valuesOf("free") },
          ]}
        />
        {curve(w.waiting, "waiting")}
        {curve(w.active, "active")}
      </div>
      <h3>{w.allConcerts}</h3>
      <div class="curves">
        {curve(w.admissions, "admissions")}
        {curve(w.holds, "holds")}
        {curve(w.payments, "payments")}
        <Curve name={w.p95} values={valuesOf("p95")} show={(value) => `${number(Math.round(value * 10) / 10)} ms`} />
        <Lines name={w.refusals} layers={refusalLayers(points)} none={w.none} />
      </div>
      <details>
        <summary>{w.refusedBy}</summary>
        {codes.size === 0 ? (
          <p>{w.none}</p>
        ) : (
          <table>
            <tbody>
              {[...codes]
                .sort((a, b) => b[1] - a[1])
                .map(([code, count]) => (
                  <tr key={code}>
                    <th scope="row">{code}</th>
                    <td class="number">{number(count)}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        )}
      </details>
    </div>
  );
}
