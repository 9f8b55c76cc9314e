import { describe, expect, it } from "vitest";
import { ServerClock } from "../src/base/clock";
import { clockText, left, phaseOf, untilNextTick } from "../src/base/countdown";

describe("a countdown", () => {
  it("shows 0:00 only when it is over", () => {
    expect(clockText(300_000)).toBe("5:00");
    expect(clockText(299_999)).toBe("5:00");
    expect(clockText(299_000)).toBe("4:59");
    expect(clockText(1)).toBe("0:01");
    expect(clockText(0)).toBe("0:00");
    expect(clockText(3_661_000)).toBe("1:01:01");
  });

  it("warns at a minute and is over at the deadline itself", () => {
    expect(phaseOf(60_001)).toBe("calm");
    expect(phaseOf(60_000)).toBe("soon");
    expect(phaseOf(1)).toBe("soon");
    expect(phaseOf(0)).toBe("over");
    expect(left("2026-07-01T10:00:00.000Z", Date.parse("2026-07-01T10:00:00.001Z"))).toBe(0);
  });

  it("ticks when its text changes", () => {
    for (const ms of [300_000, 299_400, 1000, 999, 1]) {
      const step = untilNextTick(ms);
      expect(clockText(ms - step)).not.toBe(clockText(ms));
      if (step > 1) expect(clockText(ms - step + 1)).toBe(clockText(ms));
    }
    expect(untilNextTick(0)).toBe(0);
  });
});

describe("the server's clock", () => {
  it("goes by the sample with the shortest way", () => {
    let steady = 1000;
    const clock = new ServerClock(() => steady);
    clock.sample(1000, 1800, 50_000); // asked at 1000, answered at 1800: off by up to 400
    expect(clock.now()).toBe(50_000 - 1400 + 1000);
    clock.sample(2000, 2020, 51_500);
    steady = 2010;
    expect(clock.now()).toBe(51_500);
    clock.sample(3000, 3900, 99_999); // worse: ignored
    expect(clock.now()).toBe(51_500);
  });

  it("takes any sample after the device has slept", () => {
    const clock = new ServerClock(() => 5000);
    clock.sample(0, 10, 100_000);
    clock.forget();
    clock.sample(4000, 6000, 900_000);
    expect(clock.now()).toBe(900_000);
  });
});
