// One concert's sale: its curves and seats as they change, and what can be turned while it runs. A change is shown as its own answer says:
// of many servers the next one asked may not have heard of it yet.
import { useState } from "preact/hooks";
import { serverClock } from "../base/clock";
import { Heading, Problem, useDoing, useLoaded, Waiting } from "../base/parts";
import type { Concert, Schedule } from "../base/sale";
import {
  addDates,
  changeConcert,
  datesOf,
  type Listed,
  listedOf,
  type MadeSchedule,
  type Queue,
  setQueue,
} from "./api";
import { AboutFields, FieldErrors, FormEnd, stateOf } from "./concerts";
import { Dashboard } from "./dashboard";
import { LiveMap } from "./live_map";
import { DraftFields, emptyDraft, planOf, toIso, toLocal } from "./plan";
import { useAdminWords } from "./words";

function QueueForm({ id, queue }: { id: number; queue: Queue }) {
  const w = useAdminWords();
  const [settings, change] = useState({
    enabled: queue.enabled,
    maxActive: String(queue.maxActive),
    admissionsPerSecond: String(queue.admissionsPerSecond),
  });
  const [said, say] = useState("");
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    doing.run(async () => {
      await setQueue(id, {
        enabled: settings.enabled,
        maxActive: Number(settings.maxActive),
        admissionsPerSecond: Number(settings.admissionsPerSecond),
      });
      say(w.saved);
    });
  };
  const field = (name: "maxActive" | "admissionsPerSecond", label: string, max: number) => (
    <div class="field">
      <label for={name}>{label}</label>
      <input
        id={name}
        type="number"
        min={1}
        max={max}
        required
        value={settings[name]}
        onInput={(event) => change({ ...settings, [name]: event.currentTarget.value })}
      />
    </div>
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
      <FormEnd doing={doing} label={w.save} said={said} />
    </form>
  );
}

type Changed = (concert: Concert) => void;

function EditForm({ listed, onChanged }: { listed: Listed; onChanged: Changed }) {
  const w = useAdminWords();
  const { concert } = listed;
  const [about, setAbout] = useState({
    title: concert.title,
    artist: concert.artist ?? "",
    venue: concert.venue ?? "",
    opens: toLocal(concert.bookingOpensAt),
    closes: toLocal(concert.bookingClosesAt),
  });
  const [said, say] = useState("");
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    doing.run(async () => {
      const changed = (now: string, before: string | null, name: string) =>
        now === toLocal(before) ? {} : { [name]: toIso(now) };
      const next = await changeConcert(concert.id, {
        title: about.title.trim(),
        artist: about.artist.trim() || null,
        venue: about.venue.trim() || null,
        ...changed(about.opens, concert.bookingOpensAt, "bookingOpensAt"),
        ...changed(about.closes, concert.bookingClosesAt, "bookingClosesAt"),
      });
      say(w.saved);
      onChanged(next);
    });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.about}</h2>
      <AboutFields about={about} onChange={setAbout} />
      <FormEnd doing={doing} label={w.save} said={said} />
    </form>
  );
}

function SaleSwitch({ listed, onChanged }: { listed: Listed; onChanged: Changed }) {
  const w = useAdminWords();
  const { concert } = listed;
  const doing = useDoing();
  const [name, tone] = stateOf(concert, w);
  const set = (change: { bookingOpensAt?: string | null; bookingClosesAt?: string | null }) =>
    doing.run(async () => onChanged(await changeConcert(concert.id, change)));
  const isOpen = name === w.open;
  return (
    <div class="spread">
      <span class={`tag ${tone}`}>{name}</span>
      {isOpen ? (
        <button
          type="button"
          class="danger"
          disabled={doing.isDoing}
          onClick={() => set({ bookingClosesAt: new Date(serverClock.now()).toISOString() })}
        >
          {w.closeNow}
        </button>
      ) : (
        <button
          type="button"
          class="main"
          disabled={doing.isDoing}
          onClick={() => set(name === w.closed ? { bookingClosesAt: null } : { bookingOpensAt: null })}
        >
          {name === w.closed ? w.reopen : w.openNow}
        </button>
      )}
      {doing.error != null && <Problem error={doing.error} />}
    </div>
  );
}

function AddDate({ id, onAdded }: { id: number; onAdded: (made: MadeSchedule[]) => void }) {
  const w = useAdminWords();
  const [draft, setDraft] = useState(emptyDraft());
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    doing.run(async () => {
      const { schedules } = await addDates(id, [planOf(draft)]);
      setDraft(emptyDraft());
      onAdded(schedules);
    });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.addDate}</h2>
      <DraftFields id="new" draft={draft} onChange={setDraft} />
      <FieldErrors error={doing.error} />
      <button type="submit" class="start-self" disabled={doing.isDoing}>
        {w.addDate}
      </button>
    </form>
  );
}

export function ConcertScreen({ id }: { id: number }) {
  const loaded = useLoaded(`admin ${id}`, () => listedOf(id));
  const dates = useLoaded(`admin dates ${id}`, () => datesOf(id));
  const reload = () => {
    loaded.reload();
    dates.reload();
  };
  const changed = (concert: Concert) => loaded.put({ queue: loaded.value!.queue, concert });
  const moved = (schedule: Schedule) =>
    dates.put(dates.value!.map((each) => (each.id === schedule.id ? schedule : each)));
  const added = (made: MadeSchedule[]) => {
    const complete = made.flatMap(({ id, startsAt, totalSeats }) =>
      startsAt && totalSeats ? [{ id, startsAt, totalSeats, availableSeats: totalSeats }] : [],
    );
    if (dates.value && complete.length === made.length) dates.put([...dates.value, ...complete]);
    else dates.reload();
  };
  const listed = loaded.value;
  const error = loaded.error ?? dates.error;
  if (!listed) return error != null ? <Problem error={error} onRetry={reload} /> : <Waiting lines={8} />;
  return (
    <section>
      <div class="spread">
        <Heading title={listed.concert.title}>{listed.concert.title}</Heading>
        <SaleSwitch listed={listed} onChanged={changed} />
      </div>
      <Dashboard concertId={id} />
      {dates.value && dates.value.length > 0 && <LiveMap concertId={id} schedules={dates.value} onChanged={moved} />}
      <div class="columns">
        <QueueForm id={id} queue={listed.queue} />
        <EditForm listed={listed} onChanged={changed} />
      </div>
      <AddDate id={id} onAdded={added} />
    </section>
  );
}
