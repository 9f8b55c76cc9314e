// The form for a new concert. Nothing is made before its totals have been seen and agreed to.
import { useEffect, useRef, useState } from "preact/hooks";
import { Heading } from "../base/heading";
import { money, number } from "../base/words";
import { createInParts, type Progress, usualZone } from "./api";
import { emptyAbout } from "./form/about";
import { AboutFields } from "./form/about_fields";
import { anotherDate, type Draft, emptyDraft, totalsOfAll, wishOf } from "./form/date_draft";
import { DraftFields } from "./form/date_fields";
import { Asked, useQuestion } from "./form/question";
import { totalsOfPlan } from "./form/totals";
import { Problem } from "./problem";
import { useAdminWords } from "./words";

const kMostDates = 100;

function Dates(props: { drafts: readonly Draft[]; zone: string; onChange: (drafts: Draft[]) => void }) {
  const w = useAdminWords();
  const { drafts, onChange } = props;
  const onlyOne = drafts.length === 1;
  return (
    <>
      <h2>{w.dates}</h2>
      {drafts.map((draft, i) => (
        <DraftFields
          key={draft.key}
          id={`date-${i}`}
          zone={props.zone}
          draft={draft}
          onChange={(next) => onChange(drafts.map((each, at) => (at === i ? next : each)))}
          onRemove={onlyOne ? undefined : () => onChange(drafts.filter((_, at) => at !== i))}
        />
      ))}
      <button
        type="button"
        class="start-self"
        disabled={drafts.length >= kMostDates}
        onClick={() => onChange([...drafts, anotherDate(drafts.at(-1)!)])}
      >
        {w.addDate}
      </button>
    </>
  );
}

export function NewConcertScreen() {
  const w = useAdminWords();
  const [about, setAbout] = useState(emptyAbout());
  const [drafts, setDrafts] = useState([emptyDraft()]);
  const asking = useQuestion();
  const begun = useRef<{ text: string; made: Progress } | null>(null); // a plan of several requests that failed midway
  useEffect(() => {
    usualZone().then(
      (zone) => setAbout((was) => ({ ...was, zone })),
      () => {},
    );
  }, []);
  const create = async () => {
    const wish = wishOf(about, drafts);
    const text = JSON.stringify(wish);
    const id = await createInParts(
      wish,
      (date) => totalsOfPlan(date)?.seats ?? 0,
      begun.current?.text === text ? begun.current.made : null,
      (made) => (begun.current = { text, made }),
    );
    location.hash = `/concerts/${id}`;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const all = totalsOfAll(about, drafts);
    if (!all) return document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    asking.ask({
      text: w.createSure(w.dateCount(number(drafts.length)), number(all.seats), money(all.money)),
      yes: w.createYes,
      isCalm: true,
      run: create,
    });
  };
  const change = (next: Draft[]) => {
    if (asking.question) asking.drop(); // it was about other seats
    setDrafts(next);
  };
  return (
    <section>
      <Heading title={w.newConcert}>{w.newConcert}</Heading>
      <form class="box" onSubmit={submit}>
        <AboutFields about={about} onChange={setAbout} />
        <Dates drafts={drafts} zone={about.zone} onChange={change} />
        {asking.doing.error != null && <Problem error={asking.doing.error} />}
        <Asked asking={asking} />
        {!asking.question && (
          <button type="submit" class="main" disabled={asking.doing.isDoing}>
            {w.create}
          </button>
        )}
      </form>
    </section>
  );
}
