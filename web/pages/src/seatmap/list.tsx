// The same seats as buttons: for screen readers, and for whoever likes lists. Shows one row at a time, so fifty thousand are no more than
// a few.
import { useMemo, useState } from "preact/hooks";
import type { Seat } from "../base/sale";
import { money, number, useWords } from "../base/words";
import { statusName } from "./labels";
import { kChosen, kFree } from "./paint";

const kAtOnce = 100;

const bounds = (prices: readonly number[]) => [Math.min(...prices), Math.max(...prices)] as const;

// Sections in the order of the server, with what is free and what it costs.
function summary(seats: readonly Seat[], codes: Uint8Array) {
  const found = new Map<string | null, { free: number; prices: Set<number> }>();
  seats.forEach((seat, i) => {
    let section = found.get(seat.section);
    if (!section) {
      section = { free: 0, prices: new Set() };
      found.set(seat.section, section);
    }
    if (codes[i] === kFree || codes[i] === kChosen) section.free += 1;
    section.prices.add(seat.price);
  });
  return found;
}

// Opens where `startAt` is, a seat that was looked at elsewhere.
export function SeatListView(props: {
  seats: readonly Seat[];
  codes: Uint8Array;
  startAt?: number;
  onToggle: (index: number) => void;
}) {
  const w = useWords();
  const { seats, codes } = props;
  const start = seats[props.startAt ?? -1];
  const about = useMemo(() => summary(seats, codes), [seats, codes]);
  const sections = [...about.keys()];
  const [section, setSection] = useState<string | null>(start ? start.section : (sections[0] ?? null));
  const sayOf = (name: string | null) => {
    const { free, prices } = about.get(name)!;
    const [least, most] = bounds([...prices]);
    const price = least === most ? money(least) : w.priceRange(money(least), money(most));
    return w.sectionOf(name ?? w.allSeats, number(free), price);
  };
  const inSection = seats.map((_, i) => i).filter((i) => seats[i]!.section === section);
  const rows = [...new Set(inSection.map((i) => seats[i]!.row))];
  const [row, setRow] = useState<number | null>(start ? start.row : (rows[0] ?? null));
  const shownRow = rows.includes(row) ? row : (rows[0] ?? null);
  const inRow = inSection.filter((i) => seats[i]!.row === shownRow);
  const place = start ? inRow.indexOf(props.startAt!) : 0;
  const [page, setPage] = useState(Math.max(0, Math.floor(place / kAtOnce)));
  const shown = inRow.slice(page * kAtOnce, (page + 1) * kAtOnce);
  return (
    <div class="seat-list">
      <div class="filters">
        {sections.length > 1 && (
          <label>
            {w.section}
            <select
              value={String(sections.indexOf(section))}
              onChange={(event) => {
                setSection(sections[Number(event.currentTarget.value)]!);
                setPage(0);
              }}
            >
              {sections.map((name, i) => (
                <option key={name} value={String(i)}>
                  {sayOf(name)}
                </option>
              ))}
            </select>
          </label>
        )}
        {rows.length > 1 && (
          <label>
            {w.row}
            <select
              value={String(shownRow)}
              onChange={(event) => (setRow(Number(event.currentTarget.value)), setPage(0))}
            >
              {rows.map((each) => (
                <option key={each} value={String(each)}>
                  {w.rowOf(each!)}
                </option>
              ))}
            </select>
          </label>
        )}
        {inRow.length > kAtOnce && (
          <label>
            {w.allSeats}
            <select value={String(page)} onChange={(event) => setPage(Number(event.currentTarget.value))}>
              {Array.from({ length: Math.ceil(inRow.length / kAtOnce) }, (_, i) => (
                <option key={i} value={String(i)}>
                  {i * kAtOnce + 1}–{Math.min(inRow.length, (i + 1) * kAtOnce)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {sections.length === 1 && <p class="small">{sayOf(section)}</p>}
      <ul class="seat-buttons">
        {shown.map((i) => {
          const code = codes[i]!;
          const canToggle = code === kFree || code === kChosen;
          return (
            <li key={i}>
              <button
                type="button"
                class={`seat-button code-${code}`}
                aria-pressed={code === kChosen}
                disabled={!canToggle}
                onClick={() => props.onToggle(i)}
              >
                <span>{w.seatOf(seats[i]!.number)}</span>
                <span class="small">{canToggle ? money(seats[i]!.price) : statusName(code, w)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
