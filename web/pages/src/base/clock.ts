// The server's time, for countdowns: what counts is its clock, not the one of this device.
//
// A sample is a question and its answer: at some moment between both, by our steady clock, the server said `serverNow`. Taking the
// middle is off by at most half the round trip, so the sample with the shortest round trip is kept.
export class ServerClock {
  #offset = Date.now() - performance.now();
  #error = Number.POSITIVE_INFINITY;

  constructor(private readonly steady: () => number = () => performance.now()) {}

  sample(sent: number, received: number, serverNow: number): void {
    const error = (received - sent) / 2;
    if (error > this.#error) return;
    this.#error = error;
    this.#offset = serverNow - (sent + received) / 2;
  }

  // Devices that sleep stop their steady clock: after that nothing learned before counts.
  forget(): void {
    this.#error = Number.POSITIVE_INFINITY;
  }

  now(): number {
    return this.steady() + this.#offset;
  }
}

export const serverClock = new ServerClock();

async function ask(): Promise<void> {
  const sent = performance.now();
  const reply = await fetch("/api/v1/time", { cache: "no-store" });
  const body = (await reply.json()) as { now: string };
  serverClock.sample(sent, performance.now(), Date.parse(body.now));
}

// Asks three times, since the first request of a connection is the slowest. Failing is no harm: the device's clock is used.
export async function syncClock(): Promise<void> {
  serverClock.forget();
  for (let i = 0; i < 3; ++i) await ask().catch(() => {});
}

export function keepClock(): void {
  void syncClock();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void syncClock();
  });
}
