// The operator's calls. The admin token is kept for this tab only, and forgotten when the server does not take it.
import { call, notFound, once, patiently, Refused } from "../base/api";
import type { Concert, Reservation, Schedule, SeatChanges, SeatMapReply } from "../base/sale";
import { state } from "../base/state";
import { tab } from "../base/storage";
import { requestsOfDates } from "./form/requests_of_dates";
import { kUsualZone } from "./form/venue_time";

const kToken = "frontrow.admin";
export const token = state<string | null>(tab.read(kToken));

export function signIn(text: string | null): void {
  tab.write(kToken, text || null);
  token.set(text);
}

async function asAdmin<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (failed) {
    if (failed instanceof Refused && (failed.code === "UNAUTHORIZED" || failed.code === "FORBIDDEN")) signIn(null);
    throw failed;
  }
}

export const ask = <T>(method: string, path: string, body?: unknown, timeoutMs?: number) =>
  asAdmin(
    call<T>(method, path, {
      bearer: token.get(),
      ...(body === undefined ? {} : { body }),
      ...(timeoutMs ? { timeoutMs } : {}),
    }),
  );

export interface Queue {
  enabled: boolean;
  maxActive: number;
  admissionsPerSecond: number;
  tail: number;
  front: number;
  waiting: number;
  active: number;
}

export interface Sales {
  seats: number;
  held: number;
  sold: number;
  reservations: number;
  confirmed: number;
  expired: number;
  cancelled: number;
  revenue: number;
  queue: Queue;
}

export interface SectionPlan {
  name: string;
  rows: number;
  seatsPerRow: number;
  price: number;
}

export type SchedulePlan = { startsAt: string } & (
  | { seats: { count: number; price: number } }
  | { sections: SectionPlan[] }
);

// A repeated request may be answered with the id alone.
export interface MadeSchedule {
  id: number;
  startsAt?: string;
  totalSeats?: number;
}

export interface ConcertChange {
  timeZone?: string;
  salesEndOffsetMinutes?: number;
  title?: string;
  artist?: string | null;
  venue?: string | null;
  bookingOpensAt?: string | null;
  bookingClosesAt?: string | null;
}

// The seats that agree with what it says; see docs/openapi.yml.
export interface PriceLine {
  section?: string;
  rows?: number[];
  numbers?: number[];
  seatIds?: number[];
  price: number;
}

export interface Happened {
  id: number;
  type: string;
  key: string;
  occurredAt: string;
  data: Record<string, unknown>;
}

export interface AuditLine {
  rule: string;
  what: string;
  checked: number;
  broken: number;
  example: string | null;
}

// Sums since a process started; see docs/openapi.yml.
export interface Counters {
  instance: string;
  startedAt: string;
  lastEventId: number;
  admissions: number;
  holds: number;
  payments: number;
  refusals: { code: string; count: number }[];
  answerTimes: { upToMicroseconds: number | null; count: number }[];
}

export interface Payment {
  paymentId: number;
  amount: number;
  balance: number;
  paidAt: string;
}

export interface Listed {
  concert: Concert;
  queue: Queue;
}

const kPagesAtMost = 50;

export async function allConcerts(): Promise<Listed[]> {
  const found: Listed[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < kPagesAtMost; ++page) {
    const reply: { concerts: Listed[]; nextCursor: string | null } = await ask(
      "GET",
      `/api/v1/admin/concerts${cursor ? `?cursor=${cursor}` : ""}`,
    );
    found.push(...reply.concerts);
    cursor = reply.nextCursor;
    if (!cursor) break;
  }
  return found;
}

export const listedOf = (id: number): Promise<Listed> =>
  patiently(async () => {
    const found = (await allConcerts()).find((each) => each.concert.id === id);
    if (!found) throw notFound("CONCERT_NOT_FOUND");
    return found;
  });

const mapPath = (concert: number, schedule: number) => `/api/v1/admin/concerts/${concert}/schedules/${schedule}/seats`;
export const datesOf = (id: number) =>
  ask<{ schedules: Schedule[] }>("GET", `/api/v1/concerts/${id}/schedules?includePast=true`).then(
    (reply) => reply.schedules,
  );
