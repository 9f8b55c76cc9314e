// Every message that a buyer needs now is in view, next to the thumb: on three widths, in both languages, at every
// scroll position.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { arrive, chosenSeats, inView, inViewAnywhere, noFaults, serve, waitFor } from "./steps.mjs";

const kWindows = [
  [320, 568],
  [375, 720],
  [1280, 800],
];
const kLocales = ["en-GB", "ko-KR"];

const hall = () => [
  {
    startsAt: inDays(30),
    sections: [
      { name: "Floor", rows: 2, seatsPerRow: 6, price: 50_000 },
      { name: "Box", rows: 1, seatsPerRow: 4, price: 90_000 },
    ],
  },
];

const windowOf = ([width, height]) => ({
  viewport: { width, height },
  hasTouch: width < 500,
  isMobile: width < 500,
});

const sale = (made) => `/#/concerts/${made.id}/dates/${made.schedules[0].id}`;

async function toMap(page, made) {
  await page.goto(sale(made));
  await page.locator(".start button.main").click();
  await page.waitForSelector(".map-frame svg .seat");
}

const pick = (page, nth) => page.locator(".pick button").nth(nth).click();
const holdButton = (page) => page.locator(".pay-bar .main");

// Another buyer takes seats, four at a time, as allowed.
function others(server, made) {
  let user = 500;
  const [schedule] = made.schedules;
  return async (seats) => {
    for (let at = 0; at < seats.length; at += 4) {
      const ticket = await server.ticket(user++, made.id);
      await server.hold(made.id, schedule.id, seats.slice(at, at + 4), ticket);
    }
  };
}

async function messagesOfTheMap(world, window, locale) {
  const server = await serve(world);
  const made = await server.concert({ title: "In view", schedules: hall() });
  const [schedule] = made.schedules;
  const path = `/api/v1/admin/concerts/${made.id}`;
  const take = others(server, made);
  const page = await arrive(world, server, { user: 41, locale, ...windowOf(window) });
  await toMap(page, made);

  await pick(page, 2);
  await waitFor("four seats", async () => (await chosenSeats(page)).length === 4);
  await page.locator(".map-frame").focus();
  for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await inViewAnywhere(page, "[data-notice=full]", "that four are the most");

  await take([(await chosenSeats(page))[0]]);
  await inViewAnywhere(page, "[data-notice=faster]", "that a chosen seat has gone");
  await inViewAnywhere(page, "[data-notice=faster] .grow > button", "the offer");
  await page.locator("[data-notice=faster] .grow > button").click();
  await page.locator("[data-notice=faster]").waitFor({ state: "detached" });

  const reprice = (price) =>
    server.call("PATCH", `${path}/schedules/${schedule.id}/seats`, { admin: true, body: { prices: [{ price }] } });
  await reprice(70_000);
  await inViewAnywhere(page, "[data-notice=repriced]", "that the price has changed");
  await server.call("PATCH", `${path}/schedules/${schedule.id}`, { admin: true, body: { startsAt: inDays(40) } });
  await inViewAnywhere(page, "[data-notice=moved]", "that the date has moved");
  await page.locator("[data-notice=moved] > button").click();
  await page.locator("[data-notice=moved]").waitFor({ state: "detached" });

  // The map gets no changes any more, and says so; the server's decisions are still shown.
  await page.route("**/seats?since=*", (route) =>
    route.fulfill({ status: 503, json: { code: "OVERLOADED", status: 503 } }),
  );
  await inViewAnywhere(page, "[data-standing=late]", "that changes come late");
  await reprice(60_000);
  await holdButton(page).click();
  await inViewAnywhere(page, "[data-notice=refusedPrice]", "that nothing was held at another price");
  await waitFor("the new price", async () => (await page.locator(".total b").textContent()).includes("240,000"));
  await take([(await chosenSeats(page))[0]]);
  await holdButton(page).click();
  await inViewAnywhere(page, "[data-notice=faster]", "that another buyer was faster");
  await inViewAnywhere(page, "[data-notice=faster] .grow > button", "the offer after it");

  // A refusal without words of its own.
  await page.route("**/reservations", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({ status: 409, json: { code: "SEAT_LIMIT_EXCEEDED", status: 409, seatsLeftForUser: 4 } })
      : route.continue(),
  );
  await holdButton(page).click();
  await inViewAnywhere(page, "[data-code=SEAT_LIMIT_EXCEEDED]", "the limit of the shop");
  await page.unroute("**/reservations");

  await page.context().setOffline(true);
  await inViewAnywhere(page, ".strips .banner.bad", "that there is no connection");
  await page.context().setOffline(false);
  await inViewAnywhere(page, ".strips .banner.good", "that it is back");
  await page.unroute("**/seats?since=*");

  const left = await server.call("GET", `/api/v1/admin/concerts/${made.id}/schedules/${schedule.id}/seats`, {
    admin: true,
  });
  await take(left.seats.filter((seat) => seat.status === "AVAILABLE").map((seat) => seat.id));
  await inViewAnywhere(page, "[data-standing=allGone]", "that all seats have gone");

  await server.call("PATCH", path, { admin: true, body: { bookingClosesAt: new Date().toISOString() } });
  await page.locator("[data-standing=stopped]").waitFor({ timeout: 5000 }); // an emergency stop must appear at once
  await inViewAnywhere(page, "[data-standing=stopped]", "that the sale was stopped");
  assert.equal(await holdButton(page).isEnabled(), false);
  await noFaults(page);
}

