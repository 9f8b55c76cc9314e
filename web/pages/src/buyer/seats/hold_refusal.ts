// The meaning of a refused hold for the screen on which seats are chosen.
import { Refused } from "../../base/api";

export type HoldRefusal =
  | { kind: "taken"; seatIds: readonly number[] }
  | { kind: "price"; amount: number }
  | { kind: "over" } // the turn
  | { kind: "problem" };

export function refusalOf(failed: unknown): HoldRefusal {
  if (!(failed instanceof Refused)) return { kind: "problem" };
  const { seatIds, amount } = failed.problem;
  switch (failed.code) {
    case "SEAT_ALREADY_RESERVED":
      return seatIds ? { kind: "taken", seatIds } : { kind: "problem" };
    case "PRICE_CHANGED":
      return amount === undefined ? { kind: "problem" } : { kind: "price", amount };
    case "QUEUE_TOKEN_EXPIRED":
    case "QUEUE_TOKEN_COMPLETED":
      return { kind: "over" };
    default:
      return { kind: "problem" };
  }
}

// How many seats are left for this buyer, where the refusal says it.
export const seatsLeftIn = (failed: unknown): number | undefined =>
  failed instanceof Refused ? failed.problem.seatsLeftForUser : undefined;
