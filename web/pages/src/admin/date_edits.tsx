// What can still be changed of a date that is on sale: when it is, what its seats cost from now on, and what its sections are called.
import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../base/parts";
import type { Schedule, Seat } from "../base/sale";
import { money, number, venueTime } from "../base/words";
import { FormEnd } from "./about";
import { changePrices, moveDate, type PriceChange, type PriceLine, previewPrices, renameSection } from "./api";
import { Field, TimeField } from "./fields";
import { kLongestName } from "./names";
import { joined } from "./price_changes";
import { draftOf, emptyPrices, type PriceDraft, priceLine, requestsOf, sectionsOf } from "./prices";
import { Problem } from "./problem";
import { Asked, useQuestion } from "./question";
import { toIso, toLocal } from "./venue_time";
import { useAdminWords } from "./words";

const countOf = (seats: readonly Seat[], status: Seat["status"]) =>
  seats.reduce((sum, seat) => sum + (seat.status === status ? 1 : 0), 0);

export function MoveDate(props: {
  concertId: number;
  schedule: Schedule;
  zone: string;
  lookAtSeats: () => Promise<readonly Seat[]>;
  onChanged: (schedule: Schedule) => void;
}) {
  const w = useAdminWords();
  const { schedule, zone } = props;
  const [startsAt, setStartsAt] = useState(toLocal(schedule.startsAt, zone));
  const [said, say] = useState("");
  const asking = useQuestion();
  const looking = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const to = toIso(startsAt, zone);
    if (!to) return;
    if (Date.parse(to) === Date.parse(schedule.startsAt)) return say(w.sameStart);
    looking.run(async () => {
      const seats = await props.lookAtSeats();
      asking.ask({
        text: w.moveSure(
          venueTime(schedule.startsAt, zone),
          venueTime(to, zone),
          number(countOf(seats, "RESERVED")),
          number(countOf(seats, "TEMPORARILY_RESERVED")),
        ),
        yes: w.moveYes,
        isCalm: true,
        run: async () => {
          props.onChanged(await moveDate(props.concertId, schedule.id, to));
          say(w.moved);
        },
      });
    });
  };
  return (
    <form onSubmit={submit}>
      <h3>{w.moveDate}</h3>
      <TimeField id="move-to" label={w.newStart} zone={zone} isNeeded value={startsAt} onInput={setStartsAt} />
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={looking} label={w.moveDate} said={said} />
    </form>
  );
}

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

interface OfSeats {
  concertId: number;
  scheduleId: number;
  seats: readonly Seat[];
}

// `picked`: a seat that was clicked on the map, to start from.
export function ChangePrices(props: OfSeats & { picked: Seat | null }) {
  const w = useAdminWords();
  const { concertId, scheduleId, seats } = props;
  const [draft, setDraft] = useState(emptyPrices());
  const [bad, setBad] = useState<"rows" | "seats" | null>(null);
  const [said, say] = useState("");
  const asking = useQuestion();
  const looking = useDoing();
  const sections = sectionsOf(seats);
  const hasRows = seats.some((seat) => seat.row !== null);
  const change = (part: Partial<PriceDraft>) => {
    if (asking.question) asking.drop(); // it was about other seats
    setDraft({ ...draft, ...part });
  };
  useEffect(() => {
    if (props.picked) setDraft(draftOf(props.picked));
  }, [props.picked]);
  const reprice = async (parts: readonly PriceLine[]) => {
    let [meant, changed] = [0, 0];
    for (const part of parts) {
      const done = await changePrices(concertId, scheduleId, [part]);
      meant += done.seats;
      changed += done.changedSeats;
      say(w.repriced(number(changed), number(meant)));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const line = priceLine(draft);
    setBad("bad" in line ? line.bad : null);
    if ("bad" in line) return;
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
  };
  const numbers = (name: "rows" | "seats", label: string) => (
    <div class="field">
      <label for={`price-${name}`}>{label}</label>
      <input
        id={`price-${name}`}
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
          <SectionChoice
            id="price-section"
            label={w.section}
            all={w.allSections}
            sections={sections}
            value={draft.section}
            onInput={(section) => change({ section })}
          />
        )}
        {hasRows && numbers("rows", w.whichRows)}
        {numbers("seats", w.whichSeats)}
        <Field
          id="price-new"
          label={w.newPrice}
          type="number"
          isNeeded
          max={10_000_000}
          value={draft.price}
          onInput={(price) => change({ price })}
        />
      </div>
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

function SectionChoice(props: {
  id: string;
  label: string;
  all?: string;
  sections: readonly string[];
  value: string;
  onInput: (section: string) => void;
}) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <select id={props.id} value={props.value} onChange={(event) => props.onInput(event.currentTarget.value)}>
        {props.all && <option value="">{props.all}</option>}
        {props.sections.map((section) => (
          <option key={section} value={section}>
            {section}
          </option>
        ))}
      </select>
    </div>
  );
}

export function RenameSection(props: OfSeats & { onRenamed: () => void }) {
  const w = useAdminWords();
  const { concertId, scheduleId, seats } = props;
  const sections = sectionsOf(seats);
  const [chosen, choose] = useState(sections[0] ?? "");
  const [name, setName] = useState("");
  const [said, say] = useState("");
  const asking = useQuestion();
  if (sections.length === 0) return null;
  const section = sections.includes(chosen) ? chosen : sections[0]!;
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const count = seats.filter((seat) => seat.section === section).length;
    asking.ask({
      text: w.renameSure(section, name.trim(), number(count)),
      yes: w.renameYes,
      isCalm: true,
      run: async () => {
        const done = await renameSection(concertId, scheduleId, section, name.trim());
        say(w.renamed(done.section));
        setName("");
        choose(done.section);
        props.onRenamed();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <h3>{w.renameSection}</h3>
      <div class="columns">
        <SectionChoice id="rename-from" label={w.section} sections={sections} value={section} onInput={choose} />
        <Field
          id="rename-to"
          label={w.newName}
          isNeeded
          maxLength={kLongestName}
          value={name}
          onInput={(text) => {
            if (asking.question) asking.drop();
            setName(text);
          }}
        />
      </div>
      <Asked asking={asking} />
      <FormEnd doing={asking.doing} label={w.renameSection} said={said} />
    </form>
  );
}
