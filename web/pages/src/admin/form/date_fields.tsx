// The fields of a date and its seats.
import { kMostPrice, kMostRows, kMostSeats, kMostSections } from "../csv/csv";
import { kLongestName } from "../csv/names";
import { useAdminWords } from "../words";
import { CsvImport } from "./csv_import";
import { type Draft, emptySection, totalsOfDraft, typed } from "./date_draft";
import { Field, TimeField } from "./fields";
import { TotalsView } from "./totals_view";
import "./date_fields.css";

type Change = (part: Partial<Draft>) => void;

function CountFields({ draft, id, change }: { draft: Draft; id: string; change: Change }) {
  const w = useAdminWords();
  const field = (name: "count" | "price", label: string, max: number) => (
    <Field
      id={`${id}-${name}`}
      label={label}
      type="number"
      isNeeded
      max={max}
      value={draft[name]}
      onInput={(value) => change({ [name]: value })}
    />
  );
  return (
    <div class="columns">
      {field("count", w.count, kMostSeats)}
      {field("price", w.price, kMostPrice)}
    </div>
  );
}

function SectionFields({ draft, id, change }: { draft: Draft; id: string; change: Change }) {
  const w = useAdminWords();
  const changeSection = (at: number, part: Partial<Draft["sections"][number]>) =>
    change({ sections: draft.sections.map((each, i) => (i === at ? { ...each, ...part } : each)) });
  const field = (i: number, name: keyof Draft["sections"][number], label: string, max?: number) => (
    <Field
      id={`${id}-${name}-${i}`}
      label={label}
      type={max ? "number" : "text"}
      isNeeded
      max={max}
      maxLength={max ? undefined : kLongestName}
      value={draft.sections[i]![name]}
      onInput={(value) => changeSection(i, { [name]: value })}
    />
  );
  return (
    <>
      {draft.sections.map((section, i) => (
        <div key={i} class="section-line">
          {field(i, "name", w.section)}
          {field(i, "rows", w.rows, kMostRows)}
          {field(i, "seatsPerRow", w.perRow, kMostRows)}
          {field(i, "price", w.price, kMostPrice)}
          <button
            type="button"
            class="quiet"
            aria-label={w.removeOf(section.name || `${w.section} ${i + 1}`)}
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
        disabled={draft.sections.length >= kMostSections}
        onClick={() => change({ sections: [...draft.sections, emptySection()] })}
      >
        {w.addSection}
      </button>
      <CsvImport id={id} onUse={(sections) => change({ sections: sections.map(typed) })} />
    </>
  );
}

export function DraftFields(props: {
  draft: Draft;
  id: string;
  zone: string;
  onChange: (draft: Draft) => void;
  onRemove?: (() => void) | undefined;
}) {
  const w = useAdminWords();
  const { draft, id } = props;
  const change = (part: Partial<Draft>) => props.onChange({ ...draft, ...part });
  return (
    <div class="plan">
      <div class="columns">
        <TimeField
          id={`${id}-starts`}
          label={w.startsAt}
          zone={props.zone}
          isNeeded
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
        <CountFields draft={draft} id={id} change={change} />
      ) : (
        <SectionFields draft={draft} id={id} change={change} />
      )}
      <TotalsView totals={totalsOfDraft(draft)} />
      {props.onRemove && (
        <button type="button" class="quiet start-self" onClick={props.onRemove}>
          {w.removeDate}
        </button>
      )}
    </div>
  );
}
