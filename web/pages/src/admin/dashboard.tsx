// Curves of the running sale, from two readings of the counters and the concert's own numbers every two seconds.
import { useEffect, useState } from "preact/hooks";
import { Poller } from "../base/poll";
import { money, number } from "../base/words";
import { counters, type Sales, salesOf } from "./api";
import { Curve, type Layer, Lines, Stack } from "./chart";
import { spanOf } from "./curve";
import { historyOf, type Point } from "./history";
import { refusalsByCode } from "./metrics";
import { Problem } from "./problem";
import { codeName } from "./said";
import { useAdminWords } from "./words";

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

export function Dashboard({ concertId }: { concertId: number }) {
  const w = useAdminWords();
  const history = historyOf(concertId);
  const [points, setPoints] = useState(history.points);
  const [sales, setSales] = useState<Sales | null>(null);
  const [codes, setCodes] = useState(new Map<string, number>());
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const poller = new Poller(async () => {
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
    poller.start();
    return () => poller.stop();
  }, [concertId]);
  const axis = { times: points.map(({ at }) => at) };
  type Number = Exclude<keyof Point, "refusals" | "at">;
  const valuesOf = (key: Number) => points.map((point) => point[key]);
  const curve = (name: string, key: Number) => <Curve name={name} axis={axis} values={valuesOf(key)} />;
  const tile = (name: string, value: string) => (
    <div class="tile">
      <span class="small">{name}</span>
      <b>{value}</b>
    </div>
  );
  return (
    <div class="box" data-testid="dashboard">
      <div class="spread">
        <h2>{w.dashboard}</h2>
        {points.length > 1 && (
          <span class="small">{w.lastMinutes(number(Math.max(1, Math.round(spanOf(axis) / 60_000))))}</span>
        )}
      </div>
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
          axis={axis}
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
        <Curve
          name={w.p95}
          axis={axis}
          values={valuesOf("p95")}
          show={(value) => w.ms(number(Math.round(value * 10) / 10))}
        />
        <Lines name={w.refusalRate} axis={axis} layers={refusalLayers(points)} none={w.none} />
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
                    <th scope="row" title={code}>
                      {codeName(code)}
                    </th>
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
