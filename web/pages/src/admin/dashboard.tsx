// Curves of the running sale, from two readings of the metrics and the concert's own numbers every two seconds.
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../base/parts";
import { Poller } from "../base/poll";
import { money, number } from "../base/words";
import { metricsText, type Sales, salesOf } from "./api";
import { quantile, type Reading, rate, readMetrics, refusalsByCode, total } from "./metrics";
import { useAdminWords } from "./words";

const kEveryMs = 2000;
const kPoints = 150; // five minutes
const kShort = 30; // a minute fills the width

interface Point {
  waiting: number;
  active: number;
  admissions: number;
  holds: number;
  payments: number;
  refusals: number;
  p95: number;
  free: number;
  held: number;
  sold: number;
}

function pointOf(before: Reading, now: Reading, seconds: number, sales: Sales): Point {
  const per = (name: string, labels: Record<string, string> = {}) =>
    rate(total(before, name, labels), total(now, name, labels), seconds);
  return {
    waiting: sales.queue.waiting,
    active: sales.queue.active,
    admissions: per("queue_admissions_total"),
    holds: per("reservations_total", { outcome: "granted" }),
    payments: per("payments_total", { outcome: "made" }),
    refusals: per("refusals_total"),
    p95: (quantile(before, now, "http_request_duration_seconds", 0.95) ?? 0) * 1000,
    free: sales.seats - sales.held - sales.sold,
    held: sales.held,
    sold: sales.sold,
  };
}

function Curve({ name, values, text }: { name: string; values: number[]; text: string }) {
  const most = Math.max(1, ...values);
  const step = 100 / (Math.max(kShort, values.length) - 1);
  const first = 100 - (values.length - 1) * step;
  const line = values
    .map((value, i) => `${(first + i * step).toFixed(2)} ${(38 - (value / most) * 36).toFixed(2)}`)
    .join("L");
  return (
    <div class="curve">
      <div class="spread">
        <span>{name}</span>
        <b>{text}</b>
      </div>
      <svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label={`${name}: ${text}`}>
        {values.length > 1 && (
          <>
            <path class="area" d={`M${first.toFixed(2)} 40L${line}L100 40Z`} />
            <path d={`M${line}`} />
          </>
        )}
      </svg>
    </div>
  );
}

export function Dashboard({ concertId }: { concertId: number }) {
  const w = useAdminWords();
  const [points, setPoints] = useState<Point[]>([]);
  const [sales, setSales] = useState<Sales | null>(null);
  const [codes, setCodes] = useState(new Map<string, number>());
  const [error, setError] = useState<unknown>(null);
  const last = useRef<{ at: number; reading: Reading } | null>(null);
  useEffect(() => {
    const poller = new Poller(async () => {
      try {
        const [text, summary] = await Promise.all([metricsText(), salesOf(concertId)]);
        const [reading, at] = [readMetrics(text), performance.now()];
        const before = last.current;
        last.current = { at, reading };
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
  const curve = (
    name: string,
    key: keyof Point,
    show: (value: number) => string = (value) => number(Math.round(value * 10) / 10),
  ) => (
    <Curve
      name={name}
      values={points.map((point) => point[key])}
      text={points.length > 0 ? show(points.at(-1)![key]) : "–"}
    />
  );
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
      <div class="columns">
        {curve(w.waiting, "waiting")}
        {curve(w.active, "active")}
        {curve(w.sold, "sold")}
        {curve(w.held, "held")}
        {curve(w.free, "free")}
      </div>
      <h3>{w.allConcerts}</h3>
      <div class="columns">
        {curve(w.admissions, "admissions")}
        {curve(w.holds, "holds")}
        {curve(w.payments, "payments")}
        {curve(w.refusals, "refusals")}
        {curve(w.p95, "p95", (value) => `${number(Math.round(value * 10) / 10)} ms`)}
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
