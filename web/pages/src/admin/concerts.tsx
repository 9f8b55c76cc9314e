// Every concert, and the form for a new one.
import { useState } from "preact/hooks";
import { Refused } from "../base/api";
import { serverClock } from "../base/clock";
import { Heading, Problem, useDoing, useLoaded, Waiting } from "../base/parts";
import type { Concert } from "../base/sale";
import { number } from "../base/words";
import { allConcerts, createConcert } from "./api";
import { DraftFields, emptyDraft, planOf, toIso } from "./plan";
import { type AdminWords, useAdminWords } from "./words";

export function stateOf(concert: Concert, w: AdminWords): [name: string, tone: string] {
  const now = serverClock.now();
  if (concert.bookingClosesAt && Date.parse(concert.bookingClosesAt) <= now) return [w.closed, ""];
  if (concert.bookingOpensAt && Date.parse(concert.bookingOpensAt) > now) return [w.notYet, "soon"];
  return [w.open, "good"];
}

export function ConcertsScreen() {
  const w = useAdminWords();
  const loaded = useLoaded("all", allConcerts);
  return (
    <section>
      <div class="spread">
        <Heading title={w.concerts}>{w.concerts}</Heading>
        <a class="main" href="#/concerts/new">
          {w.newConcert}
        </a>
      </div>
      {loaded.error != null && <Problem error={loaded.error} onRetry={loaded.reload} />}
      {!loaded.value && loaded.error == null && <Waiting lines={6} />}
      {loaded.value && (
        <div class="box scroll" role="region" aria-label={w.concerts} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th>{w.name}</th>
                <th>{w.status}</th>
                <th class="number">{w.dates}</th>
                <th class="number">{w.free}</th>
                <th class="number">{w.waiting}</th>
                <th class="number">{w.active}</th>
              </tr>
            </thead>
            <tbody>
              {loaded.value.map(({ concert, queue }) => {
                const [name, tone] = stateOf(concert, w);
                return (
                  <tr key={concert.id}>
                    <td>
                      <a href={`#/concerts/${concert.id}`} dir="auto">
                        {concert.title}
                      </a>
                    </td>
                    <td>
                      <span class={`tag ${tone}`}>{name}</span>
                    </td>
                    <td class="number">{concert.scheduleCount}</td>
                    <td class="number">{number(concert.availableSeats)}</td>
                    <td class="number">{number(queue.waiting)}</td>
                    <td class="number">{number(queue.active)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

export interface About {
  title: string;
  artist: string;
  venue: string;
  opens: string;
  closes: string;
}

export function AboutFields({ about, onChange }: { about: About; onChange: (about: About) => void }) {
  const w = useAdminWords();
  const field = (name: keyof About, label: string, type: "text" | "datetime-local" = "text", isNeeded = false) => (
    <div class="field">
      <label for={`about-${name}`}>{label}</label>
      <input
        id={`about-${name}`}
        {...({ type } as { type: "text" })}
        required={isNeeded}
        maxLength={type === "text" ? 300 : undefined}
        value={about[name]}
        onInput={(event) => onChange({ ...about, [name]: event.currentTarget.value })}
      />
    </div>
  );
  return (
    <>
      {field("title", w.name, "text", true)}
      <div class="columns">
        {field("artist", w.artist)}
        {field("venue", w.venue)}
      </div>
      <div class="columns">
        {field("opens", w.opensAt, "datetime-local")}
        {field("closes", w.closesAt, "datetime-local")}
      </div>
      <p class="small">{w.atOnce}</p>
    </>
  );
}

// How the forms of what is on sale end: what was wrong, the button, and what has been done.
export function FormEnd(props: { doing: ReturnType<typeof useDoing>; label: string; said: string }) {
  return (
    <>
      <FieldErrors error={props.doing.error} />
      <div class="spread">
        <button type="submit" disabled={props.doing.isDoing}>
          {props.label}
        </button>
        <span role="status" class="good-text">
          {props.said}
        </span>
      </div>
    </>
  );
}

export function FieldErrors({ error }: { error: unknown }) {
  if (error == null) return null;
  return (
    <>
      <Problem error={error} />
      {error instanceof Refused && error.problem.errors && (
        <ul class="bad-text">
          {error.problem.errors.map((each) => (
            <li key={each.field}>
              {each.field} {each.reason}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function NewConcertScreen() {
  const w = useAdminWords();
  const [about, setAbout] = useState<About>({ title: "", artist: "", venue: "", opens: "", closes: "" });
  const [drafts, setDrafts] = useState([emptyDraft()]);
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    doing.run(async () => {
      const made = await createConcert({
        title: about.title.trim(),
        artist: about.artist.trim() || null,
        venue: about.venue.trim() || null,
        bookingOpensAt: toIso(about.opens),
        bookingClosesAt: toIso(about.closes),
        schedules: drafts.map(planOf),
      });
      location.hash = `/concerts/${made.id}`;
    });
  };
  return (
    <section>
      <Heading title={w.newConcert}>{w.newConcert}</Heading>
      <form class="box" onSubmit={submit}>
        <AboutFields about={about} onChange={setAbout} />
        <h2>{w.dates}</h2>
        {drafts.map((draft, i) => (
          <DraftFields
            key={i}
            id={`date-${i}`}
            draft={draft}
            onChange={(next) => setDrafts(drafts.map((each, at) => (at === i ? next : each)))}
          />
        ))}
        <button
          type="button"
          class="start-self"
          disabled={drafts.length >= 100}
          onClick={() => setDrafts([...drafts, { ...drafts.at(-1)!, startsAt: "" }])}
        >
          {w.addDate}
        </button>
        <FieldErrors error={doing.error} />
        <button type="submit" class="main" disabled={doing.isDoing}>
          {w.create}
        </button>
      </form>
    </section>
  );
}
