// The totals of a plan: seats by price, and the money of a full house.
import type { SchedulePlan, SectionPlan } from "../api";

export interface Totals {
  seats: number;
  money: number;
  byPrice: { price: number; seats: number }[]; // the dearest first
}

const isWhole = (value: number) => Number.isSafeInteger(value) && value > 0;

export const ofSections = (sections: readonly SectionPlan[]) =>
  sections.map(({ rows, seatsPerRow, price }) => ({ seats: rows * seatsPerRow, price }));

// Null while something of it is no number.
export function totalsOf(parts: readonly { seats: number; price: number }[]): Totals | null {
  if (parts.length === 0 || !parts.every(({ seats, price }) => isWhole(seats) && isWhole(price))) return null;
  const byPrice = new Map<number, number>();
  for (const { seats, price } of parts) byPrice.set(price, (byPrice.get(price) ?? 0) + seats);
  return {
    seats: parts.reduce((sum, { seats }) => sum + seats, 0),
    money: parts.reduce((sum, { seats, price }) => sum + seats * price, 0),
    byPrice: [...byPrice].map(([price, seats]) => ({ price, seats })).sort((a, b) => b.price - a.price),
  };
}

export const totalsOfPlan = (plan: SchedulePlan): Totals | null =>
  totalsOf("seats" in plan ? [{ seats: plan.seats.count, price: plan.seats.price }] : ofSections(plan.sections));

export function sumOf(all: readonly Totals[]): Pick<Totals, "seats" | "money"> {
  return {
    seats: all.reduce((sum, each) => sum + each.seats, 0),
    money: all.reduce((sum, each) => sum + each.money, 0),
  };
}
