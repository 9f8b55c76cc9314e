import { beforeAll, describe, expect, it, vi } from "vitest";

let parseRoute: typeof import("../src/base/route").parseRoute;
let to: typeof import("../src/base/route").to;
beforeAll(async () => {
  vi.stubGlobal("location", { hash: "" });
  ({ parseRoute, to } = await import("../src/base/route"));
});

describe("a place in the page", () => {
  it("is found again by its link", () => {
    expect(parseRoute(to.concerts())).toEqual({ name: "concerts" });
    expect(parseRoute(to.concert(7))).toEqual({ name: "concert", concert: 7 });
    expect(parseRoute(to.sale(7, 9))).toEqual({ name: "sale", concert: 7, schedule: 9 });
    expect(parseRoute(to.reservations())).toEqual({ name: "reservations" });
    expect(parseRoute(to.reservation(3))).toEqual({ name: "reservation", reservation: 3 });
  });
  it.each([
    "#/concerts/0",
    "#/concerts/x",
    "#/concerts/1/dates",
    "#/concerts/1/dates/2/3",
    "#/concerts/1e999",
    "#/<script>",
    "#/reservations/-1",
  ])("%s is nowhere", (hash) => expect(parseRoute(hash)).toEqual({ name: "nowhere" }));
});
