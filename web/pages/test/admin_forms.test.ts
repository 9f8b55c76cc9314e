// What the operator's forms send.
import { describe, expect, it } from "vitest";
import { type About, aboutOf, changesOf, emptyAbout } from "../src/admin/form/about";
import { emptyDraft, totalsOfAll, wishOf } from "../src/admin/form/date_draft";
import { inParts, kMostSeatsInRequest } from "../src/admin/form/parts";
import type { Concert } from "../src/base/sale";

const concert = {
  id: 7,
  title: "Night",
  artist: "Quartet",
  venue: null,
  timeZone: "Asia/Seoul",
  bookingOpensAt: "2039-05-01T10:00:00.000Z",
  bookingClosesAt: null,
} as unknown as Concert;

describe("a changed concert", () => {
  const was = aboutOf(concert);
  const changed = (part: Partial<About>) => changesOf(concert, { ...was, ...part });
  it("sends nothing where nothing is different", () => expect(changed({})).toEqual({}));
  it("sends only what is different, without blanks around it", () => {
    expect(changed({ title: " Long night " })).toEqual({ title: "Long night" });
    expect(changed({ artist: " " })).toEqual({ artist: null });
    expect(changed({ salesEnd: "-30" })).toEqual({ salesEndOffsetMinutes: -30 });
  });
  it("sends times as moments, by the clock of the venue", () => {
    expect(changed({ opens: "2039-05-01T20:00", closes: "2039-05-02T09:00" })).toEqual({
      bookingOpensAt: "2039-05-01T11:00:00.000Z",
      bookingClosesAt: "2039-05-02T00:00:00.000Z",
    });
    expect(changed({ opens: "" })).toEqual({ bookingOpensAt: null });
  });
});

describe("a new concert", () => {
  const draft = { ...emptyDraft(), startsAt: "2039-05-01T19:30" };
  const about = { ...emptyAbout("Asia/Seoul"), title: " Night " };
  it("comes to the seats and the money of all its dates", () => {
    expect(totalsOfAll(about, [draft, draft])).toEqual({ seats: 100, money: 5_000_000 });
  });
  it("comes to nothing while something is missing or cannot be read", () => {
    expect(totalsOfAll(about, [draft, { ...draft, count: "" }])).toBeNull();
    expect(totalsOfAll(about, [{ ...draft, startsAt: "" }])).toBeNull();
    expect(totalsOfAll({ ...about, zone: "America/New_York", opens: "2039-03-13T02:30" }, [draft])).toBeNull();
  });
  it("is sent without blanks, and with the end of its sale only where it is not the start", () => {
    const wish = wishOf(about, [draft]);
    expect(wish).toMatchObject({ title: "Night", artist: null, venue: null, timeZone: "Asia/Seoul" });
    expect(wish).not.toHaveProperty("salesEndOffsetMinutes");
    expect(wish.schedules).toEqual([{ startsAt: "2039-05-01T10:30:00.000Z", seats: { count: 50, price: 50_000 } }]);
    expect(wishOf({ ...about, salesEnd: "60" }, [])).toHaveProperty("salesEndOffsetMinutes", 60);
  });
});

describe("the dates of a large plan", () => {
  const split = (seats: number[]) => inParts(seats, (each) => each);
  it("are sent in one request while they fit", () => {
    expect(split([kMostSeatsInRequest])).toEqual([[kMostSeatsInRequest]]);
    expect(split([60_000, 40_000])).toEqual([[60_000, 40_000]]);
  });
  it("are sent in several, in their order, when they do not", () => {
    expect(split([60_000, 40_001, 1])).toEqual([[60_000], [40_001, 1]]);
    expect(split([100_001, 5])).toEqual([[100_001], [5]]); // the server refuses the first by name
    expect(split([0, 100_000, 0, 1])).toEqual([[0, 100_000, 0], [1]]);
  });
});
