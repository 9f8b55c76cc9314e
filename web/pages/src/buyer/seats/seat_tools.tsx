// Small parts around the seats: map or list, seats found by the page, the legend, the time left.
import { useEffect, useState } from "preact/hooks";
import { clockText, kSoonMs } from "../../base/countdown";
import { prefer } from "../../base/storage";
import { useLeft } from "../../base/time_left";
import { money, useWords } from "../../base/words";
import { kClasses } from "../../seatmap/paint";
import "../../seatmap/looks.css";
import "./seat_tools.css";

const kSlowMs = 4000; // a map that takes longer is excused

export function ViewChoice({ isList, onChange }: { isList: boolean; onChange: (isList: boolean) => void }) {
  const w = useWords();
  return (
    <fieldset class="segments">
      <legend class="unseen">{w.mapLabel}</legend>
      {[false, true].map((list) => (
        <label key={String(list)} class={list === isList ? "on" : ""}>
          <input
            type="radio"
            name="view"
            checked={list === isList}
            onChange={() => (onChange(list), prefer("seats", list ? "list" : null))}
          />
          {list ? w.viewList : w.viewMap}
        </label>
      ))}
    </fieldset>
  );
}

export function BestSeats(props: { limit: number; isDisabled: boolean; onPick: (count: number) => void }) {
  const w = useWords();
  return (
    <div class="pick" role="group" aria-label={w.pickFor}>
      <span class="small long">{w.pickFor}</span>
      <span class="small short">{w.pickShort}</span>
      {[1, 2, 4]
        .filter((count) => count <= props.limit)
        .map((count) => (
          <button
            key={count}
            type="button"
            class="square"
            aria-label={w.together(count)}
            title={w.together(count)}
            disabled={props.isDisabled}
            onClick={() => props.onPick(count)}
          >
            {w.pickCount(count)}
          </button>
        ))}
    </div>
  );
}

// The hall is large or the line is slow: it is said, and said again when it takes long.
export function Loading() {
  const w = useWords();
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), kSlowMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p class="loading" role="status">
      {w.seatsLoading} {isSlow && w.seatsSlow}
    </p>
  );
}

export function TurnLeft({ expiresAt }: { expiresAt: string | null }) {
  const w = useWords();
  const ms = useLeft(expiresAt);
  if (!expiresAt) return null;
  return <p class={`tag${ms < kSoonMs ? " soon" : ""}`}>{w.turnEnds(clockText(ms))}</p>;
}

export function Legend({ prices }: { prices: readonly number[] }) {
  const w = useWords();
  return (
    <ul class="legend">
      {prices.slice(0, kClasses).map((price, i) => (
        <li key={price}>
          <i class={`swatch p${i}`} />
          {money(price)}
          {i === kClasses - 1 && prices.length > kClasses ? " …" : ""}
        </li>
      ))}
      <li>
        <i class="swatch held" />
        {w.held}
      </li>
      <li>
        <i class="swatch sold" />
        {w.sold}
      </li>
    </ul>
  );
}
