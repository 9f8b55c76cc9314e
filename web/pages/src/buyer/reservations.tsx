// All my reservations, newest first.

import { ConfirmButton } from "../base/confirm_button";
import { clockText } from "../base/countdown";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { useLoaded } from "../base/loaded";
import { Problem } from "../base/problem";
import { to } from "../base/route";
import { giveBack, myReservations, type Reservation } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useValue } from "../base/state";
import { useLeft } from "../base/time_left";
import { When } from "../base/when";
import { money, seatName, useWords } from "../base/words";
import { mine } from "./holds";
import { useShow } from "./show";
import "./reservations.css";
import "./ticket.css";

function Row({ reservation, onChanged }: { reservation: Reservation; onChanged: () => void }) {
  const w = useWords();
  const show = useShow(reservation);
  const ms = useLeft(reservation.temporaryExpiresAt);
  const giving = useDoing();
  const isHeld = reservation.status === "TEMPORARY" && ms > 0;
  const status = reservation.status === "TEMPORARY" && !isHeld ? "EXPIRED" : reservation.status;
  return (
    <li class="ticket" data-status={status}>
      <div class="spread">
        <span class={`tag ${status === "CONFIRMED" ? "good" : isHeld ? "soon" : ""}`}>
          {w[`status${status}`]}
          {isHeld && ` · ${clockText(ms)}`}
        </span>
        <span class="small">{w.reservationNo(reservation.reservationId)}</span>
      </div>
      {show ? <h2 dir="auto">{show.concert.title}</h2> : <div class="title-room" />}
      <p>{show ? <When iso={show.schedule.startsAt} zone={show.concert.timeZone} /> : "\u00a0"}</p>
      <p dir="auto">{reservation.seats.map(seatName).join(", ")}</p>
      <div class="spread">
        <b>{money(reservation.amount)}</b>
        <span class="actions">
          {isHeld && (
            <ConfirmButton
              label={w.giveBack}
              question={w.giveBackSure}
              yes={w.giveBackYes}
              no={w.keep}
              disabled={giving.isDoing}
              onYes={() =>
                giving.run(async () => {
                  await giveBack(reservation.reservationId);
                  onChanged();
                })
              }
            />
          )}
          {(isHeld || status === "CONFIRMED") && (
            <a class={isHeld ? "main" : "button"} href={to.reservation(reservation.reservationId)}>
              {isHeld ? w.payNow : w.show}
            </a>
          )}
        </span>
      </div>
      {giving.error != null && <Problem error={giving.error} />}
    </li>
  );
}

export function ReservationsScreen() {
  const w = useWords();
  const known = useValue(mine);
  const loaded = useLoaded("mine", async () => {
    const found = await myReservations();
    mine.set(found);
    return found;
  });
  const reservations = known ?? loaded.value;
  return (
    <section class="narrow">
      <Heading title={w.mine}>{w.mine}</Heading>
      {loaded.error != null && <Problem error={loaded.error} onRetry={loaded.reload} />}
      {!reservations && loaded.error == null && <Skeleton lines={5} />}
      {reservations?.length === 0 && (
        <div class="empty">
          <p>{w.noneYet}</p>
          <a href={to.concerts()}>{w.concerts}</a>
        </div>
      )}
      {reservations && reservations.length > 0 && (
        <ul class="tickets">
          {reservations.map((each) => (
            <Row key={each.reservationId} reservation={each} onChanged={loaded.reload} />
          ))}
        </ul>
      )}
    </section>
  );
}
