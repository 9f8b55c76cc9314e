// One concert's sale: its curves and seats as they change, and the forms that change it. After a change the page shows the answer to it:
// another server may not have heard of it yet.
import { useState } from "preact/hooks";
import { Heading } from "../../base/heading";
import { useLoaded } from "../../base/loaded";
import type { Concert, Schedule } from "../../base/sale";
import { Skeleton } from "../../base/skeleton";
import { money, number } from "../../base/words";
import { addDates, datesOf, deletedTitle, listedOf, type MadeSchedule } from "../api";
import { Dashboard } from "../dashboard/dashboard";
import { zoneOf } from "../form/about";
import { emptyDraft, planOf, totalsOfDraft } from "../form/date_draft";
import { DraftFields } from "../form/date_fields";
import { Asked, useQuestion } from "../form/question";
import { toIso } from "../form/venue_time";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { DeleteConcert } from "./delete_concert";
import { EditForm } from "./edit_form";
import { LiveMap } from "./live_map";
import { QueueForm } from "./queue_form";
import { SaleSwitch } from "./sale_switch";

function AddDate(props: { id: number; zone: string; onAdded: (made: MadeSchedule[]) => void }) {
  const w = useAdminWords();
  const [draft, setDraft] = useState(emptyDraft());
  const asking = useQuestion();
  const add = async () => {
    const { schedules } = await addDates(props.id, [planOf(draft, props.zone)]);
    setDraft(emptyDraft());
    props.onAdded(schedules);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const totals = totalsOfDraft(draft);
    if (!totals || !toIso(draft.startsAt, props.zone)) return;
    asking.ask({
      text: w.addDateSure(number(totals.seats), money(totals.money)),
      yes: w.addDateYes,
      isCalm: true,
      run: add,
    });
  };
  const change = (next: typeof draft) => {
    if (asking.question) asking.drop(); // it was about other seats
    setDraft(next);
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.addDate}</h2>
      <DraftFields id="new" zone={props.zone} draft={draft} onChange={change} />
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      {!asking.question && (
        <button type="submit" class="start-self" disabled={asking.doing.isDoing}>
          {w.addDate}
        </button>
      )}
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
      startsAt && totalSeats ? [{ id, startsAt, totalSeats, availableSeats: totalSeats, salesEndAt: null }] : [],
    );
    if (dates.value && complete.length === made.length) dates.put([...dates.value, ...complete]);
    else dates.reload();
  };
  const listed = loaded.value;
  const error = loaded.error ?? dates.error;
  if (!listed) return error != null ? <Problem error={error} onRetry={reload} /> : <Skeleton lines={8} />;
  const { concert, queue } = listed;
  deletedTitle.set(null);
  return (
    <section>
      <Heading title={concert.title}>{concert.title}</Heading>
      <SaleSwitch concert={concert} onChanged={changed} />
      <Dashboard concertId={id} />
      {dates.value && dates.value.length > 0 && (
        <LiveMap concertId={id} zone={zoneOf(concert)} schedules={dates.value} onChanged={moved} />
      )}
      <div class="columns">
        <QueueForm id={id} queue={queue} />
        <EditForm concert={concert} onChanged={changed} />
      </div>
      <AddDate id={id} zone={zoneOf(concert)} onAdded={added} />
      <DeleteConcert listed={listed} dates={dates.value?.length ?? concert.scheduleCount} />
    </section>
  );
}
