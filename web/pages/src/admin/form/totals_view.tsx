// Seats by price and the full house, as they are typed or imported.
import { money, number } from "../../base/words";
import { useAdminWords } from "../words";
import type { Totals } from "./totals";
import "./totals_view.css";

export function TotalsView({ totals }: { totals: Totals | null }) {
  const w = useAdminWords();
  if (!totals) return <p class="small">{w.unreadable}</p>;
  return (
    <div class="totals" role="group" aria-label={w.totals}>
      <ul>
        {totals.byPrice.map(({ price, seats }) => (
          <li key={price}>{w.seatsAtPrice(number(seats), money(price))}</li>
        ))}
      </ul>
      <dl>
        <div>
          <dt>{w.seatsInAll}</dt>
          <dd data-testid="total-seats">{number(totals.seats)}</dd>
        </div>
        <div>
          <dt>{w.fullHouse}</dt>
          <dd data-testid="full-house">{money(totals.money)}</dd>
        </div>
      </dl>
    </div>
  );
}
