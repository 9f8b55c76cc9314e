import { describe, expect, it } from "vitest";
import { type Asked, kLeastMs, kMostMs, Poller, paceInLine, type World } from "../src/base/poll";

// A world whose time is moved by hand.
class Toy implements World {
  time = 0;
  hidden = false;
  #timers: { at: number; what: () => void }[] = [];
  #returns = new Set<() => void>();

  now = () => this.time;
  random = () => 0;
  isHidden = () => this.hidden;
  after(ms: number, what: () => void) {
    const timer = { at: this.time + ms, what };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }
  onReturn(what: () => void) {
    this.#returns.add(what);
    return () => this.#returns.delete(what);
  }
  async pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.#timers.shift();
      this.time = next.at;
      next.what();
      await settled();
    }
    this.time = end;
  }
  async show(isShown: boolean) {
    this.hidden = !isShown;
    if (isShown) for (const what of this.#returns) what();
    await this.pass(0);
  }
}

const settled = async () => {
  for (let i = 0; i < 5; ++i) await Promise.resolve();
};

function following(world: Toy, answer: () => Asked | Promise<Asked>, paceWhileHidden?: (toldMs: number) => number) {
  const asked: number[] = [];
  const ask = async () => {
    asked.push(world.time);
    return answer();
  };
  return { asked, poller: new Poller(ask, world, paceWhileHidden) };
}

describe("polling", () => {
  it("asks at once, then exactly as late as told", async () => {
    const world = new Toy();
    const waits = [5000, 1234, 20_000, 5000];
    const { asked, poller } = following(world, () => ({ nextMs: waits.shift() ?? 60_000 }));
    poller.start();
    await world.pass(31_300);
    expect(asked).toEqual([0, 5000, 6234, 26_234, 31_234]);
  });

  it("does not ask while nobody looks, and asks at once on return", async () => {
    const world = new Toy();
    const { asked, poller } = following(world, () => ({ nextMs: 5000 }));
    poller.start();
    await world.pass(6000);
    await world.show(false);
    await world.pass(600_000);
    expect(asked).toEqual([0, 5000]);
    await world.show(true);
    expect(asked).toEqual([0, 5000, 606_000]);
    await world.pass(5000);
    expect(asked.at(-1)).toBe(611_000);
  });

  it("goes on asking in a line while nobody looks: as told near the front, every half minute far from it", async () => {
    const world = new Toy();
    let told = 12_000;
    const { asked, poller } = following(world, () => ({ nextMs: told }), paceInLine);
    poller.start();
    await world.pass(1000);
    await world.show(false);
    await world.pass(11_000); // the wait under way is as long as it was told
    expect(asked).toEqual([0, 12_000]);
    await world.pass(60_000);
    expect(asked).toEqual([0, 12_000, 42_000, 72_000]);
    told = 2000;
    await world.pass(34_000);
    expect(asked.slice(4)).toEqual([102_000, 104_000, 106_000]);
    await world.show(true);
    await world.pass(1000);
    expect(asked.at(-1)).toBe(107_000);
  });

  it("waits longer than half a minute in a line where it is told to", () => {
    expect(paceInLine(39_000)).toBe(39_000);
    expect(paceInLine(kMostMs)).toBe(kMostMs);
    expect(paceInLine(1000)).toBe(1000);
  });

  it("is not hurried by switching to and fro", async () => {
    const world = new Toy();
    const { asked, poller } = following(world, () => ({ nextMs: 5000 }));
    poller.start();
    await world.pass(100);
    for (let i = 0; i < 20; ++i) {
      await world.show(false);
      await world.show(true);
      await world.pass(50);
    }
    for (let i = 1; i < asked.length; ++i) expect(asked[i]! - asked[i - 1]!).toBeGreaterThanOrEqual(kLeastMs);
  });

  it("stops for good when told 0", async () => {
    const world = new Toy();
    const { asked, poller } = following(world, () => ({ nextMs: 0 }));
    poller.start();
    await world.pass(100_000);
    await world.show(true);
    expect(asked).toEqual([0]);
  });

  it("waits longer after every failure, never longer than the most, and recovers", async () => {
    const world = new Toy();
    let isUp = false;
    const { asked, poller } = following(world, () => {
      if (!isUp) throw new Error("lost");
      return { nextMs: 2000 };
    });
    poller.start();
    await world.pass(200_000);
    const gaps = asked.slice(1).map((at, i) => at - asked[i]!);
    expect(gaps.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(Math.max(...gaps)).toBe(kMostMs);
    isUp = true;
    await world.show(true); // the network is back
    const at = asked.at(-1)!;
    await world.pass(2000);
    expect(asked.at(-1)).toBe(at + 2000);
  });

  it("waits as long as a refusal says", async () => {
    const world = new Toy();
    const { asked, poller } = following(world, () => {
      throw Object.assign(new Error("OVERLOADED"), { retryAfterMs: 7000 });
    });
    poller.start();
    await world.pass(7000);
    expect(asked).toEqual([0, 7000]);
  });

  it("never asks twice at once", async () => {
    const world = new Toy();
    let release = () => {};
    const { asked, poller } = following(world, () => new Promise((done) => (release = () => done({ nextMs: 1000 }))));
    poller.start();
    await world.pass(10_000);
    await world.show(true);
    expect(asked).toEqual([0]);
    release();
    await settled();
    await world.pass(1000);
    expect(asked).toEqual([0, 11_000]);
  });
});
