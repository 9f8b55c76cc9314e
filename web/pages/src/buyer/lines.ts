// The lines this user stands in, followed on every page of the shop and while it is not looked at. A ticket is kept in storage, so this
// works the same after a reload and in a second tab.

import { announce } from "../base/announce";
import { isUndecided, Refused } from "../base/api";
import { inBackground } from "../base/background_timer";
import { serverClock } from "../base/clock";
import { kSoonMs, left } from "../base/countdown";
import { Poller, paceInLine } from "../base/poll";
import { to } from "../base/route";
import { join, leave, queueStatus, rules, type Ticket, type Wish } from "../base/sale";
import { state } from "../base/state";
import { concertsWithTicket, keepTicket, ticketOf, userId, watchTickets } from "../base/storage";
import { titleUrgent } from "../base/title";
import { number, words } from "../base/words";
import { chime, notify } from "./alarm";
import { type Ending, endingOf, type Seen } from "./ending";

export interface Line {
  ticket: Ticket | null; // null: not known yet, or left
  error: unknown; // of the last poll
  ending: Ending | null;
}

export const lines = state<ReadonlyMap<number, Line>>(new Map());

interface Follower {
  token: string;
  poller: Poller;
  seen: Seen | null;
  callOffWarning: () => void;
}

const followers = new Map<number, Follower>();

export const isStanding = (line: Line | undefined) =>
  line?.ticket?.status === "WAITING" || line?.ticket?.status === "ACTIVE";

const hrefOf = (concertId: number) => {
  const schedule = ticketOf(concertId)?.schedule;
  return schedule ? to.sale(concertId, schedule) : to.concert(concertId);
};

function put(concertId: number, line: Line | null): void {
  const next = new Map(lines.get());
  if (line) next.set(concertId, line);
  else next.delete(concertId);
  lines.set(next);
  showTitle();
}

// A turn before a place, a near place before a far one.
function showTitle(): void {
  const tickets = [...lines.get().values()].map((line) => line.ticket).filter((ticket) => ticket !== null);
  const places = tickets.filter((ticket) => ticket.status === "WAITING").map((ticket) => ticket.position);
  const isTurn = tickets.some((ticket) => ticket.status === "ACTIVE");
  const place = places.length > 0 ? words().titleWaiting(number(Math.min(...places))) : "";
  titleUrgent(isTurn ? words().yourTurnTitle : place);
}

function tell(concertId: number, what: string): void {
  announce(what);
  chime();
  notify(what, ticketOf(concertId)?.title ?? "", hrefOf(concertId));
}

// Only one of several tabs says it.
function tellTurn(concertId: number): void {
  const kept = ticketOf(concertId);
  if (!kept || kept.isTold) return;
  keepTicket(concertId, { ...kept, isTold: true });
  tell(concertId, words().yourTurn);
}

function warnBeforeEnd(concertId: number, follower: Follower, ticket: Ticket): void {
  follower.callOffWarning();
  follower.callOffWarning = () => {};
  if (ticket.status !== "ACTIVE" || !ticket.expiresAt) return;
  const ms = left(ticket.expiresAt, serverClock.now()) - kSoonMs;
  if (ms > 0) follower.callOffWarning = inBackground(ms, () => tell(concertId, words().turnSoon));
}

function heard(concertId: number, follower: Follower, ticket: Ticket): void {
  const before = follower.seen;
  const now = serverClock.now();
  if (ticket.status === "EXPIRED" || ticket.status === "COMPLETED") {
    const kept = ticketOf(concertId);
    if (kept?.token === follower.token) keepTicket(concertId, { ...kept, isOver: true });
    unfollow(concertId);
    put(concertId, { ticket, error: null, ending: endingOf(ticket.status, before, now, rules.get()) });
    return;
  }
  follower.seen = { status: ticket.status, expiresAt: ticket.expiresAt, at: now };
  put(concertId, { ticket, error: null, ending: null });
  if (before?.status === "WAITING" && ticket.status === "ACTIVE") tellTurn(concertId);
  warnBeforeEnd(concertId, follower, ticket);
}

function unfollow(concertId: number): void {
  const follower = followers.get(concertId);
  followers.delete(concertId);
  follower?.poller.stop();
  follower?.callOffWarning();
}

function follow(concertId: number, token: string, known?: Ticket): void {
  unfollow(concertId);
  const ask = async () => {
    try {
      const ticket = await queueStatus(token);
      if (followers.get(concertId) !== follower) return { nextMs: 0 };
      heard(concertId, follower, ticket);
      return { nextMs: followers.get(concertId) === follower ? ticket.pollAfterMs : 0 };
    } catch (failed) {
      if (followers.get(concertId) !== follower) return { nextMs: 0 };
      if (failed instanceof Refused && !isUndecided(failed)) {
        keepTicket(concertId, null); // not of this server, or of another concert
        unfollow(concertId);
        put(concertId, null);
        return { nextMs: 0 };
      }
      put(concertId, { ...lines.get().get(concertId)!, error: failed });
      throw failed;
    }
  };
  const poller = new Poller(ask, undefined, paceInLine);
  const follower: Follower = { token, poller, seen: null, callOffWarning: () => {} };
  followers.set(concertId, follower);
  put(concertId, { ticket: null, error: null, ending: null });
  if (known) heard(concertId, follower, known);
  if (followers.get(concertId) === follower) poller.start(known ? known.pollAfterMs : 0);
}

// As storage says, which another tab may have changed.
function followStorage(concertId: number): void {
  const kept = ticketOf(concertId);
  const follower = followers.get(concertId);
  if (kept && !kept.isOver) {
    if (kept.token !== follower?.token) follow(concertId, kept.token);
    return;
  }
  if (!follower) return;
  if (kept) {
    askAgain(concertId); // it has ended: how?
    return;
  }
  unfollow(concertId);
  put(concertId, { ticket: null, error: null, ending: "left" });
}

function followAll(): void {
  for (const id of [...followers.keys()]) unfollow(id);
  lines.set(new Map());
  for (const id of concertsWithTicket()) followStorage(id);
  showTitle();
}

export function keepLines(): void {
  followAll();
  userId.watch(followAll);
  watchTickets((concertId) => (concertId === null ? followAll() : followStorage(concertId)));
}

// A ticket that has ended long ago is asked for when its page is looked at, which says how it ended.
export function look(concertId: number): void {
  const kept = ticketOf(concertId);
  if (kept && !followers.has(concertId) && !lines.get().has(concertId)) follow(concertId, kept.token);
}

export async function getInLine(concertId: number, wish: Wish): Promise<void> {
  const ticket = await join(concertId, wish);
  follow(concertId, ticket.token, ticket);
}

export async function leaveLine(concertId: number): Promise<void> {
  await leave(concertId);
  unfollow(concertId);
  put(concertId, null);
}

// Another request was told that the turn is over: the line is asked how.
export function askAgain(concertId: number): void {
  const kept = ticketOf(concertId);
  const seen = followers.get(concertId)?.seen ?? null;
  if (!kept) return;
  follow(concertId, kept.token);
  followers.get(concertId)!.seen = seen;
}
