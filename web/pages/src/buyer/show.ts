// The concert and the date that a reservation is for.
import { useLoaded } from "../base/loaded";
import { type Concert, concertOf, type Reservation, type Schedule, schedulesOf } from "../base/sale";

export interface Show {
  concert: Concert;
  schedule: Schedule;
}

export function useShow(reservation: Reservation | null): Show | undefined {
  const id = reservation?.concertId;
  const loaded = useLoaded<Show[]>(`show ${id}`, async () => {
    if (!id) return [];
    const [concert, schedules] = await Promise.all([concertOf(id), schedulesOf(id, true)]);
    return schedules.map((schedule) => ({ concert, schedule }));
  });
  return loaded.value?.find(({ schedule }) => schedule.id === reservation?.scheduleId);
}
