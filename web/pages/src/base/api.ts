// Talking to the server. A refusal is a Refused with its code, no answer at all is Offline. POSTs carry an Idempotency-Key that belongs
// to the intention: it is kept until the server has settled it, so that double clicks, retries and reloads send the same one.
import { state } from "./state";
import { tab } from "./storage";

export interface Problem {
  code: string;
  status: number;
  detail: string;
  traceId: string;
  errors?: { field: string; reason: string }[];
  seatIds?: number[];
  seatsLeftForUser?: number;
  position?: number;
  balance?: number;
  amount?: number;
  oldestId?: number;
}

export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterMs?: number,
  ) {
    super(problem.code);
  }
  get code(): string {
    return this.problem.code;
  }
}

export class Offline extends Error {
  constructor() {
    super("OFFLINE");
  }
}

export const isConnected = state(true);

export interface CallOptions {
  body?: unknown;
  ticket?: string | undefined;
  bearer?: string | null;
  key?: string;
  timeoutMs?: number;
}

const kTimeoutMs = 15_000;

function headersOf({ body, ticket, bearer, key }: CallOptions): Headers {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (ticket) headers.set("X-Queue-Token", ticket);
  if (bearer) headers.set("Authorization", `Bearer ${bearer}`);
  if (key) headers.set("Idempotency-Key", key);
  return headers;
}

async function refusalOf(reply: Response): Promise<Refused> {
  const problem = (await reply.json().catch(() => null)) as Problem | null;
  const after = Number(reply.headers.get("Retry-After"));
  return new Refused(
    problem?.code ? problem : { code: "UNKNOWN", status: reply.status, detail: reply.statusText, traceId: "" },
    after > 0 ? after * 1000 : undefined,
  );
}

async function ask<T>(method: string, path: string, options: CallOptions): Promise<T> {
  let reply: Response;
  try {
    reply = await fetch(path, {
      method,
      headers: headersOf(options),
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(options.timeoutMs ?? kTimeoutMs),
    });
  } catch {
    isConnected.set(false);
    throw new Offline();
  }
  isConnected.set(true);
  if (!reply.ok) throw await refusalOf(reply);
  if (reply.status === 204) return undefined as T;
  return (await reply.json().catch(() => Promise.reject(new Offline()))) as T;
}

// A server hears within about a second of a concert or a date that another server has just put on sale. So the page believes that it does
// not exist only when servers say so for longer. A server that says so has done nothing, so any request may be sent again.
const kHeardOfLater = new Set(["CONCERT_NOT_FOUND", "SCHEDULE_NOT_FOUND"]);
const kBelievedMs = 2500;
const kAgainMs = 500;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export async function patiently<T>(what: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited += kAgainMs) {
    try {
      return await what();
    } catch (error) {
      if (!(error instanceof Refused) || !kHeardOfLater.has(error.code) || waited >= kBelievedMs) throw error;
    }
    await pause(kAgainMs);
  }
}

export const call = <T>(method: string, path: string, options: CallOptions = {}): Promise<T> =>
  patiently(() => ask<T>(method, path, options));

// What the server would say of something that is not there.
export const notFound = (code: string) => new Refused({ code, status: 404, detail: "", traceId: "" });

// What is to happen once.

const kTries = 4;
const kPatienceMs = 15_000; // a longer wait is the person's to decide
// Not decided yet: the same key may still bring the answer.
const kUndecided = new Set([
  "REQUEST_IN_PROGRESS",
  "OUTCOME_UNKNOWN",
  "OVERLOADED",
  "TOO_MANY_REQUESTS",
  "STORE_UNAVAILABLE",
  "SEAT_LOCKED",
  "UNKNOWN",
]);

export function isUndecided(error: unknown): boolean {
  return error instanceof Offline || (error instanceof Refused && kUndecided.has(error.code));
}

const running = new Map<string, Promise<unknown>>();

const kept = (intention: string) => `frontrow.key.${intention}`;

// Not crypto.randomUUID(): browsers have it on HTTPS and localhost only, and a shop may be tried out over plain HTTP.
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");

function keyOf(intention: string): string {
  const key = tab.read(kept(intention)) ?? newKey();
  tab.write(kept(intention), key);
  return key;
}

const settle = (intention: string) => tab.write(kept(intention), null);

async function tryOnce<T>(intention: string, path: string, options: CallOptions): Promise<T> {
  const key = keyOf(intention);
  for (let attempt = 1; ; ++attempt) {
    try {
      const answer = await call<T>("POST", path, { ...options, key });
      settle(intention);
      return answer;
    } catch (error) {
      if (!isUndecided(error)) settle(intention);
      if (!isUndecided(error) || attempt === kTries) throw error;
      const told = error instanceof Refused ? error.retryAfterMs : undefined;
      if (told !== undefined && told > kPatienceMs) throw error;
      await pause((told ?? 400 * 2 ** attempt) * (1 + 0.3 * Math.random()));
    }
  }
}

// Asking for the same while it is under way gets the same promise.
export function once<T>(path: string, options: CallOptions): Promise<T> {
  const intention = `${path} ${JSON.stringify(options.body)}`;
  const under = running.get(intention);
  if (under) return under as Promise<T>;
  const promise = tryOnce<T>(intention, path, options).finally(() => running.delete(intention));
  running.set(intention, promise);
  return promise;
}
