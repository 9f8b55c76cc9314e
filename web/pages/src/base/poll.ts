// When to ask again. The server says how long to wait after each answer; we never ask sooner, never while nobody looks, and at once when
// somebody looks again or the network is back.
export interface World {
  now(): number;
  after(ms: number, what: () => void): () => void; // returns how to call it off
  isHidden(): boolean;
  onReturn(what: () => void): () => void; // the page is looked at again, or the network is back
  random(): number;
}

export interface Asked {
  nextMs: number; // ask again after so long; ≤ 0: never
}

export const kLeastMs = 1000; // not even a return asks twice within this
export const kMostMs = 30_000;

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

  #arm(): void {
    this.#callOff();
    if (!this.#running || this.#asking || this.world.isHidden()) return;
    this.#callOff = this.world.after(Math.max(0, this.#due - this.world.now()), () => void this.#run());
  }

  async #run(): Promise<void> {
    if (!this.#running || this.#asking || this.world.isHidden()) return;
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
    this.#due = this.world.now() + nextMs;
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

export const browserWorld: World = {
  now: () => performance.now(),
  after(ms, what) {
    const timer = setTimeout(what, ms);
    return () => clearTimeout(timer);
  },
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
