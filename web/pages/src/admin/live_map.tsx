// The seats of one date as they go, without a ticket, and what can be changed of the date.
import { useMemo, useState } from "preact/hooks";
import { Problem } from "../base/parts";
import type { Schedule, Seat } from "../base/sale";
import { dateTime, money, seatName } from "../base/words";
import { useHall, useSeats } from "../buyer/seat_state";
import { SeatMapView } from "../seatmap/map";
import { kFree, kHeld } from "../seatmap/paint";
import { mapChanges, mapOf } from "./api";
import { ChangePrices, MoveDate } from "./date_edits";
import { useAdminWords } from "./words";

export function LiveMap(props: { concertId: number; schedules: Schedule[]; onChanged: (schedule: Schedule) => void }) {
  const w = useAdminWords();
  const { concertId, schedules } = props;
  const [scheduleId, choose] = useState(schedules[0]!.id);
  const schedule = schedules.find((each) => each.id === scheduleId) ?? schedules[0]!;
  return (
    <div class="box">
      <div class="spread">
        <h2>{w.liveMap}</h2>
        <div>
          <label class="unseen" for="date">
            {w.dates}
          </label>
          <select id="date" value={String(scheduleId)} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {schedules.map((each) => (
              <option key={each.id} value={String(each.id)}>
                {dateTime(each.startsAt)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Hall key={scheduleId} concertId={concertId} scheduleId={scheduleId} />
      <MoveDate key={`move ${scheduleId}`} concertId={concertId} schedule={schedule} onChanged={props.onChanged} />
    </div>
  );
}

function Hall({ concertId, scheduleId }: { concertId: number; scheduleId: number }) {
  const w = useAdminWords();
  const source = useMemo(
    () => ({
      all: () => mapOf(concertId, scheduleId),
      since: (version: number) => mapChanges(concertId, scheduleId, version),
    }),
    [concertId, scheduleId],
  );
  const [picked, pick] = useState<Seat | null>(null);
  const { seats, statuses, error, again } = useSeats(`${concertId}/${scheduleId}`, source, () => {});
  const { layout, classOf, numbers, rows } = useHall(seats);
  const picture = useMemo(() => ({ layout, codes: statuses, classes: classOf }), [layout, statuses, classOf]);
  const nameOf = (i: number) =>
    `${seatName(seats[i]!)} · ${money(seats[i]!.price)} · ${statuses[i] === kFree ? w.free : statuses[i] === kHeld ? w.held : w.sold}`;
  if (error != null) return <Problem error={error} onRetry={again} />;
  if (seats.length === 0) return <div class="map-frame bone" />;
  return (
    <>
      <SeatMapView
        picture={picture}
        numbers={numbers}
        rows={rows}
        nameOf={nameOf}
        onToggle={(i) => pick({ ...seats[i]! })}
      />
      <ChangePrices concertId={concertId} scheduleId={scheduleId} seats={seats} picked={picked} />
    </>
  );
}
