// Dates in as many requests as the server's limit on seats asks for. The latest date is in the first one: the server compares the
// opening of the sale with the last date it knows.
import type { SchedulePlan } from "../api";

export const kSeatsInARequest = 100_000;

const seatsOf = (plan: SchedulePlan): number =>
  "seats" in plan
    ? plan.seats.count
    : plan.sections.reduce((sum, section) => sum + section.rows * section.seatsPerRow, 0);

export function requestsOfDates(plans: readonly SchedulePlan[], most = kSeatsInARequest): SchedulePlan[][] {
  const total = plans.reduce((sum, plan) => sum + seatsOf(plan), 0);
  if (total <= most) return [[...plans]];
  const latest = plans.reduce((last, plan) => (Date.parse(plan.startsAt) > Date.parse(last.startsAt) ? plan : last));
  const requests: SchedulePlan[][] = [];
  let seats = 0;
  for (const plan of [latest, ...plans.filter((each) => each !== latest)]) {
    const fits = requests.length > 0 && seats + seatsOf(plan) <= most;
    if (!fits) {
      requests.push([]);
      seats = 0;
    }
    requests.at(-1)!.push(plan);
    seats += seatsOf(plan);
  }
  return requests;
}