export const addDates = (id: number, schedules: SchedulePlan[]) =>
  asAdmin(
    once<{ schedules: MadeSchedule[] }>(`/api/v1/admin/concerts/${id}/schedules`, {
      body: { schedules },
      bearer: token.get(),
    }),
  );

// Concerts that have some of their dates: a second attempt goes on with the rest and makes no second concert.
const begun = new Map<string, { id: number; parts: number }>();

// A request makes a bounded number of seats, so a large concert takes several.
export async function createConcert(plan: ConcertChange & { schedules: SchedulePlan[] }): Promise<{ id: number }> {
  const wish = JSON.stringify(plan);
  const [first, ...rest] = requestsOfDates(plan.schedules);
  let made = begun.get(wish);
  if (!made) {
    const body = { ...plan, schedules: first ?? [] };
    const { id } = await asAdmin(once<{ id: number }>("/api/v1/admin/concerts", { body, bearer: token.get() }));
    made = { id, parts: 0 };
    begun.set(wish, made);
  }
  for (; made.parts < rest.length; ++made.parts) await addDates(made.id, rest[made.parts]!);
  begun.delete(wish);
  return { id: made.id };
}
export const changeConcert = (id: number, change: ConcertChange) =>
  ask<Concert>("PATCH", `/api/v1/admin/concerts/${id}`, change);
export const moveDate = (concert: number, schedule: number, startsAt: string) =>
  ask<Schedule>("PATCH", `/api/v1/admin/concerts/${concert}/schedules/${schedule}`, { startsAt });
export const changePrices = (concert: number, schedule: number, prices: PriceLine[]) =>
  ask<{ seats: number; changedSeats: number }>("PATCH", mapPath(concert, schedule), { prices });
export const setQueue = (id: number, settings: Pick<Queue, "enabled" | "maxActive" | "admissionsPerSecond">) =>
  ask<Queue>("PUT", `/api/v1/admin/concerts/${id}/queue`, settings);
export const salesOf = (id: number) => ask<Sales>("GET", `/api/v1/admin/concerts/${id}/sales`);
export const reservationsOfUser = (id: number) =>
  ask<{ reservations: Reservation[] }>("GET", `/api/v1/admin/reservations?userId=${id}&limit=100`).then(
    (reply) => reply.reservations,
  );
export const reservationWithPayment = (id: number) =>
  ask<{ reservation: Reservation; payment: Payment | null }>("GET", `/api/v1/admin/reservations/${id}`);
export const eventsAfter = (after: number) =>
  ask<{ events: Happened[]; lastId: number }>("GET", `/api/v1/admin/events?after=${after}&limit=100`);
export const audit = () =>
  ask<{ holds: boolean; rules: AuditLine[] }>("POST", "/api/v1/admin/audit", undefined, 120_000);

export const mapOf = (concert: number, schedule: number) => ask<SeatMapReply>("GET", mapPath(concert, schedule));
export const mapChanges = (concert: number, schedule: number, since: number) =>
  ask<SeatChanges>("GET", `${mapPath(concert, schedule)}?since=${since}`);

export const counters = () => ask<Counters>("GET", "/api/v1/admin/counters");

// What can be taken back only by hand.

// What new prices would do, without doing it.
export interface PriceChange {
  section: string | null;
  from: number;
  to: number;
  seats: number;
  held: number;
  sold: number;
}

export const previewPrices = (concert: number, schedule: number, prices: PriceLine[]) =>
  ask<{ seats: number; changedSeats: number; changes: PriceChange[] }>("PATCH", mapPath(concert, schedule), {
    prices,
    dryRun: true,
  });
export const renameSection = (concert: number, schedule: number, section: string, name: string) =>
  ask<{ section: string }>("PATCH", `/api/v1/admin/concerts/${concert}/schedules/${schedule}/sections`, {
    section,
    name,
  });

export const deletedTitle = state<string | null>(null); // said on the list it leads back to

export async function deleteConcert(id: number, title: string): Promise<void> {
  await ask<void>("DELETE", `/api/v1/admin/concerts/${id}`);
  deletedTitle.set(title);
}

export const usualZone = () =>
  call<{ defaultTimeZone?: string }>("GET", "/api/v1/info").then((info) => info.defaultTimeZone ?? kUsualZone);
