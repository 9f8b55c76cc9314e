import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SchedulePlan } from "../src/admin/api";
import { requestsOfDates } from "../src/admin/form/requests_of_dates";

const date = (day: number, count: number): SchedulePlan => ({
  startsAt: `2027-01-${String(day).padStart(2, "0")}T10:00:00.000Z`,
  seats: { count, price: 1000 },
});

describe("dates in requests of a bounded number of seats", () => {
  it("stay in their order when one request is enough", () => {
    const plans = [date(3, 60), date(1, 40)];
    expect(requestsOfDates(plans, 100)).toEqual([plans]);
    expect(requestsOfDates([], 100)).toEqual([[]]);
  });
  it("are divided, the latest first, none lost", () => {
    const plans = [date(1, 60), date(3, 50), date(2, 40), date(1, 100)];
    const requests = requestsOfDates(plans, 100);
    expect(requests[0]![0]).toBe(plans[1]);
    expect(requests.flat()).toHaveLength(4);
    expect(new Set(requests.flat())).toEqual(new Set(plans));
    for (const request of requests)
      expect(request.reduce((sum, plan) => sum + ("seats" in plan ? plan.seats.count : 0), 0)).toBeLessThanOrEqual(100);
  });
  it("count the seats of sections", () => {
    const plan = (rows: number): SchedulePlan => ({
      startsAt: "2027-01-01T10:00:00.000Z",
      sections: [{ name: "A", rows, seatsPerRow: 10, price: 1 }],
    });
    expect(requestsOfDates([plan(6), plan(5)], 100)).toHaveLength(2);
    expect(requestsOfDates([plan(5), plan(5)], 100)).toHaveLength(1);
  });
});

describe("a large concert", () => {
  const sent: { path: string; dates: number }[] = [];
  let failing = false;
  afterEach(() => vi.unstubAllGlobals());
  beforeEach(() => {
    sent.length = 0;
    vi.resetModules();
    vi.stubGlobal("addEventListener", () => {});
    vi.doMock("../src/base/api", async (original) => ({
      ...(await original<typeof import("../src/base/api")>()),
      once: async (path: string, { body }: { body: { schedules: SchedulePlan[] } }) => {
        if (failing && path.endsWith("/schedules")) throw new Error("away");
        sent.push({ path, dates: body.schedules.length });
        return { id: 7, schedules: [] };
      },
    }));
  });
  it("is made once, and goes on with the rest of its dates after a failure", async () => {
    const { createConcert } = await import("../src/admin/api");
    const plan = { title: "t", schedules: [date(1, 100_000), date(2, 100_000), date(3, 50_000)] };
    failing = true;
    await expect(createConcert(plan)).rejects.toThrow("away");
    failing = false;
    expect(await createConcert(plan)).toEqual({ id: 7 });
    expect(sent.map((each) => each.path)).toEqual([
      "/api/v1/admin/concerts",
      "/api/v1/admin/concerts/7/schedules",
      "/api/v1/admin/concerts/7/schedules",
    ]);
    expect(sent.reduce((sum, each) => sum + each.dates, 0)).toBe(3);
  });
});
