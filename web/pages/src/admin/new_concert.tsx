// The form for a new concert. Nothing is made before its totals have been seen and agreed to.
import { useEffect, useState } from "preact/hooks";
import { Heading } from "../base/parts";
import { money, number } from "../base/words";
import { AboutFields, emptyAbout, isReadable } from "./about";
import { createConcert, usualZone } from "./api";
import { anotherDate, DraftFields, emptyDraft, planOf, totalsOfDraft } from "./plan";
import { Problem } from "./problem";
import { Asked, useQuestion } from "./question";
import { sumOf, type Totals } from "./totals";
import { toIso } from "./venue_time";
import { useAdminWords } from "./words";

const kMostDates = 100;

export function NewConcertScreen() {
  const w = useAdminWords();
  const [about, setAbout] = useState(emptyAbout());
  const [drafts, setDrafts] = useState([emptyDraft()]);
  const asking = useQuestion();
  useEffect(() => {
    usualZone().then(
      (zone) => setAbout((was) => ({ ...was, zone })),
      () => {},
    );
  }, []);
  const create = async () => {
    const made = await createConcert({
      title: about.title.trim(),
      artist: about.artist.trim() || null,
      venue: about.venue.trim() || null,
      timeZone: about.zone,
      ...(about.salesEnd === "0" ? {} : { salesEndOffsetMinutes: Number(about.salesEnd) }),
      bookingOpensAt: toIso(about.opens, about.zone),
      bookingClosesAt: toIso(about.closes, about.zone),
      schedules: drafts.map((draft) => planOf(draft, about.zone)),
    });
    location.hash = `/concerts/${made.id}`;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const totals = drafts.map(totalsOfDraft).filter((each): each is Totals => each !== null);
    const isComplete =
      isReadable(about) && totals.length === drafts.length && drafts.every((each) => toIso(each.startsAt, about.zone));
    if (!isComplete) return document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    const all = sumOf(totals);
    asking.ask({
      text: w.createSure(w.dateCount(number(drafts.length)), number(all.seats), money(all.money)),
      yes: w.createYes,
      isCalm: true,
      run: create,
    });
  };
  const change = (next: typeof drafts) => {
    asking.question && asking.drop(); // it was about other seats
    setDrafts(next);
  };
  return (
    <section>
      <Heading title={w.newConcert}>{w.newConcert}</Heading>
      <form class="box" onSubmit={submit}>
        <AboutFields about={about} onChange={setAbout} />
        <h2>{w.dates}</h2>
        {drafts.map((draft, i) => (
          <DraftFields
            key={draft.key}
            id={`date-${i}`}
            zone={about.zone}
            draft={draft}
            onChange={(next) => change(drafts.map((each, at) => (at === i ? next : each)))}
            onRemove={drafts.length > 1 ? () => change(drafts.filter((_, at) => at !== i)) : undefined}
          />
        ))}
        <button
          type="button"
          class="start-self"
          disabled={drafts.length >= kMostDates}
          onClick={() => change([...drafts, anotherDate(drafts.at(-1)!)])}
        >
          {w.addDate}
        </button>
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
