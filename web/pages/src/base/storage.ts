// What survives a reload, kept in localStorage: readable by scripts of this origin only, and our policy lets no other script run here.
// A ticket must outlive the tab (a closed page keeps its place), so sessionStorage would not do.
import { state } from "./state";

export interface Shelf {
  read(key: string): string | null;
  write(key: string, value: string | null): void;
  keys(): string[];
}

// Browsers may block storage or have it full: then it is remembered until the reload.
function shelf(open: () => Storage): Shelf {
  const remembered = new Map<string, string | null>();
  return {
    read(key) {
      const known = remembered.get(key);
      if (known !== undefined) return known;
      try {
        return open().getItem(key);
      } catch {
        return null;
      }
    },
    write(key, value) {
      try {
        if (value === null) open().removeItem(key);
        else open().setItem(key, value);
        remembered.delete(key);
      } catch {
        remembered.set(key, value);
      }
    },
    keys() {
      const own = [...remembered].filter(([, value]) => value !== null).map(([key]) => key);
      try {
        return [...new Set([...Object.keys(open()), ...own])];
      } catch {
        return own;
      }
    },
  };
}

const device = shelf(() => localStorage);
export const tab = shelf(() => sessionStorage); // for what must not outlive the tab
const { read, write } = device;

const kUser = "frontrow.user";

function randomUser(): number {
  const dice = crypto.getRandomValues(new Uint32Array(2));
  return 1_000_000_000 + (dice[0]! % 2 ** 20) * 2 ** 32 + dice[1]!; // below 2^53
}

export function deviceUser(): number {
  const kept = Number(read(kUser));
  if (Number.isSafeInteger(kept) && kept > 0) return kept;
  const made = randomUser();
  write(kUser, String(made));
  return made;
}

export const userId = state(deviceUser());

export function setUser(id: number): void {
  write(kUser, String(id));
  userId.set(id);
}

export interface KeptTicket {
  token: string;
  firstPosition: number; // when joined: the whole way
  joinedAt: number;
  title?: string; // of the concert
  schedule?: number; // the date that was looked at when joining
  isOver?: boolean; // ended, by paying or otherwise; still good for paying
  isTold?: boolean; // one tab has said that it is the buyer's turn
}

const ticketPrefix = () => `frontrow.ticket.${userId.get()}.`;

function ticketIn(text: string | null): KeptTicket | null {
  try {
    return JSON.parse(text ?? "null") as KeptTicket | null;
  } catch {
    return null;
  }
}

export const ticketOf = (concertId: number) => ticketIn(read(ticketPrefix() + concertId));

export function keepTicket(concertId: number, ticket: KeptTicket | null): void {
  write(ticketPrefix() + concertId, ticket && JSON.stringify(ticket));
}

// The concerts for which this user has a ticket here.
export function concertsWithTicket(): number[] {
  const prefix = ticketPrefix();
  const kept = device.keys().filter((key) => key.startsWith(prefix));
  return kept.map((key) => Number(key.slice(prefix.length))).filter((id) => Number.isSafeInteger(id) && id > 0);
}

// Another tab has joined, left or joined again. Null means all of them: its storage was cleared.
export function watchTickets(listener: (concertId: number | null) => void): void {
  addEventListener("storage", (event) => {
    if (event.key === null) return listener(null);
    const prefix = ticketPrefix();
    if (event.key.startsWith(prefix)) listener(Number(event.key.slice(prefix.length)));
  });
}

// Another tab changed something: the same user there is the same user here.
addEventListener("storage", (event) => {
  if (event.key === kUser) userId.set(deviceUser());
});

export function preference(name: string): string | null {
  return read(`frontrow.${name}`);
}

export function prefer(name: string, value: string | null): void {
  write(`frontrow.${name}`, value);
}
