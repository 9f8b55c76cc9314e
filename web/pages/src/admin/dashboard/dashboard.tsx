// Curves of the running sale, from two readings of the counters and the concert's own numbers every two seconds.
import { useState } from "preact/hooks";
import { usePolling } from "../../base/polling";
import { money, number } from "../../base/words";
import { counters, type Sales, salesOf } from "../api";
import { Problem } from "../problem";
import { codeName } from "../server_text";
import { useAdminWords } from "../words";
import { Curve, type Layer, Lines, Stack } from "./chart";
import { type Axis, spanOf } from "./curve";
import { historyOf, type Point } from "./history";
import { refusalsByCode } from "./metrics";
import "./dashboard.css";

const kEveryMs = 2000;
const kCodes = 6; // with a line of their own, the busiest

// The codes with the most refusals in what is shown, each with its curve.
function refusalLayers(points: readonly Point[]): Layer[] {
  const sums = new Map<string, number>();
  for (const point of points) for (const [code, value] of point.refusals) sums.set(code, (sums.get(code) ?? 0) + value);
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, kCodes)
    .map(([code], i) => ({
      name: codeName(code),
      look: `p${i}`,
      values: points.map((point) => point.refusals.find(([each]) => each === code)?.[1] ?? 0),
    }));
}

function useReadings(concertId: number) {
  const history = historyOf(concertId);
  const [points, setPoints] = useState(history.points);
  const [sales, setSales] = useState<Sales | null>(null);
  const [codes, setCodes] = useState(new Map<string, number>());
  const [error, setError] = useState<unknown>(null);
  usePolling(concertId, async () => {
    try {
      const [read, summary] = await Promise.all([counters(), salesOf(concertId)]);
      history.add(read, summary, Date.now());
      setPoints(history.points);
      setSales(summary);
      setCodes(refusalsByCode(read));
      setError(null);
      return { nextMs: kEveryMs };
    } catch (failed) {
      setError(failed);
      throw failed;
    }
  });
  return { points, sales, codes, error };
}

function Tiles({ sales }: { sales: Sales | null }) {
  const w = useAdminWords();
  const tile = (name: string, value: (sales: Sales) => string) => (
    <div class="tile">
      <span class="small">{name}</span>
      <b>{sales ? value(sales) : "–"}</b>
    </div>
  );
  return (
    <div class="tiles">
      {tile(w.free, ({ seats, held, sold }) => number(seats - held - sold))}
      {tile(w.held, ({ held }) => number(held))}
      {tile(w.sold, ({ sold }) => number(sold))}
      {tile(w.revenue, ({ revenue }) => money(revenue))}
      {tile(w.expired, ({ expired }) => number(expired))}
      {tile(w.cancelled, ({ cancelled }) => number(cancelled))}
    </div>
  );
}

type Counted = Exclude<keyof Point, "refusals" | "at">;

// The concert's own curves first, then those of the whole server.
function Curves({ points, axis }: { points: readonly Point[]; axis: Axis }) {
  const w = useAdminWords();
  const valuesOf = (key: Counted) => points.map((point) => point[key]);
  const curve = (name: string, key: Counted) => <Curve name={name} axis={axis} values={valuesOf(key)} />;
  const layer = (name: string, key: "sold" | "held" | "free") => ({ name, look: `of-${key}`, values: valuesOf(key) });
  return (
    <>
      <div class="curves">
        <Stack
          name={w.seats}
          axis={axis}
          layers={[layer(w.sold, "sold"), layer(w.held, "held"), layer(w.free, "free")]}
        />
        {curve(w.waiting, "waiting")}
        {curve(w.active, "active")}
      </div>
      <h3>{w.allConcerts}</h3>
      <div class="curves">
        {curve(w.admissions, "admissions")}
        {curve(w.holds, "holds")}
        {curve(w.payments, "payments")}
        <Curve
          name={w.p95}
          axis={axis}
          values={valuesOf("p95")}
          show={(value) => w.ms(number(Math.round(value * 10) / 10))}
        />
        <Lines name={w.refusalRate} axis={axis} layers={refusalLayers(points)} none={w.none} />
      </div>
    </>
  );
}

function RefusalCounts({ codes }: { codes: ReadonlyMap<string, number> }) {
  const w = useAdminWords();
  if (codes.size === 0) return <p>{w.none}</p>;
  return (
    <table>
      <tbody>
        {[...codes]
          .sort((a, b) => b[1] - a[1])
          .map(([code, count]) => (
            <tr key={code}>
              <th scope="row" title={code}>
                {codeName(code)}
              </th>
              <td class="number">{number(count)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

export function Dashboard({ concertId }: { concertId: number }) {
  const w = useAdminWords();
  const { points, sales, codes, error } = useReadings(concertId);
  const axis = { times: points.map(({ at }) => at) };
  return (
    <div class="box" data-testid="dashboard">
      <div class="spread">
        <h2>{w.dashboard}</h2>
        {points.length > 1 && (
          <span class="small">{w.lastMinutes(number(Math.max(1, Math.round(spanOf(axis) / 60_000))))}</span>
        )}
      </div>
      {error != null && <Problem error={error} />}
      <Tiles sales={sales} />
      <Curves points={points} axis={axis} />
      <details>
        <summary>{w.refusedBy}</summary>
        <RefusalCounts codes={codes} />
      </details>
    </div>
  );
}
