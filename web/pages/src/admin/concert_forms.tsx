// What can be turned while a concert is on sale. What cannot be undone, or is seen by buyers at once, asks first.
import { useState } from "preact/hooks";
import { serverClock } from "../base/clock";
import { useDoing } from "../base/parts";
import type { Concert } from "../base/sale";
import { number } from "../base/words";
import { type About, AboutFields, aboutOf, FormEnd, isReadable } from "./about";
import { type ConcertChange, changeConcert, deleteConcert, type Listed, type Queue, salesOf, setQueue } from "./api";
import { stateOf } from "./concerts";
import { Field } from "./fields";
import { Problem } from "./problem";
import { Asked, useQuestion } from "./question";
import { toIso, toLocal } from "./venue_time";
import { useAdminWords } from "./words";

export type Changed = (concert: Concert) => void;

export function QueueForm({ id, queue }: { id: number; queue: Queue }) {
  const w = useAdminWords();
  const [settings, change] = useState({
    enabled: queue.enabled,
    maxActive: String(queue.maxActive),
    admissionsPerSecond: String(queue.admissionsPerSecond),
  });
  const [wasOn, setWasOn] = useState(queue.enabled);
  const [said, say] = useState("");
  const asking = useQuestion();
  const looking = useDoing();
  const save = async () => {
    await setQueue(id, {
      enabled: settings.enabled,
      maxActive: Number(settings.maxActive),
      admissionsPerSecond: Number(settings.admissionsPerSecond),
    });
    setWasOn(settings.enabled);
    say(w.saved);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    if (settings.enabled === wasOn) return looking.run(save);
    looking.run(async () => {
      if (settings.enabled) return asking.ask({ text: w.queueOnSure, yes: w.queueOnYes, isCalm: true, run: save });
      const waiting = number((await salesOf(id)).queue.waiting);
      asking.ask({ text: w.queueOffSure(waiting), yes: w.queueOffYes, run: save });
    });
  };
  const field = (name: "maxActive" | "admissionsPerSecond", label: string, max: number) => (
    <Field
      id={name}
      label={label}
      type="number"
      isNeeded
      max={max}
      value={settings[name]}
      onInput={(value) => change({ ...settings, [name]: value })}
    />
  );
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.queue}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={settings.enabled}
          onChange={(event) => change({ ...settings, enabled: event.currentTarget.checked })}
        />{" "}
        {w.enabled}
      </label>
      <div class="columns">
        {field("maxActive", w.maxActive, 1_000_000)}
        {field("admissionsPerSecond", w.perSecond, 100_000)}
      </div>
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={looking} label={w.save} said={said} />
    </form>
  );
}

// Only what is different: another operator may have changed the rest meanwhile.
function changesOf(concert: Concert, about: About): ConcertChange {
  const was = aboutOf(concert);
  const change: ConcertChange = {};
  if (about.title.trim() !== was.title) change.title = about.title.trim();
  if (about.artist.trim() !== was.artist) change.artist = about.artist.trim() || null;
  if (about.venue.trim() !== was.venue) change.venue = about.venue.trim() || null;
  if (about.zone !== was.zone) change.timeZone = about.zone;
  if (about.salesEnd !== was.salesEnd) change.salesEndOffsetMinutes = Number(about.salesEnd);
  const isMoved = (local: string, iso: string | null) => local !== toLocal(iso, about.zone);
  if (isMoved(about.opens, concert.bookingOpensAt)) change.bookingOpensAt = toIso(about.opens, about.zone);
  if (isMoved(about.closes, concert.bookingClosesAt)) change.bookingClosesAt = toIso(about.closes, about.zone);
  return change;
}

export function EditForm({ concert, onChanged }: { concert: Concert; onChanged: Changed }) {
  const w = useAdminWords();
  const [about, setAbout] = useState(aboutOf(concert));
  const [said, say] = useState("");
  const asking = useQuestion();
  const saving = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    if (!isReadable(about)) return;
    const change = changesOf(concert, about);
    const save = async () => {
      const next = await changeConcert(concert.id, change);
      say(w.saved);
      setAbout(aboutOf(next));
      onChanged(next);
    };
    const [before] = stateOf(concert, w);
    const [after] = stateOf({ ...concert, ...(change as Partial<Concert>) }, w);
    if (before === after) return saving.run(save);
    asking.ask({ text: `${w.stateChanges(before, after)} ${w.saveSure}`, yes: w.saveYes, isCalm: true, run: save });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.about}</h2>
      <AboutFields about={about} keepsMoments onChange={setAbout} />
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={saving} label={w.save} said={said} />
    </form>
  );
}

export function SaleSwitch({ concert, onChanged }: { concert: Concert; onChanged: Changed }) {
  const w = useAdminWords();
  const asking = useQuestion();
  const looking = useDoing();
  const [name, tone] = stateOf(concert, w);
  const set = (change: ConcertChange) => async () => onChanged(await changeConcert(concert.id, change));
  const isOpen = name === w.open;
  const reopens = { bookingClosesAt: null };
  const askFirst = () =>
    looking.run(async () => {
      const { seats, held, sold, queue } = await salesOf(concert.id);
      const free = number(Math.max(0, seats - held - sold));
      if (!isOpen)
        return asking.ask({
          text: w.openSure(free),
          yes: w.openYes,
          isCalm: true,
          run: set(name === w.closed ? reopens : { bookingOpensAt: null }),
        });
      asking.ask({
        text: w.closeSure(free, number(held), number(queue.waiting), number(queue.active)),
        yes: w.closeYes,
        // The time is that of the yes, not of the question.
        run: () => set({ bookingClosesAt: new Date(serverClock.now()).toISOString() })(),
      });
    });
  return (
    <>
      <div class="spread">
        <span class={`tag ${tone}`}>{name}</span>
        {name !== w.over && (
          <button type="button" class={isOpen ? "danger" : "main"} disabled={looking.isDoing} onClick={askFirst}>
            {isOpen ? w.closeNow : name === w.closed ? w.reopen : w.openNow}
          </button>
        )}
      </div>
      {(looking.error ?? asking.doing.error) != null && <Problem error={looking.error ?? asking.doing.error} />}
      <Asked asking={asking} />
    </>
  );
}

export function DeleteConcert({ listed, dates }: { listed: Listed; dates: number }) {
  const w = useAdminWords();
  const { concert } = listed;
  const asking = useQuestion();
  const looking = useDoing();
  const askFirst = () =>
    looking.run(async () => {
      const { seats } = await salesOf(concert.id);
      asking.ask({
        text: w.deleteSure(concert.title, w.dateCount(number(dates)), number(seats)),
        yes: w.deleteYes,
        run: async () => {
          await deleteConcert(concert.id, concert.title);
          location.hash = "/";
        },
      });
    });
  return (
    <div class="box">
      <h2>{w.deleteConcert}</h2>
      <p class="small">{w.deleteHelp}</p>
      {(looking.error ?? asking.doing.error) != null && <Problem error={looking.error ?? asking.doing.error} />}
      <Asked asking={asking} />
      {!asking.question && (
        <button type="button" class="danger start-self" disabled={looking.isDoing} onClick={askFirst}>
          {w.deleteConcert}
        </button>
      )}
    </div>
  );
}
