// Asking the server for the chosen seats, and what the screen does when it refuses.
import type { useDoing } from "../../base/doing";
import { go, to } from "../../base/route";
import { hold } from "../../base/sale";
import { money } from "../../base/words";
import type { SeatState } from "../../seatmap/seat_state";
import { justHeld } from "../holds";
import type { Choice } from "./choosing";
import { refusalOf, seatsLeftIn } from "./hold_refusal";
import { keepChoice } from "./kept_choice";
import type { Notices } from "./notices";
import { sumOf } from "./seat_choice";

interface Holding {
  concertId: number;
  scheduleId: number;
  ticket: string;
  state: SeatState;
  choice: Choice;
  notices: Notices;
  doing: ReturnType<typeof useDoing>;
  learnLimit: (left: number) => void;
  onOver: () => void; // the turn is
}

function onRefused(failed: unknown, { state, choice, notices, learnLimit, onOver }: Holding): void {
  const left = seatsLeftIn(failed);
  if (left !== undefined) learnLimit(left);
  const refusal = refusalOf(failed);
  switch (refusal.kind) {
    case "taken":
      state.markTaken(refusal.seatIds);
      choice.lose(refusal.seatIds);
      break;
    case "price":
      notices.say({ kind: "refusedPrice", total: money(refusal.amount) });
      state.again();
      break;
    case "over":
      onOver();
      break;
    case "problem":
      notices.say({ kind: "problem", error: failed });
  }
}

export function holdChosen(what: Holding): void {
  const { concertId, scheduleId, ticket, state, choice, notices, doing } = what;
  notices.unsay("problem", "refusedPrice", "repriced");
  doing.run(async () => {
    const ids = choice.chosen.map((i) => state.seats[i]!.id);
    try {
      const held = await hold(concertId, scheduleId, ids, sumOf(state.seats, choice.chosen), ticket);
      keepChoice(scheduleId, { chosen: [], at: null });
      justHeld(held);
      go(to.reservation(held.reservationId));
    } catch (failed) {
      onRefused(failed, what);
    }
  });
}
