// The seats of one date as they go, without a ticket, and what can be changed of the date.
import { useMemo, useState } from "preact/hooks";
import { serverClock } from "../../base/clock";
import type { Schedule, Seat } from "../../base/sale";
import { money, seatName, venueTime } from "../../base/words";
import { SeatMapView } from "../../seatmap/map";
import { kFree, kHeld } from "../../seatmap/paint";
import { useHall, useSeats } from "../../seatmap/seat_state";
import { mapChanges, mapOf } from "../api";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { ChangePrices } from "./change_prices";
import { MoveDate } from "./move_date";
import { RenameSection } from "./rename_section";

export function LiveMap(props: {
  concertId: number;
  zone: string;
  schedules: Schedule[];
  onChanged: (schedule: Schedule) => void;
}) {
  const w = useAdminWords();
  const { concertId, zone, schedules } = props;
  const [scheduleId, choose] = useState(schedules[0]!.id);
  const schedule = schedules.find((each) => each.id === scheduleId) ?? schedules[0]!;
  const isPast = (each: Schedule) => Date.parse(each.startsAt) <= serverClock.now();
  return (
    <div class="box">
      <div class="spread">
        <h2>{w.liveMap}</h2>
        <div class="choose">
          <label class="unseen" for="date">
            {w.dates}
          </label>
          <select id="date" value={String(scheduleId)} onChange={(event) => choose(Number(event.currentTarget.value))}>
            {schedules.map((each) => (
              <option key={each.id} value={String(each.id)}>
                {venueTime(each.startsAt, zone)}
                {isPast(each) ? ` · ${w.pastDate}` : ""}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Hall key={scheduleId} concertId={concertId} scheduleId={scheduleId} />
      <MoveDate
        key={`move ${scheduleId} ${zone}`}
        concertId={concertId}
        schedule={schedule}
        zone={zone}
        lookAtSeats={async () => (await mapOf(concertId, scheduleId)).seats}
        onChanged={props.onChanged}
      />
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
  const shared = { concertId, scheduleId, seats };
  return (
    <>
      <SeatMapView
        picture={picture}
        numbers={numbers}
        rows={rows}
        nameOf={nameOf}
        onToggle={(i) => pick({ ...seats[i]! })}
      />
      <ChangePrices {...shared} picked={picked} />
      <RenameSection {...shared} onRenamed={again} />
    </>
  );
}
