// The seats that are chosen, each with a button to take it out again.
import type { Seat } from "../../base/sale";
import { money, seatName, useWords } from "../../base/words";
import type { Choice } from "./choosing";
import "../../seatmap/looks.css";
import "../chosen_list.css";

function ChosenSeats(props: {
  seats: readonly (Seat & { look: string; onRemove: () => void })[];
  isDisabled: boolean;
}) {
  const w = useWords();
  return (
    <ul class="chosen-list">
      {props.seats.map((seat) => (
        <li key={seat.id}>
          <i class={`swatch ${seat.look}`} />
          <span class="grow" dir="auto">
            {seatName(seat)}
          </span>
          <span>{money(seat.price)}</span>
          <button
            type="button"
            class="square"
            aria-label={w.remove(seatName(seat))}
            disabled={props.isDisabled}
            onClick={seat.onRemove}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

export function Basket(props: {
  seats: readonly Seat[];
  classOf: Uint8Array; // of prices
  choice: Choice;
  limit: number;
  isHidden: boolean;
  isDisabled: boolean;
}) {
  const w = useWords();
  const { choice, limit } = props;
  const seatOf = (i: number) => ({
    ...props.seats[i]!,
    look: `p${props.classOf[i]}`,
    onRemove: () => choice.toggle(i),
  });
  return (
    <div class="basket" hidden={props.isHidden}>
      <h2>{w.yourSeats}</h2>
      {choice.chosen.length === 0 ? (
        <p class="small">{limit === 0 ? w.noneLeftForYou : w.pickSome(limit)}</p>
      ) : (
        <ChosenSeats seats={choice.chosen.map(seatOf)} isDisabled={props.isDisabled} />
      )}
    </div>
  );
}