async function messagesAroundTheMap(world, window, locale) {
  const server = await serve(world, ["--hold-seconds", "50"]);
  const made = await server.concert({ title: "Around", schedules: hall() });
  const full = await server.concert({
    title: "Full",
    queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
  });
  const inside = await server.ticket(900, full.id);
  const page = await arrive(world, server, { user: 42, locale, ...windowOf(window) });
  const shaky = (pattern, code) =>
    page.route(pattern, (route) => route.fulfill({ status: 409, json: { code, status: 409 } }));

  await page.goto(sale(full));
  await page.locator(".start button.main").click();
  await page.locator(".waiting[data-position='1']").waitFor();
  await page.evaluate(() => scrollTo(0, 1e6));
  await page.route("**/queue/status", (route) =>
    route.fulfill({ status: 503, json: { code: "OVERLOADED", status: 503 } }),
  );
  await inView(page, ".waiting .note.soon", "that the line cannot be asked");
  await page.unroute("**/queue/status");
  await page.goto("/#/reservations");
  await inViewAnywhere(page, "[data-testid=line-strip]", "the place in line, on another page");

  // The end of a turn is announced a minute before.
  await page.route("**/queue/status", async (route) => {
    try {
      const reply = await route.fetch();
      const ticket = await reply.json();
      if (ticket.status === "ACTIVE") ticket.expiresAt = new Date(Date.now() + 55_000).toISOString();
      await route.fulfill({ response: reply, json: ticket });
    } catch {} // under way when the route ended
  });
  await toMap(page, made);
  await page.evaluate(() => scrollTo(0, 1e6));
  await inViewAnywhere(page, "[data-standing=turnSoon]", "that the turn ends");
  await page.unroute("**/queue/status");

  await pick(page, 1);
  await holdButton(page).click();
  await page.waitForSelector("[role=timer]");
  await inViewAnywhere(page, "[data-testid=last-minute]", "that there is less than a minute to pay");
  await shaky("**/points/charge", "BALANCE_LIMIT_EXCEEDED");
  await page.locator(".charge button").click();
  await inView(page, "[data-code=BALANCE_LIMIT_EXCEEDED]", "that the charge was refused");
  await page.unroute("**/points/charge");
  await page.locator(".charge button").click();
  await inView(page, ".ticket [role=status]", "that the points are there");
  const focused = () => page.evaluate(() => document.activeElement.className);
  await waitFor("the keyboard is on the button that pays", async () => (await focused()) === "main");
  await shaky("**/payments", "INSUFFICIENT_POINTS");
  await page.locator(".ticket button.main").click();
  await inView(page, "[data-code=INSUFFICIENT_POINTS]", "that the payment was refused");
  await page.unroute("**/payments");
  await page.goto("/#/reservations");
  await page.route("**/api/v1/reservations/*", (route) =>
    route.request().method() === "DELETE"
      ? route.fulfill({ status: 409, json: { code: "RESERVATION_NOT_CANCELLABLE", status: 409 } })
      : route.continue(),
  );
  await page.locator("[data-status=TEMPORARY] .actions button").click();
  await page.locator(".sure .danger").click();
  await inView(page, "[data-code=RESERVATION_NOT_CANCELLABLE]", "that it cannot be given back");

  await page.goto(`/#/concerts/${made.id}`);
  await page.locator("a.date").waitFor();
  await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
  const turn = page.locator("[data-testid=line-strip].good");
  await inViewAnywhere(page, turn, "the turn, on another page");
  await turn.getByRole("link").click();
  await page.waitForSelector(".map-frame svg .seat");
  await noFaults(page);
}

const named = (what, run) =>
  kWindows.flatMap((window) =>
    kLocales.map((locale) => [`in view: ${what}, ${window[0]} px, ${locale}`, (world) => run(world, window, locale)]),
  );

export const scenarios = [
  ...named("each message of the seat map", messagesOfTheMap),
  ...named("each message around it: line, turn, hold, charge, payment", messagesAroundTheMap),
];
