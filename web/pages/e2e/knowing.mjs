// The state of the sale and of the buyer's own place, on every page: sold out, closed, paid, left, moved to another
// time zone.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { arrive, chargeAndPay, chosenSeats, holdOne, noFaults, serve, toSeats, waitFor } from "./steps.mjs";

const sale = (made, nth = 0) => `/#/concerts/${made.id}/dates/${made.schedules[nth].id}`;
const oneSeat = (day) => ({ startsAt: inDays(day), seats: { count: 1, price: 50_000 } });

export const scenarios = [
  [
    "a sold-out date and a closed sale offer no line, not by link either; a seat that comes back does",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Gone", schedules: [oneSeat(20), oneSeat(21)] });
      const [schedule] = made.schedules;
      const other = await server.ticket(500, made.id);
      const held = await server.hold(made.id, schedule.id, [schedule.firstSeatId], other);
      await server.everywhere(`/api/v1/concerts/${made.id}`, ({ availableSeats }) => availableSeats === 1);
      const page = await arrive(world, server, { user: 81 });
      await page.goto(`/#/concerts/${made.id}`);
      await page.locator("a.date").waitFor();
      assert.equal(await page.locator("div.date", { hasText: "Sold out" }).count(), 1);
      await page.goto(sale(made));
      await page.locator(".start .note", { hasText: "Sold out" }).waitFor();
      const line = page.getByRole("button", { name: "Get tickets", exact: true });
      assert.equal(await line.count(), 0);
      await server.call("DELETE", `/api/v1/reservations/${held.reservationId}?userId=500`);
      await line.waitFor();
      await server.call("PATCH", `/api/v1/admin/concerts/${made.id}`, {
        admin: true,
        body: { bookingClosesAt: new Date().toISOString() },
      });
      await server.everywhere(`/api/v1/concerts/${made.id}`, ({ bookingClosesAt }) => bookingClosesAt !== null);
      await page.reload();
      await page.locator(".start .note", { hasText: "The sale has closed" }).waitFor();
      assert.equal(await line.count(), 0);
      await noFaults(page);
    },
  ],
  [
    "a buyer who has paid and goes back is shown the ticket, and the line only as the way to more",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Paid" });
      const page = await arrive(world, server, { user: 82 });
      await holdOne(page, made);
      await chargeAndPay(page);
      await page.locator("[data-testid=line-strip]").waitFor({ state: "detached" }); // the turn is over
      await page.goto(sale(made));
      const own = page.getByTestId("own-ticket");
      await own.getByText("You have 1 seat for this date.").waitFor();
      assert.equal(await page.getByRole("button", { name: "Get tickets", exact: true }).count(), 0);
      await page.getByRole("button", { name: "Buy more seats" }).waitFor();
      await own.getByRole("link", { name: "Show ticket" }).click();
      await page.waitForSelector(".reservation-no");
      await page.goto(`/#/concerts/${made.id}`);
      await page.locator("a.date", { hasText: "You have 1 seat for this date." }).waitFor();
      await noFaults(page);
    },
  ],
  [
    "what was chosen survives a reload, less what has gone meanwhile",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Again" });
      const page = await arrive(world, server, { user: 83 });
      await toSeats(page, made);
      await page.getByRole("button", { name: "2 together" }).click();
      await waitFor("two seats", async () => (await chosenSeats(page)).length === 2);
      const [first] = await chosenSeats(page);
      await page.reload();
      await page.getByRole("button", { name: "Hold 2 seats" }).waitFor();
      await page.goto("/");
      await page.getByRole("link", { name: "Again" }).waitFor();
      const other = await server.ticket(501, made.id);
      await server.hold(made.id, made.schedules[0].id, [first], other);
      await page.goto(sale(made));
      await page.locator("[data-notice=faster]").waitFor();
      await page.getByRole("button", { name: "Hold 1 seat" }).click();
      await page.waitForSelector("[role=timer]");
      await toSeats2(page, made);
      assert.equal(await page.locator(".chosen-list li").count(), 0, "what is held is not chosen any more");
      await noFaults(page);
    },
  ],
  [
    "another tab follows leaving and joining again at once; a place left elsewhere is said to be that",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Two tabs",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      await server.ticket(900, made.id);
      for (let user = 901; user < 960; ++user) await server.ticket(user, made.id);
      const page = await arrive(world, server, { user: 84 });
      await page.goto(sale(made));
      await page.getByRole("button", { name: "Get tickets", exact: true }).click();
      await page.locator("[data-position='60']").waitFor();
      const second = await page.context().newPage();
      await second.goto(server.url + sale(made));
      await second.locator("[data-position='60']").waitFor();
      // The second tab sends no request: the first tab notifies it.
      await second.route("**/queue/**", (route) => route.abort());
      await page.getByRole("button", { name: "Leave the queue" }).click();
      await page.getByRole("button", { name: "Yes, leave" }).click();
      await second.locator("[data-ending=left]").waitFor();
      await second.unroute("**/queue/**");
      await page.getByRole("button", { name: "Get tickets", exact: true }).click();
      await page.locator("[data-position]").waitFor();
      await second.locator("[data-position]").waitFor();
      // On another device: only the server knows that the place has ended, and gives no reason.
      const there = await server.ticket(84, made.id);
      await server.call("DELETE", "/api/v1/queue/token", { ticket: there });
      for (const each of [page, second]) {
        await each.locator("[data-ending=left]").waitFor({ timeout: 60_000 });
        assert.equal(await each.getByText("A turn lasts").count(), 0);
      }
      await noFaults(page);
    },
  ],
  [
    "how long turns and places last is what the server is set to, and a turn that ends says why",
    async (world) => {
      const server = await serve(world, [
        ...["--queue-active-seconds", "8", "--queue-idle-seconds", "240", "--queue-return-seconds", "180"],
      ]);
      const made = await server.concert({
        title: "Durations",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const inside = await server.ticket(900, made.id);
      const page = await arrive(world, server, { user: 85 });
      await page.goto(sale(made));
      await page.getByRole("button", { name: "Get tickets", exact: true }).click();
      await page.getByText("we wait 3 minutes for you").waitFor();
      await page.getByText("A turn lasts 0.1 minutes, and ends after 4 minutes").waitFor();
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.locator("[data-standing=turnSoon]").waitFor();
      await page.locator("[data-ending=time]").waitFor();
      await page.locator("[data-ending=time]", { hasText: "A turn lasts 0.1 minutes." }).waitFor();
      await noFaults(page);
    },
  ],
  [
    "times are the venue's, with zone and year, and a traveller's own beside them",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Seven in Seoul",
        venue: "River Hall",
        timeZone: "Asia/Seoul",
        schedules: [{ startsAt: "2039-12-05T10:00:00.000Z", seats: { count: 5, price: 1000 } }],
      });
      const away = await arrive(world, server, { user: 86, timezoneId: "America/New_York" });
      const venue = "Mon, 5 Dec 2039 19:00 (South Korea Time)";
      await away.goto("/");
      await away.locator(".card", { hasText: "Mon, 5 Dec 2039" }).waitFor();
      await away.goto(`/#/concerts/${made.id}`);
      await away.locator("a.date", { hasText: "Monday 19:00" }).waitFor();
      await away.locator("a.date", { hasText: /2039 · South Korea Time Your time: Mon,? 5 Dec 05:00/ }).waitFor();
      await holdOne(away, made);
      await away.locator(".what", { hasText: venue }).waitFor();
      await chargeAndPay(away);
      await away.locator(".what", { hasText: /South Korea Time\) Your time: Mon,? 5 Dec 05:00/ }).waitFor();
      await away.goto("/#/reservations");
      await away.locator("[data-status=CONFIRMED]", { hasText: venue }).waitFor();
      const home = await arrive(world, server, { user: 87, locale: "ko-KR" });
      await home.goto(sale(made));
      await home.locator(".when", { hasText: "2039년 12월 5일 (월) 오후 7:00 (대한민국 시간)" }).waitFor();
      assert.equal(await home.locator(".own-time").count(), 0, "the same time is not said twice");
      await noFaults(away);
    },
  ],
];

// People with a turn are not asked to join.
async function toSeats2(page, made) {
  await page.goto(sale(made));
  await page.waitForSelector(".map-frame svg .seat");
}
