// Moving a date that is on sale. Buyers who hold or have bought its seats see the new time: the question says how many they are.
import { useState } from "preact/hooks";
import { useDoing } from "../../base/doing";
import type { Schedule, Seat } from "../../base/sale";
import { number, venueTime } from "../../base/words";
import { moveDate } from "../api";
import { TimeField } from "../form/fields";
import { Asked, useQuestion } from "../form/question";
import { toIso, toLocal } from "../form/venue_time";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { FormEnd } from "./form_end";

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
