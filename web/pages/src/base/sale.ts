// The sale's API in types, one function a route.
import { call, once, Refused } from "./api";
import { state } from "./state";
import { deviceUser, type KeptTicket, keepTicket, tab, ticketOf, userId } from "./storage";

export interface Concert {
  id: number;
  title: string;
  artist: string | null;
  venue: string | null;
  bookingOpensAt: string | null;
  bookingClosesAt: string | null;
  scheduleCount: number; // dates still on sale
  availableSeats: number;
  timeZone: string; // of the venue
  nextStartsAt: string | null; // the first date still on sale
  lastStartsAt: string | null;
}

export interface Schedule {
  id: number;
  startsAt: string;
  salesEndAt?: string | null;
  totalSeats: number;
  availableSeats: number;
}

export type SeatStatus = "AVAILABLE" | "TEMPORARILY_RESERVED" | "RESERVED";

export interface Seat {
  id: number;
  number: number;
  section: string | null;
  row: number | null;
  price: number;
  status: SeatStatus;
}

export interface SeatMapReply {
  version: number;
  availableSeats: number;
  seats: Seat[];
}

export interface SeatChanges extends SeatMapReply {
  startsAt: string;
  bookingClosesAt: string | null;
  full: boolean;
}

export interface Ticket {
  token: string;
  concertId: number;
  status: "WAITING" | "ACTIVE" | "COMPLETED" | "EXPIRED";
  position: number;
  estimatedWait: { fromSeconds: number; toSeconds: number } | null; // null: not known yet
  availableSeats: number; // of all dates still on sale
  pollAfterMs: number;
  expiresAt: string | null;
}

export interface ReservedSeat {
  seatId: number;
  number: number;
  section: string | null;
  row: number | null;
  price: number;
}

export interface Reservation {
  reservationId: number;
  userId: number;
  concertId: number;
  scheduleId: number;
  seats: ReservedSeat[];
  amount: number;
  status: "TEMPORARY" | "CONFIRMED" | "EXPIRED" | "CANCELLED";
  temporaryExpiresAt: string;
  createdAt: string;
}

export interface Hold extends Reservation {
  seatsLeftForUser: number;
}

// Who is asking.

const kBearer = "frontrow.bearer";
export const authMode = state<"open" | "jwt">("open");
export const bearer = state<string | null>(tab.read(kBearer));
// What the server is set to; until it has said it, what it is unless it is told otherwise.
export interface Rules {
  maxSeatsPerHold: number;
  maxSeatsPerUser: number;
  holdSeconds: number;
  activeSeconds: number; // a turn at most
  idleSeconds: number; // a turn without a sign of life
  returnSeconds: number; // a place whose turn has come, without the buyer
  chargeBy: "user" | "service"; // service: points are bought elsewhere
  topUpUrl: string | null; // there, if the server knows
}
export const rules = state<Rules>({
  maxSeatsPerHold: 4,
  maxSeatsPerUser: 4,
  holdSeconds: 300,
  activeSeconds: 600,
  idleSeconds: 120,
  returnSeconds: 600,
  chargeBy: "user",
  topUpUrl: null,
});

// The user a token names, to keep apart what is kept for different users here. The server checks it; this does not.
export function subjectOf(token: string | null): number | null {
  try {
    const body = token!.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
    const id = Number((JSON.parse(atob(body)) as { sub: string }).sub);
    return Number.isSafeInteger(id) && id > 0 ? id : null;
  } catch {
    return null;
  }
}

export function setBearer(token: string): void {
  tab.write(kBearer, token || null);
  bearer.set(token || null);
  userId.set(subjectOf(token) ?? deviceUser());
}

interface Info extends Rules {
  authMode: "open" | "jwt";
}

let isLearnt = false;

// Asks the server how it is run, until it has said so once.
export async function learnServer(): Promise<void> {
  if (isLearnt) return;
  const info = await call<Info>("GET", "/api/v1/info").catch((error) => {
    // While servers are renewed one by one, one of the release before may answer. It says less.
    if (!(error instanceof Refused) || error.code !== "NOT_FOUND") throw error;
    return call<Info>("GET", "/actuator/info");
  });
  rules.set({ ...rules.get(), ...info });
  if (info.authMode === "jwt") userId.set(subjectOf(bearer.get()) ?? deviceUser());
  authMode.set(info.authMode);
  isLearnt = true;
}

export const isSignedOut = () => authMode.get() === "jwt" && bearer.get() === null;

