import { describe, expect, it } from "vitest";
import { endingOf, type Seen } from "../src/buyer/ending";

const rules = { idleSeconds: 120, returnSeconds: 600 };
const at = 1_000_000_000_000;
const iso = (ms: number) => new Date(ms).toISOString();
const waiting: Seen = { status: "WAITING", expiresAt: null, at };
const active: Seen = { status: "ACTIVE", expiresAt: iso(at + 600_000), at };

describe("how a place or a turn has ended", () => {
  it("by paying, whatever was seen before", () => {
    for (const seen of [null, waiting, active]) expect(endingOf("COMPLETED", seen, at + 5000, rules)).toBe("paid");
  });
  it.each([
    ["a place that was asked for a moment ago was given up elsewhere", waiting, 5000, "left"],
    ["a place that was not asked for is missed only after the time to return", waiting, 599_999, "left"],
    ["from then on its turn may have come and gone", waiting, 600_000, "missed"],
    ["a turn that had time left was given up elsewhere", active, 5000, "left"],
    ["a turn of a page that was silent for too long", active, 120_000, "idle"],
    ["a turn whose time is over", active, 600_000, "time"],
    ["a turn whose time was over for long", active, 5_000_000, "time"],
    ["a turn without an end, silent for too long", { ...active, expiresAt: null }, 120_000, "idle"],
    ["nothing was seen of it here", null, 0, "unknown"],
    ["it was over when it was seen last", { ...active, status: "EXPIRED" as const }, 0, "unknown"],
  ])("%s", (_, seen, laterMs, ending) => {
    expect(endingOf("EXPIRED", seen, at + laterMs, rules)).toBe(ending);
  });
  it("goes by what the server is set to", () => {
    expect(endingOf("EXPIRED", waiting, at + 61_000, { ...rules, returnSeconds: 60 })).toBe("missed");
    expect(endingOf("EXPIRED", active, at + 31_000, { ...rules, idleSeconds: 30 })).toBe("idle");
  });
});
