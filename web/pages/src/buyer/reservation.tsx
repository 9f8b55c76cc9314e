// One reservation from hold to ticket: pay in time, give back, or see what became of it.
import { announce } from "../base/announce";
import { Heading } from "../base/heading";
import { useLoaded } from "../base/loaded";
import { usePolling } from "../base/polling";
import { Problem } from "../base/problem";
import { to } from "../base/route";
import { type Reservation, reservationOf } from "../base/sale";
import { Skeleton } from "../base/skeleton";
import { useWords, words } from "../base/words";
import { Held } from "./held";
import { known, refreshMine } from "./holds";
import { askAgain } from "./lines";
import { useShow } from "./show";
import { OverReservation, PaidTicket } from "./ticket";

const kAskMs = 5000;

function announceChange(status: Reservation["status"]): void {
  const w = words();
  announce({ CONFIRMED: w.paidTitle, CANCELLED: w.givenBack, EXPIRED: w.holdOver, TEMPORARY: "" }[status]);
}

// The reservation as it is now: by what was done here, by its deadline, and by what other devices of the same user do.
function useReservation(id: number) {
  const loaded = useLoaded(`reservation ${id}`, () => reservationOf(id), known(id));
  const reservation = loaded.value;
  const isHeld = reservation?.status === "TEMPORARY";
  // What has just been answered is shown at once.
  const changed = async (status?: Reservation["status"]) => {
    if (status && reservation) {
      loaded.put({ ...reservation, status });
      announceChange(status);
    } else {
      loaded.put(await reservationOf(id));
    }
    if (status === "CONFIRMED") askAgain(reservation!.concertId); // paying ends the turn
    await refreshMine().catch(() => {});
  };
  // By our reckoning it is over. Another device may have paid in the last second, so the server is asked as well.
  const over = async () => {
    await changed("EXPIRED");
    const now = await reservationOf(id).catch(() => null);
    if (now && now.status !== "TEMPORARY") loaded.put(now);
  };
  // Another device of the same user may pay it or give it back.
  const ask = async () => {
    const now = await reservationOf(id);
    if (now.status === "TEMPORARY") return { nextMs: kAskMs };
    loaded.put(now);
    void refreshMine().catch(() => {});
    return { nextMs: 0 };
  };
  usePolling(id, ask, { isOn: isHeld, firstMs: kAskMs });
  return { loaded, reservation, changed, over };
}

export function ReservationScreen({ id }: { id: number }) {
  const w = useWords();
  const { loaded, reservation, changed, over } = useReservation(id);
  const show = useShow(reservation);
  return (
    <section class="narrow" data-status={reservation?.status}>
      <a class="back no-print" href={to.reservations()}>
        ‹ {w.mine}
      </a>
      {loaded.error != null && !reservation && (
        <>
          <Heading title={w.mine}>{w.mine}</Heading>
          <Problem error={loaded.error} onRetry={loaded.reload} />
        </>
      )}
      {!reservation && loaded.error == null && <Skeleton lines={6} />}
      {reservation?.status === "TEMPORARY" && (
        <Held reservation={reservation} show={show} onChanged={changed} onOver={over} />
      )}
      {reservation?.status === "CONFIRMED" && <PaidTicket reservation={reservation} show={show} />}
      {reservation && (reservation.status === "EXPIRED" || reservation.status === "CANCELLED") && (
        <OverReservation reservation={reservation} show={show} />
      )}
    </section>
  );
}