const isOpen = () => authMode.get() === "open";
const who = () => (isOpen() ? { userId: userId.get() } : {});
const whoQuery = () => (isOpen() ? `userId=${userId.get()}` : "");
const credentials = () => ({ bearer: bearer.get() });

// Looking.

export const concertsPage = (cursor: string | null) =>
  call<{ concerts: Concert[]; nextCursor: string | null }>(
    "GET",
    `/api/v1/concerts?limit=24${cursor ? `&cursor=${cursor}` : ""}`,
  );
export const concertOf = (id: number) => call<Concert>("GET", `/api/v1/concerts/${id}`);
// Those on sale; with `isPastToo` those that are over as well, which tickets may be for.
export const schedulesOf = (id: number, isPastToo = false) =>
  call<{ schedules: Schedule[] }>(
    "GET",
    `/api/v1/concerts/${id}/schedules${isPastToo ? "?includePast=true" : ""}`,
  ).then((reply) => reply.schedules);

// The queue.

export interface Wish {
  title: string;
  schedule: number;
}

function remember(concertId: number, ticket: Ticket, wish?: Wish): void {
  const kept = ticketOf(concertId);
  const isSame = kept?.token === ticket.token;
  const made: KeptTicket = { token: ticket.token, firstPosition: ticket.position, joinedAt: Date.now() };
  keepTicket(concertId, { ...(isSame ? kept : made), isOver: false, ...wish });
}

export async function join(concertId: number, wish?: Wish): Promise<Ticket> {
  const ticket = await once<Ticket>("/api/v1/queue/token", { body: { ...who(), concertId }, ...credentials() });
  remember(concertId, ticket, wish);
  return ticket;
}

export const queueStatus = (token: string) =>
  call<Ticket>("GET", "/api/v1/queue/status", { ticket: token, ...credentials() });

export async function leave(concertId: number): Promise<void> {
  const kept = ticketOf(concertId);
  if (kept) await call<void>("DELETE", "/api/v1/queue/token", { ticket: kept.token, ...credentials() });
  keepTicket(concertId, null);
}

// A genuine ticket in any state: what paying needs. On a second device there may be none yet.
async function anyTicket(concertId: number): Promise<string> {
  return ticketOf(concertId)?.token ?? (await join(concertId)).token;
}

// Seats and money.

const seatsPath = (concertId: number, scheduleId: number) =>
  `/api/v1/concerts/${concertId}/schedules/${scheduleId}/seats`;
export const seatMap = (concertId: number, scheduleId: number, ticket: string) =>
  call<SeatMapReply>("GET", seatsPath(concertId, scheduleId), { ticket, ...credentials() });
export const seatChanges = (concertId: number, scheduleId: number, since: number, ticket: string) =>
  call<SeatChanges>("GET", `${seatsPath(concertId, scheduleId)}?since=${since}`, { ticket, ...credentials() });

// `expectedAmount` is what the page shows: another price is refused and not held.
export const hold = (
  concertId: number,
  scheduleId: number,
  seatIds: number[],
  expectedAmount: number,
  ticket: string,
) =>
  once<Hold>(`/api/v1/concerts/${concertId}/reservations`, {
    body: { scheduleId, seatIds, expectedAmount },
    ticket,
    ...credentials(),
  });

export const reservationOf = (id: number) =>
  call<Reservation>("GET", `/api/v1/reservations/${id}?${whoQuery()}`, credentials());

export async function myReservations(limit = 100): Promise<Reservation[]> {
  const reply = await call<{ reservations: Reservation[] }>(
    "GET",
    `/api/v1/reservations?limit=${limit}&${whoQuery()}`,
    credentials(),
  );
  return reply.reservations;
}

export const giveBack = (id: number) => call<void>("DELETE", `/api/v1/reservations/${id}?${whoQuery()}`, credentials());

export async function pay(reservation: Reservation): Promise<{ balance: number }> {
  const send = async () =>
    once<{ balance: number }>("/api/v1/payments", {
      body: { reservationId: reservation.reservationId },
      ticket: await anyTicket(reservation.concertId),
      ...credentials(),
    });
  try {
    return await send();
  } catch (error) {
    // The kept ticket may be of another server's key: a new one is as good for paying.
    if (!(error instanceof Refused) || error.code !== "QUEUE_TOKEN_INVALID") throw error;
    keepTicket(reservation.concertId, null);
    return send();
  }
}

export const balance = () =>
  call<{ balance: number }>("GET", `/api/v1/points?${whoQuery()}`, credentials()).then((reply) => reply.balance);
export const charge = (amount: number) =>
  once<{ balance: number }>("/api/v1/points/charge", { body: { ...who(), amount }, ...credentials() });
