// Paying a held reservation with points, adding points that are missing, or giving it back.
import { useState } from "preact/hooks";
import { isUndecided, Refused } from "../base/api";
import { ConfirmButton } from "../base/confirm_button";
import { useDoing } from "../base/doing";
import { useInView } from "../base/in_view";
import { useLoaded } from "../base/loaded";
import { Problem } from "../base/problem";
import { balance, giveBack, pay, type Reservation, rules } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useValue } from "../base/state";
import { money, useWords } from "../base/words";
import { Charge } from "./charge";
import { TopUp } from "./top_up";
import "./paying.css";

type OnChanged = (status?: Reservation["status"]) => Promise<void>;

// The points, the price, and what is left or missing.
function Sums({ points, amount }: { points: number | null; amount: number }) {
  const w = useWords();
  const isShort = points !== null && points < amount;
  return (
    <dl class="sums">
      <div>
        <dt>{w.balance}</dt>
        <dd data-testid="balance">{points === null ? "…" : money(points)}</dd>
      </div>
      <div class="strong">
        <dt>{w.amount}</dt>
        <dd>{money(amount)}</dd>
      </div>
      <div>
        <dt>{isShort ? "" : w.after}</dt>
        <dd class={isShort ? "bad-text" : ""}>
          {points === null ? "…" : isShort ? w.missing(money(amount - points)) : money(points - amount)}
        </dd>
      </div>
    </dl>
  );
}

function usePayment(reservation: Reservation, onBalance: (points: number) => void, onChanged: OnChanged) {
  const paying = useDoing();
  const giving = useDoing();
  const onRefused = async (failed: unknown) => {
    if (!(failed instanceof Refused)) return;
    if (failed.problem.balance !== undefined) onBalance(failed.problem.balance);
    if (failed.code.startsWith("RESERVATION_")) await onChanged().catch(() => {});
  };
  const payNow = () =>
    paying.run(async () => {
      try {
        await pay(reservation);
        await onChanged("CONFIRMED");
      } catch (failed) {
        await onRefused(failed);
        throw failed;
      }
    });
  const giveBackNow = () =>
    giving.run(async () => {
      await giveBack(reservation.reservationId);
      await onChanged("CANCELLED");
    });
  return { paying, giving, payNow, giveBackNow };
}

export function Paying({ reservation, onChanged }: { reservation: Reservation; onChanged: OnChanged }) {
  const w = useWords();
  const { amount } = reservation;
  const points = useLoaded("points", balance);
  const { paying, giving, payNow, giveBackNow } = usePayment(reservation, points.put, onChanged);
  const isElsewhere = useValue(rules).chargeBy === "service";
  const [said, say] = useState("");
  const charged = useInView<HTMLParagraphElement>(said);
  const isBusy = paying.isDoing || giving.isDoing;
  const missing = points.value === null ? 0 : Math.max(0, amount - points.value);
  const onCharged = (now: number) => {
    points.put(now);
    say(w.charged(money(now)));
  };
  // All of it at once: what stands below must not move when the balance comes.
  if (points.value === null && points.error == null) return <Skeleton lines={7} />;
  return (
    <>
      <Sums points={points.value} amount={amount} />
      <p role="status" class="good-text" ref={charged}>
        {said}
      </p>
      {points.error != null && <Problem error={points.error} onRetry={points.reload} />}
      {missing > 0 && !isElsewhere && <Charge key={missing} suggested={missing} onCharged={onCharged} />}
      {missing > 0 && isElsewhere && <TopUp missing={missing} onAsk={points.reload} />}
      {paying.error != null && (
        <>
          <Problem error={paying.error} onRetry={payNow} />
          {isUndecided(paying.error) && <p class="small">{w.stillUnknown}</p>}
        </>
      )}
      {giving.error != null && <Problem error={giving.error} onRetry={giveBackNow} />}
      <div class="spread">
        <button type="button" class="main" disabled={isBusy || missing > 0} onClick={payNow}>
          {paying.isDoing ? w.paying : w.pay(money(amount))}
        </button>
        <ConfirmButton
          label={w.giveBack}
          question={w.giveBackSure}
          yes={w.giveBackYes}
          no={w.keep}
          disabled={isBusy}
          onYes={giveBackNow}
        />
      </div>
    </>
  );
}
