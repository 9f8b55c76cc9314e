// Reservations and payments, by user or by number.
import { useState } from "preact/hooks";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import type { Reservation } from "../base/sale";
import { money, seatName, useWords, venueTime } from "../base/words";
import { type Payment, reservationsOfUser, reservationWithPayment } from "./api";
import { deviceZone } from "./form/venue_time";
import { Problem } from "./problem";
import { useAdminWords } from "./words";

interface Found {
  reservation: Reservation;
  payment: Payment | null | undefined; // null: there is none; undefined: not asked for yet
}

function PaymentCell({ found }: { found: Found }) {
  const w = useAdminWords();
  const [payment, setPayment] = useState(found.payment);
  const doing = useDoing();
  const ask = () =>
    doing.run(async () => setPayment((await reservationWithPayment(found.reservation.reservationId)).payment));
  if (payment)
    return (
      <>
        {payment.paymentId} · {venueTime(payment.paidAt, deviceZone())} · {money(payment.amount)}
      </>
    );
  if (payment === null || found.reservation.status !== "CONFIRMED") return <>–</>;
  if (doing.error != null) return <Problem error={doing.error} onRetry={ask} />;
  return (
    <button type="button" class="small-button" disabled={doing.isDoing} onClick={ask}>
      {w.showPayment}
      <span class="unseen"> {found.reservation.reservationId}</span>
    </button>
  );
}

function FoundTable({ found }: { found: readonly Found[] }) {
  const w = useAdminWords();
  const words = useWords();
  return (
    <div class="box scroll" role="region" aria-label={w.reservations} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{w.reservationNumber}</th>
            <th>{w.user}</th>
            <th>{w.status}</th>
            <th>{w.created}</th>
            <th>{w.seats}</th>
            <th class="number">{w.amount}</th>
            <th>{w.payment}</th>
          </tr>
        </thead>
        <tbody>
          {found.map((each) => (
            <tr key={each.reservation.reservationId}>
              <td>{each.reservation.reservationId}</td>
              <td>{each.reservation.userId}</td>
              <td>{words[`status${each.reservation.status}`]}</td>
              <td class="one-line">{venueTime(each.reservation.createdAt, deviceZone())}</td>
              <td dir="auto" class="wide">
                {each.reservation.seats.map(seatName).join(", ")}
              </td>
              <td class="number">{money(each.reservation.amount)}</td>
              <td>
                <PaymentCell found={each} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type By = "user" | "reservation";

async function find(by: By, id: number): Promise<Found[]> {
  if (by === "reservation") return [await reservationWithPayment(id)];
  return (await reservationsOfUser(id)).map((reservation) => ({ reservation, payment: undefined }));
}

function SearchForm({ isBusy, onSearch }: { isBusy: boolean; onSearch: (by: By, id: number) => void }) {
  const w = useAdminWords();
  const [by, setBy] = useState<By>("user");
  const [text, setText] = useState("");
  const nameOf = (each: By) => (each === "user" ? w.userNumber : w.reservationNumber);
  const submit = (event: Event) => {
    event.preventDefault();
    onSearch(by, Number(text));
  };
  return (
    <form class="box" onSubmit={submit}>
      <fieldset class="choice">
        <legend class="unseen">{w.search}</legend>
        {(["user", "reservation"] as const).map((each) => (
          <label key={each}>
            <input type="radio" name="by" checked={by === each} onChange={() => setBy(each)} />
            {nameOf(each)}
          </label>
        ))}
      </fieldset>
      <div class="with-button">
        <input
          aria-label={nameOf(by)}
          inputMode="numeric"
          required
          pattern="[0-9]{1,16}"
          value={text}
          onInput={(event) => setText(event.currentTarget.value.trim())}
        />
        <button type="submit" class="main" disabled={isBusy}>
          {w.find}
        </button>
      </div>
    </form>
  );
}

export function SearchScreen() {
  const w = useAdminWords();
  const [found, setFound] = useState<Found[] | null>(null);
  const doing = useDoing();
  const search = (by: By, id: number) =>
    doing.run(async () => {
      setFound(null);
      setFound(await find(by, id));
    });
  return (
    <section>
      <Heading title={w.search}>{w.search}</Heading>
      <SearchForm isBusy={doing.isDoing} onSearch={search} />
      {doing.error != null && <Problem error={doing.error} />}
      {found?.length === 0 && <p>{w.nothing}</p>}
      {found && found.length > 0 && <FoundTable found={found} />}
    </section>
  );
}
