import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { call } from "../src/base/api";

// What the pages' storage listens with.
vi.hoisted(() => vi.stubGlobal("addEventListener", () => {}));

const answer = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const refusal = (status: number, code: string) => answer(status, { code, status });

// Answers come in this order, the last one for ever; returns how many were asked for.
function served(...answers: (() => Response)[]): () => number {
  let asked = 0;
  vi.stubGlobal("fetch", async () => answers[Math.min(asked++, answers.length - 1)]!());
  return () => asked;
}

describe("what another server has just made", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it.each(["CONCERT_NOT_FOUND", "SCHEDULE_NOT_FOUND"])("is asked for again after %s", async (code) => {
    const asked = served(
      () => refusal(404, code),
      () => refusal(404, code),
      () => answer(200, { id: 7 }),
    );
    const found = call("GET", "/api/v1/concerts/7");
    await vi.runAllTimersAsync();
    expect(await found).toEqual({ id: 7 });
    expect(asked()).toBe(3);
  });
  it("is not there when that is said for longer than others need to hear of it", async () => {
    const asked = served(() => refusal(404, "CONCERT_NOT_FOUND"));
    const began = Date.now();
    const found = call("GET", "/api/v1/concerts/7").catch((failed) => failed.code);
    await vi.runAllTimersAsync();
    expect(await found).toBe("CONCERT_NOT_FOUND");
    expect(Date.now() - began).toBe(2500);
    expect(asked()).toBe(6);
  });
  it.each(["RESERVATION_NOT_FOUND", "SEAT_NOT_FOUND"])("but %s is believed at once", async (code) => {
    const asked = served(() => refusal(404, code));
    await expect(call("GET", "/api/v1/reservations/7")).rejects.toMatchObject({ code });
    expect(asked()).toBe(1);
  });
});
