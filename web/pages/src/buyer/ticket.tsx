// A reservation: a ticket once it is paid; the same seats with the reason when it is over.
import { Heading } from "../base/heading";
import { Poster } from "../base/poster";
import { to } from "../base/route";
import type { Reservation } from "../base/sale";
import { When } from "../base/when";
import { money, seatName, useWords } from "../base/words";
import type { Show } from "./show";
import "./chosen_list.css";
import "./ticket.css";

export function Reserved({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  return (
    <div class="what">
      <p class="strong" dir="auto">
        {show?.concert.title ?? "\u00a0"}
      </p>
      <p>{show ? <When iso={show.schedule.startsAt} zone={show.concert.timeZone} /> : "\u00a0"}</p>
      <p dir="auto">{show?.concert.venue ?? "\u00a0"}</p>
      <ul class="chosen-list">
        {reservation.seats.map((seat) => (
          <li key={seat.seatId}>
            <span class="grow" dir="auto">
              {seatName(seat)}
            </span>
            <span>{money(seat.price)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function PaidTicket({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  const w = useWords();
  return (
    <>
      <Heading title={w.paidTitle}>{w.paidTitle}</Heading>
      <div class="ticket stub">
        <Poster seed={reservation.concertId} />
        <Reserved reservation={reservation} show={show} />
        <p class="reservation-no">{w.reservationNo(reservation.reservationId)}</p>
      </div>
      <p>{w.paidMore}</p>
      <button type="button" class="no-print start-self" onClick={() => print()}>
        {w.print}
      </button>
    </>
  );
}

export function OverReservation({ reservation, show }: { reservation: Reservation; show: Show | undefined }) {
  const w = useWords();
  const [title, more] =
    reservation.status === "EXPIRED" ? [w.holdOver, w.holdOverMore] : [w.givenBack, w.givenBackMore];
  return (
    <>
      <Heading title={title}>{title}</Heading>
      <p>{more}</p>
      <div class="ticket">
        <Reserved reservation={reservation} show={show} />
      </div>
      <a class="main" href={to.sale(reservation.concertId, reservation.scheduleId)}>
        {w.again}
      </a>
    </>
  );
}
