// The seats this user holds at the moment, held on any device: shown on every screen until they are paid or the hold is over.
import { serverClock } from "../base/clock";
import { left } from "../base/countdown";
import { Poller } from "../base/poll";
import { isSignedOut, learnServer, myReservations, type Reservation } from "../base/sale";
import { state } from "../base/state";
import { tab, userId } from "../base/storage";

const kCalmMs = 20_000;

export const mine = state<Reservation[] | null>(null);

// What was held before a reload, so that room for its banner is kept until the server has answered.
const kHeld = "frontrow.held";
type Held = [id: number, deadline: string, concert: number];

export function expectedHolds(): Held[] {
  try {
    const kept = JSON.parse(tab.read(kHeld) ?? "[]") as Held[];
    return kept.filter(([, deadline]) => left(deadline, serverClock.now()) > 0);
  } catch {
    return [];
  }
}

mine.watch(() => {
  const held = (mine.get() ?? [])
    .filter(isLive)
    .map((each): Held => [each.reservationId, each.temporaryExpiresAt, each.concertId]);
  tab.write(kHeld, held.length > 0 ? JSON.stringify(held) : null);
});

export function isLive(reservation: Reservation): boolean {
  return reservation.status === "TEMPORARY" && left(reservation.temporaryExpiresAt, serverClock.now()) > 0;
}

export async function refreshMine(): Promise<void> {
  const asked = userId.get();
  const found = await myReservations();
  if (asked === userId.get()) mine.set(found);
}

export function keepHolds(): void {
  const poller = new Poller(async () => {
    await learnServer();
    if (!isSignedOut()) await refreshMine();
    return { nextMs: kCalmMs };
  });
  poller.start();
  userId.watch(() => {
    mine.set(null);
    if (!isSignedOut()) void refreshMine().catch(() => {});
  });
}

const isHad = (reservation: Reservation) => reservation.status === "CONFIRMED" || isLive(reservation);

// How many seats of a concert the user has already, held or paid.
export function seatsOf(concertId: number): number {
  return (mine.get() ?? [])
    .filter((each) => each.concertId === concertId && isHad(each))
    .reduce((sum, each) => sum + each.seats.length, 0);
}

// The ids of the seats of a date that the user has already.
export function ownSeats(scheduleId: number): Set<number> {
  const had = (mine.get() ?? []).filter((each) => each.scheduleId === scheduleId && isHad(each));
  return new Set(had.flatMap((each) => each.seats.map((seat) => seat.seatId)));
}

// A paid reservation of this date, the newest.
export function ticketFor(scheduleId: number): Reservation | undefined {
  return (mine.get() ?? []).find((each) => each.scheduleId === scheduleId && each.status === "CONFIRMED");
}

// A hold that the server has just answered with is known without being asked for.
export function justHeld(held: Reservation): void {
  const others = (mine.get() ?? []).filter((each) => each.reservationId !== held.reservationId);
  mine.set([held, ...others]);
  void refreshMine().catch(() => {});
}

export const known = (id: number): Reservation | null => mine.get()?.find((each) => each.reservationId === id) ?? null;
