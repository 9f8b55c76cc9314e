// When to ask again. The server says how long to wait after each answer; we never ask sooner, and at once when somebody looks again or
// the network is back. While the page is hidden we are silent, unless a pace for that is given.
import { inBackground } from "./background_timer";

export interface World {
  now(): number;
  after(ms: number, what: () => void, isKeptHidden: boolean): () => void; // returns how to call it off
  isHidden(): boolean;
  onReturn(what: () => void): () => void; // the page is looked at again, or the network is back
  random(): number;
}

export interface Asked {
  nextMs: number; // ask again after so long; ≤ 0: never
}

export const kLeastMs = 1000; // not even a return asks twice within this
export const kMostMs = 30_000;
const kNearMs = 5000; // a server that wants to be asked so often has us near the front

// In a line: as often as told when near its front, else half a minute is soon enough for a page that is not looked at.
export const paceInLine = (toldMs: number): number => (toldMs <= kNearMs ? toldMs : Math.max(toldMs, kMostMs));

export class Poller {
  #due = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #lastMs = kLeastMs;
  #asking = false;
  #running = false;
  #callOff: () => void = () => {};
  #unwatch: () => void = () => {};

  // `ask` throws when there was no answer; an error with `retryAfterMs` says how long to wait.
  constructor(
    private readonly ask: () => Promise<Asked>,
    private readonly world: World = browserWorld,
    private readonly paceWhileHidden?: (toldMs: number) => number,
  ) {}

  start(firstMs = 0): void {
    if (this.#running) return;
    this.#running = true;
    this.#due = this.world.now() + firstMs;
    this.#unwatch = this.world.onReturn(() => this.#onReturn());
    this.#arm();
  }

  stop(): void {
    this.#running = false;
    this.#callOff();
    this.#unwatch();
  }

  #onReturn(): void {
    if (!this.#running || this.#asking) return;
    this.#due = Math.max(this.world.now(), this.#askedAt + kLeastMs);
    this.#arm();
  }

  #isSilent(): boolean {
    return !this.paceWhileHidden && this.world.isHidden();
  }

  #arm(): void {
    this.#callOff();
    if (!this.#running || this.#asking || this.#isSilent()) return;
    const ms = Math.max(0, this.#due - this.world.now());
    this.#callOff = this.world.after(ms, () => void this.#run(), this.paceWhileHidden !== undefined);
  }

  async #run(): Promise<void> {
    if (!this.#running || this.#asking || this.#isSilent()) return;
    this.#asking = true;
    this.#askedAt = this.world.now();
    let nextMs: number;
    try {
      nextMs = (await this.ask()).nextMs;
      this.#failures = 0;
      if (nextMs <= 0) this.stop();
      else this.#lastMs = nextMs;
    } catch (error) {
      nextMs = this.#backoff(error);
    }
    this.#asking = false;
    const pace = this.world.isHidden() ? this.paceWhileHidden : undefined;
    this.#due = this.world.now() + (pace ? pace(nextMs) : nextMs);
    this.#arm();
  }

  // Twice as long with every failure, spread so that a crowd does not come back in one moment.
  #backoff(error: unknown): number {
    const told = (error as { retryAfterMs?: number })?.retryAfterMs;
    const ms = told ?? Math.min(kMostMs, Math.max(kLeastMs, this.#lastMs) * 2 ** Math.min(this.#failures, 5));
    this.#failures += 1;
    return ms * (1 + 0.3 * this.world.random());
  }
}

function inForeground(ms: number, what: () => void): () => void {
  const timer = setTimeout(what, ms);
  return () => clearTimeout(timer);
}

export const browserWorld: World = {
  now: () => performance.now(),
  after: (ms, what, isKeptHidden) => (isKeptHidden ? inBackground : inForeground)(ms, what),
  isHidden: () => document.hidden,
  onReturn(what) {
    const shown = () => {
      if (!document.hidden) what();
    };
    document.addEventListener("visibilitychange", shown);
    addEventListener("online", what);
    addEventListener("pageshow", shown);
    return () => {
      document.removeEventListener("visibilitychange", shown);
      removeEventListener("online", what);
      removeEventListener("pageshow", shown);
    };
  },
  random: Math.random,
};
