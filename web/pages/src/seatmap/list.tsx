// The same seats as buttons: for screen readers, and for people who like lists. Shows one row at a time, so fifty thousand are no more
// than a few.
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Seat } from "../base/sale";
import { money, number, useWords } from "../base/words";
import type { Words } from "../base/words.en";
import { statusName } from "./labels";
import { kChosen, kFree } from "./paint";
import { kAtOnce, pageOf, type SectionSummary, seatsOfRow, seatsOfSection, summariesOf } from "./rows";
import "./list.css";

function Filter(props: {
  name: string;
  value: number;
  onChange: (value: number) => void;
  children: ComponentChildren;
}) {
  return (
    <label>
      {props.name}
      <select value={String(props.value)} onChange={(event) => props.onChange(Number(event.currentTarget.value))}>
        {props.children}
      </select>
    </label>
  );
}

function SeatButton({ seat, code, onToggle }: { seat: Seat; code: number; onToggle: () => void }) {
  const w = useWords();
  const canToggle = code === kFree || code === kChosen;
  return (
    <button
      type="button"
      class={`seat-button code-${code}`}
      aria-pressed={code === kChosen}
      disabled={!canToggle}
      onClick={onToggle}
    >
      <span>{w.seatOf(seat.number)}</span>
      <span class="small">{canToggle ? money(seat.price) : statusName(code, w)}</span>
    </button>
  );
}

// Which section, row and part of a row are shown. `start` is a seat that was looked at elsewhere; -1: none.
function useShown(seats: readonly Seat[], sections: readonly (string | null)[], start: number) {
  const first = seats[start];
  const [section, setSection] = useState(first ? first.section : (sections[0] ?? null));
  const inSection = seatsOfSection(seats, section);
  const rows = [...new Set(inSection.map((i) => seats[i]!.row))];
  const [wanted, setRow] = useState(first ? first.row : (rows[0] ?? null));
  const row = rows.includes(wanted) ? wanted : (rows[0] ?? null);
  const inRow = seatsOfRow(seats, inSection, row);
  const [page, setPage] = useState(first ? pageOf(inRow, start) : 0);
  return {
    section,
    rows,
    row,
    inRow,
    page,
    showSection: (name: string | null) => (setSection(name), setPage(0)),
    showRow: (each: number | null) => (setRow(each), setPage(0)),
    showPage: setPage,
  };
}

function textOf({ name, free, least, most }: SectionSummary, w: Words): string {
  const price = least === most ? money(least) : w.priceRange(money(least), money(most));
  return w.sectionOf(name ?? w.allSeats, number(free), price);
}

function Filters({ summaries, shown }: { summaries: readonly SectionSummary[]; shown: ReturnType<typeof useShown> }) {
  const w = useWords();
  const { rows, inRow } = shown;
  const at = summaries.findIndex(({ name }) => name === shown.section);
  return (
    <div class="filters">
      {summaries.length > 1 && (
        <Filter name={w.section} value={at} onChange={(to) => shown.showSection(summaries[to]!.name)}>
          {summaries.map((each, i) => (
            <option key={each.name} value={String(i)}>
              {textOf(each, w)}
            </option>
          ))}
        </Filter>
      )}
      {rows.length > 1 && (
        <Filter name={w.row} value={shown.row!} onChange={shown.showRow}>
          {rows.map((each) => (
            <option key={each} value={String(each)}>
              {w.rowOf(each!)}
            </option>
          ))}
        </Filter>
      )}
      {inRow.length > kAtOnce && (
        <Filter name={w.allSeats} value={shown.page} onChange={shown.showPage}>
          {Array.from({ length: Math.ceil(inRow.length / kAtOnce) }, (_, i) => (
            <option key={i} value={String(i)}>
              {i * kAtOnce + 1}–{Math.min(inRow.length, (i + 1) * kAtOnce)}
            </option>
          ))}
        </Filter>
      )}
    </div>
  );
}

export function SeatListView(props: {
  seats: readonly Seat[];
  codes: Uint8Array;
  startAt?: number;
  onToggle: (index: number) => void;
}) {
  const w = useWords();
  const { seats, codes } = props;
  const summaries = useMemo(() => summariesOf(seats, codes), [seats, codes]);
  const shown = useShown(
    seats,
    summaries.map(({ name }) => name),
    props.startAt ?? -1,
  );
  const from = shown.page * kAtOnce;
  return (
    <div class="seat-list">
      <Filters summaries={summaries} shown={shown} />
      {summaries.length === 1 && <p class="small">{textOf(summaries[0]!, w)}</p>}
      <ul class="seat-buttons">
        {shown.inRow.slice(from, from + kAtOnce).map((i) => (
          <li key={i}>
            <SeatButton seat={seats[i]!} code={codes[i]!} onToggle={() => props.onToggle(i)} />
          </li>
        ))}
      </ul>
    </div>
  );
}
