// What can still be changed of a date that is on sale: when it is, and what its seats cost from now on.
import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../base/parts";
import type { Schedule, Seat } from "../base/sale";
import { changePrices, moveDate } from "./api";
import { FormEnd } from "./concerts";
import { toIso, toLocal } from "./plan";
import { draftOf, emptyPrices, type PriceDraft, priceLine, requestsOf, sectionsOf } from "./prices";
import { useAdminWords } from "./words";

export function MoveDate(props: { concertId: number; schedule: Schedule; onChanged: (schedule: Schedule) => void }) {
  const w = useAdminWords();
  const { schedule } = props;
  const [startsAt, setStartsAt] = useState(toLocal(schedule.startsAt));
  const [said, say] = useState("");
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    doing.run(async () => {
      props.onChanged(await moveDate(props.concertId, schedule.id, toIso(startsAt)!));
      say(w.moved);
    });
  };
  return (
    <form onSubmit={submit}>
      <h3>{w.moveDate}</h3>
      <div class="field">
        <label for="move-to">{w.newStart}</label>
        <input
          id="move-to"
          type="datetime-local"
          required
          value={startsAt}
          onInput={(event) => setStartsAt(event.currentTarget.value)}
        />
      </div>
      <FormEnd doing={doing} label={w.moveDate} said={said} />
    </form>
  );
}

// `picked`: a seat that was clicked on the map, to start from.
export function ChangePrices(props: {
  concertId: number;
  scheduleId: number;
  seats: readonly Seat[];
  picked: Seat | null;
}) {
  const w = useAdminWords();
  const [draft, setDraft] = useState(emptyPrices());
  const [bad, setBad] = useState<"rows" | "seats" | null>(null);
  const [said, say] = useState("");
  const doing = useDoing();
  const sections = sectionsOf(props.seats);
  const hasRows = props.seats.some((seat) => seat.row !== null);
  const change = (part: Partial<PriceDraft>) => setDraft({ ...draft, ...part });
  useEffect(() => {
    if (props.picked) setDraft(draftOf(props.picked));
  }, [props.picked]);
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const line = priceLine(draft);
    setBad("bad" in line ? line.bad : null);
    if ("bad" in line) return;
    doing.run(async () => {
      let [seats, changed] = [0, 0];
      for (const part of requestsOf(props.seats, line)) {
        const done = await changePrices(props.concertId, props.scheduleId, [part]);
        seats += done.seats;
        changed += done.changedSeats;
        say(w.repriced(changed, seats));
      }
    });
  };
  const numbers = (name: "rows" | "seats", label: string) => (
    <div class="field">
      <label for={`price-${name}`}>{label}</label>
      <input
        id={`price-${name}`}
        inputMode="numeric"
        maxLength={200}
        value={draft[name]}
        aria-invalid={bad === name}
        aria-describedby={bad === name ? "price-bad" : "price-help"}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <form onSubmit={submit}>
      <h3>{w.changePrices}</h3>
      <p id="price-help" class="small">
        {w.pricesHelp}
      </p>
      <div class="columns">
        {sections.length > 0 && (
          <div class="field">
            <label for="price-section">{w.section}</label>
            <select
              id="price-section"
              value={draft.section}
              onChange={(event) => change({ section: event.currentTarget.value })}
            >
              <option value="">{w.allSections}</option>
              {sections.map((section) => (
                <option key={section} value={section}>
                  {section}
                </option>
              ))}
            </select>
          </div>
        )}
        {hasRows && numbers("rows", w.whichRows)}
        {numbers("seats", w.whichSeats)}
        <div class="field">
          <label for="price-new">{w.newPrice}</label>
          <input
            id="price-new"
            type="number"
            min={1}
            max={10_000_000}
            required
            value={draft.price}
            onInput={(event) => change({ price: event.currentTarget.value })}
          />
        </div>
      </div>
      {bad && (
        <p id="price-bad" class="bad-text" role="alert">
          {w.badNumbers}
        </p>
      )}
      <FormEnd doing={doing} label={w.changePrices} said={said} />
    </form>
  );
}
