// The form for dates and their seats.
import { useState } from "preact/hooks";
import type { SchedulePlan, SectionPlan } from "./api";
import { readCsv } from "./csv";
import { useAdminWords } from "./words";

export interface Draft {
  startsAt: string; // as the input has it: local time
  kind: "count" | "sections";
  count: string;
  price: string;
  sections: { name: string; rows: string; seatsPerRow: string; price: string }[];
}

export const emptySection = () => ({ name: "", rows: "10", seatsPerRow: "20", price: "50000" });

export const emptyDraft = (): Draft => ({
  startsAt: "",
  kind: "count",
  count: "50",
  price: "50000",
  sections: [emptySection()],
});

export const toIso = (local: string): string | null => (local ? new Date(local).toISOString() : null);

// What a datetime-local input shows for a time.
export function toLocal(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function planOf(draft: Draft): SchedulePlan {
  const startsAt = toIso(draft.startsAt)!;
  if (draft.kind === "count") return { startsAt, seats: { count: Number(draft.count), price: Number(draft.price) } };
  const sections: SectionPlan[] = draft.sections.map((each) => ({
    name: each.name.trim(),
    rows: Number(each.rows),
    seatsPerRow: Number(each.seatsPerRow),
    price: Number(each.price),
  }));
  return { startsAt, sections };
}

function Field(props: {
  id: string;
  label: string;
  type?: "number" | "datetime-local";
  value: string;
  max?: number;
  onInput: (value: string) => void;
}) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        id={props.id}
        {...({ type: props.type ?? "text" } as { type: "text" })}
        required
        min={props.type === "number" ? 1 : undefined}
        max={props.max}
        maxLength={props.type ? undefined : 50}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}

export function DraftFields({ draft, id, onChange }: { draft: Draft; id: string; onChange: (draft: Draft) => void }) {
  const w = useAdminWords();
  const [bad, setBad] = useState(0);
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const changeSection = (at: number, part: Partial<Draft["sections"][number]>) =>
    change({ sections: draft.sections.map((each, i) => (i === at ? { ...each, ...part } : each)) });
  const importCsv = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    const found = readCsv(await file.text());
    input.value = "";
    if ("line" in found) return setBad(found.line);
    setBad(0);
    change({
      kind: "sections",
      sections: found.sections.map((each) => ({
        name: each.name,
        rows: String(each.rows),
        seatsPerRow: String(each.seatsPerRow),
        price: String(each.price),
      })),
    });
  };
  return (
    <div class="plan">
      <div class="columns">
        <Field
          id={`${id}-starts`}
          label={w.startsAt}
          type="datetime-local"
          value={draft.startsAt}
          onInput={(startsAt) => change({ startsAt })}
        />
        <fieldset class="choice">
          <legend>{w.seatsBy}</legend>
          {(["count", "sections"] as const).map((kind) => (
            <label key={kind}>
              <input type="radio" name={`${id}-kind`} checked={draft.kind === kind} onChange={() => change({ kind })} />
              {kind === "count" ? w.byCount : w.bySections}
            </label>
          ))}
        </fieldset>
      </div>
      {draft.kind === "count" ? (
        <div class="columns">
          <Field
            id={`${id}-count`}
            label={w.count}
            type="number"
            max={100_000}
            value={draft.count}
            onInput={(count) => change({ count })}
          />
          <Field
            id={`${id}-price`}
            label={w.price}
            type="number"
            max={10_000_000}
            value={draft.price}
            onInput={(price) => change({ price })}
          />
        </div>
      ) : (
        <>
          {draft.sections.map((section, i) => (
            <div key={i} class="section-line">
              <Field
                id={`${id}-name-${i}`}
                label={w.section}
                value={section.name}
                onInput={(name) => changeSection(i, { name })}
              />
              <Field
                id={`${id}-rows-${i}`}
                label={w.rows}
                type="number"
                max={1000}
                value={section.rows}
                onInput={(rows) => changeSection(i, { rows })}
              />
              <Field
                id={`${id}-per-${i}`}
                label={w.perRow}
                type="number"
                max={1000}
                value={section.seatsPerRow}
                onInput={(seatsPerRow) => changeSection(i, { seatsPerRow })}
              />
              <Field
                id={`${id}-cost-${i}`}
                label={w.price}
                type="number"
                max={10_000_000}
                value={section.price}
                onInput={(price) => changeSection(i, { price })}
              />
              <button
                type="button"
                class="quiet"
                disabled={draft.sections.length === 1}
                onClick={() => change({ sections: draft.sections.filter((_, at) => at !== i) })}
              >
                {w.remove}
              </button>
            </div>
          ))}
          <button
            type="button"
            class="start-self"
            onClick={() => change({ sections: [...draft.sections, emptySection()] })}
          >
            {w.addSection}
          </button>
          <div class="field">
            <label for={`${id}-csv`}>{w.csv}</label>
            <input
              id={`${id}-csv`}
              type="file"
              accept=".csv,text/csv,text/plain"
              onChange={(event) => void importCsv(event.currentTarget)}
            />
            {bad > 0 && (
              <p class="bad-text" role="alert">
                {w.csvBad(bad)}
              </p>
            )}
          </div>
        </>
      )}
    </div>
  );
}
