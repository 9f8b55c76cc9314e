// Other prices for seats that are on sale. What each section's prices become is shown and agreed to before anything changes.
import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../../base/doing";
import type { Seat } from "../../base/sale";
import { money, number } from "../../base/words";
import { changePrices, type PriceChange, type PriceLine, previewPrices } from "../api";
import { Field, SectionField } from "../form/fields";
import { Asked, useQuestion } from "../form/question";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { FormEnd } from "./form_end";
import { joined } from "./price_changes";
import { draftOf, emptyPrices, type OfSeats, type PriceDraft, priceLine, requestsOf, sectionsOf } from "./prices";

function Changes({ changes }: { changes: readonly PriceChange[] }) {
  const w = useAdminWords();
  const sum = (name: "held" | "sold") => changes.reduce((all, each) => all + each[name], 0);
  return (
    <>
      <ul>
        {changes.map(({ section, from, to, seats }) => (
          <li key={`${section} ${from}`} dir="auto">
            {w.priceLine(section, number(seats), money(from), money(to))}
          </li>
        ))}
      </ul>
      {sum("held") + sum("sold") > 0 && <p>{w.priceKept(number(sum("held")), number(sum("sold")))}</p>}
    </>
  );
}

type Bad = "rows" | "seats" | null; // numbers that cannot be read

// Many seats are asked about in several requests, one after the other; the answers of all of them are agreed to at once.
function useReprice({ concertId, scheduleId, seats }: OfSeats) {
  const w = useAdminWords();
  const [said, say] = useState("");
  const asking = useQuestion();
  const looking = useDoing();
  const reprice = async (parts: readonly PriceLine[]) => {
    let [meant, changed] = [0, 0];
    for (const part of parts) {
      const done = await changePrices(concertId, scheduleId, [part]);
      meant += done.seats;
      changed += done.changedSeats;
      say(w.repriced(number(changed), number(meant)));
    }
  };
  const preview = (line: PriceLine) =>
    looking.run(async () => {
      const parts = requestsOf(seats, line);
      const previews: PriceChange[][] = [];
      for (const part of parts) previews.push((await previewPrices(concertId, scheduleId, [part])).changes);
      const changes = joined(previews);
      const all = changes.reduce((sum, each) => sum + each.seats, 0);
      if (all === 0) return say(w.priceNone);
      asking.ask({
        text: w.priceSure(number(all)),
        more: <Changes changes={changes} />,
        yes: w.priceYes,
        run: () => reprice(parts),
      });
    });
  return { said, say, asking, looking, preview };
}

function NumbersField(props: {
  name: "rows" | "seats";
  label: string;
  value: string;
  isBad: boolean;
  onInput: (value: string) => void;
}) {
  const id = `price-${props.name}`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        maxLength={200}
        value={props.value}
        aria-invalid={props.isBad}
        aria-describedby={props.isBad ? "price-bad" : "price-help"}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function PriceFields(props: {
  seats: readonly Seat[];
  draft: PriceDraft;
  bad: Bad;
  onChange: (part: Partial<PriceDraft>) => void;
}) {
  const w = useAdminWords();
  const { seats, draft, bad, onChange } = props;
  const sections = sectionsOf(seats);
  const numbers = (name: "rows" | "seats", label: string) => (
    <NumbersField
      name={name}
      label={label}
      value={draft[name]}
      isBad={bad === name}
      onInput={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <div class="columns">
      {sections.length > 0 && (
        <SectionField
          id="price-section"
          label={w.section}
          all={w.allSections}
          sections={sections}
          value={draft.section}
          onInput={(section) => onChange({ section })}
        />
      )}
      {seats.some((seat) => seat.row !== null) && numbers("rows", w.whichRows)}
      {numbers("seats", w.whichSeats)}
      <Field
        id="price-new"
        label={w.newPrice}
        type="number"
        isNeeded
        max={10_000_000}
        value={draft.price}
        onInput={(price) => onChange({ price })}
      />
    </div>
  );
}

// `picked`: a seat that was clicked on the map, to start from.
export function ChangePrices(props: OfSeats & { picked: Seat | null }) {
  const w = useAdminWords();
  const [draft, setDraft] = useState(emptyPrices());
  const [bad, setBad] = useState<Bad>(null);
  const { said, say, asking, looking, preview } = useReprice(props);
  useEffect(() => {
    if (props.picked) setDraft(draftOf(props.picked));
  }, [props.picked]);
  const change = (part: Partial<PriceDraft>) => {
    if (asking.question) asking.drop(); // it was about other seats
    setDraft({ ...draft, ...part });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const line = priceLine(draft);
    setBad("bad" in line ? line.bad : null);
    if (!("bad" in line)) preview(line);
  };
  return (
    <form onSubmit={submit}>
      <h3>{w.changePrices}</h3>
      <p id="price-help" class="small">
        {w.pricesHelp}
      </p>
      <PriceFields seats={props.seats} draft={draft} bad={bad} onChange={change} />
      {bad && (
        <p id="price-bad" class="bad-text" role="alert">
          {w.badNumbers}
        </p>
      )}
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={looking} label={w.changePrices} said={said} />
    </form>
  );
}
