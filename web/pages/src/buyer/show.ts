// The concert and the date that a reservation is for.
import { useLoaded } from "../base/parts";
import { type Concert, concertOf, type Schedule, schedulesOf } from "../base/sale";

export interface Show {
  concert: Concert;
  schedule: Schedule | undefined;
}

export function useShow(concertId: number | undefined) {
  return useLoaded<Show[]>(`show ${concertId}`, async () => {
    if (!concertId) return [];
    const [concert, schedules] = await Promise.all([concertOf(concertId), schedulesOf(concertId, true)]);
    return schedules.map((schedule) => ({ concert, schedule }));
  });
}
