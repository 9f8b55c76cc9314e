// Buying, from the list of concerts to the ticket.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inDays } from "./harness.mjs";
import { arrive, chargeAndPay, hide, holdOne, inView, noFaults, seatAt, serve, toSeats, waitFor } from "./steps.mjs";

function keyFile({ onEnd }, secret) {
  const folder = mkdtempSync(join(tmpdir(), "frontrow-key-"));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "jwt.key");
  writeFileSync(path, secret, { mode: 0o600 });
  return path;
}

function tokenOf(user, secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: String(user), exp: Math.floor(Date.now() / 1000) + 3600 })}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

// The idempotency keys of all POSTs, by path.
function keysOf(page) {
  const sent = new Map();
  page.on("request", (request) => {
    if (request.method() !== "POST") return;
    const path = new URL(request.url()).pathname;
    sent.set(path, (sent.get(path) ?? new Set()).add(request.headers()["idempotency-key"]));
  });
  return sent;
}

export const scenarios = [
  [
    "the whole purchase, from the list of concerts to the ticket",
    async (world) => {
      const server = await serve(world);
      await server.concert({ title: "Winter Lights", venue: "River Hall" });
      const page = await arrive(world, server, { user: 42 });
      const sent = keysOf(page);
      await page.goto("/");
      await page.getByRole("link", { name: "Winter Lights" }).click();
      await page.locator("a.date").first().click();
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.getByRole("button", { name: "2 together" }).click();
      await page.getByRole("button", { name: "Hold 2 seats" }).dblclick();
      await page.waitForSelector("[role=timer]");
      assert.match(await page.locator("[role=timer]").textContent(), /^(5:00|4:\d\d)$/);
      assert.match(await page.title(), /^(5:00|4:\d\d) · These seats/);
      await page.getByRole("button", { name: /^Add / }).click();
      await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).dblclick();
      await page.waitForSelector(".reservation-no");
      await page.getByRole("heading", { name: "See you there!" }).waitFor();
      // A double click is one intention.
      for (const [path, keys] of sent) assert.ok(keys.size === 1 && !keys.has(undefined), `${path}: ${[...keys]}`);
      assert.ok(sent.size === 4, [...sent.keys()].join());
      const [paid] = (await server.call("GET", "/api/v1/reservations?userId=42")).reservations;
      assert.equal(paid.status, "CONFIRMED");
      assert.equal(paid.seats.length, 2);
      assert.equal((await server.call("GET", "/api/v1/points?userId=42")).balance, 0);
      await page.locator("header").getByRole("link", { name: "My reservations" }).click();
      await page.locator("[data-status=CONFIRMED]").waitFor();
      await noFaults(page);
    },
  ],
  [
    "two browsers race for one seat: one holds it, the other is offered the nearest",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Race",
        schedules: [{ startsAt: inDays(9), sections: [{ name: "A", rows: 4, seatsPerRow: 8, price: 1000 }] }],
      });
      const pages = [await arrive(world, server, { user: 1 }), await arrive(world, server, { user: 2 })];
      for (const page of pages) {
        await toSeats(page, made);
        // No live changes: both buyers see the seat as free until the server decides.
        await page.route("**/seats?since=*", (route) => route.abort());
        const seat = await seatAt(page, ["ArrowDown"]);
        await page.mouse.click(seat.x, seat.y);
      }
      await Promise.all(pages.map((page) => page.getByRole("button", { name: "Hold 1 seat" }).click()));
      const winner = async () => {
        for (const page of pages) if (await page.locator("[role=timer]").count()) return page;
      };
      await waitFor("a winner", winner);
      const loser = pages.find((page) => page.url().includes("/dates/"));
      await inView(loser, loser.locator("[data-notice=faster]", { hasText: "Someone else has just taken" }));
      await loser.getByRole("button", { name: "Take these seats" }).click();
      await loser.getByRole("button", { name: "Hold 1 seat" }).click();
      await loser.waitForSelector("[role=timer]");
      const held = await Promise.all([1, 2].map((user) => server.call("GET", `/api/v1/reservations?userId=${user}`)));
      const seats = held
        .flatMap((reply) => reply.reservations)
        .flatMap((each) => each.seats.map((seat) => seat.seatId));
      assert.equal(new Set(seats).size, 2);
      assert.equal(Math.abs(seats[0] - seats[1]), 1, "the nearest seat is the neighbour");
    },
  ],
  [
    "a seat that goes while it is chosen is taken out of the choice, live",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Live" });
      const page = await arrive(world, server, { user: 5 });
      // One of several servers may lag: the page waits for it, and loads the whole map only once.
      let whole = 0;
      page.on("request", (request) => {
        if (request.url().endsWith("/seats")) whole += 1;
      });
      await page.route(
        "**/seats?since=*",
        (route) => route.fulfill({ status: 400, json: { code: "VALIDATION_FAILED", status: 400 } }),
        { times: 1 },
      );
      await toSeats(page, made);
      await page.getByRole("button", { name: "1 seat", exact: true }).click();
      const text = await page.locator(".basket .chosen-list .grow").textContent();
      const number = Number(/seat (\d+)/.exec(text)[1]);
      const other = await server.ticket(6, made.id);
      await server.hold(made.id, made.schedules[0].id, [made.schedules[0].firstSeatId + number - 1], other);
      const said = `Someone else has just taken seat ${number}.`;
      await inView(page, page.locator("[data-notice=faster]", { hasText: said }));
      assert.equal(await page.locator(".basket .chosen-list li").count(), 0);
      assert.equal(whole, 1);
    },
  ],
  [
    "a hold runs out on the screen, and on a second device",
    async (world) => {
      const server = await serve(world, ["--hold-seconds", "8"]);
      const made = await server.concert({ title: "Short" });
      const second = await arrive(world, server, { user: 9, viewport: { width: 400, height: 700 } });
      await second.goto("/");
      await second.getByRole("link", { name: "Short" }).waitFor();
      const page = await arrive(world, server, { user: 9 });
      await holdOne(page, made);
      await hide(second, true);
      await hide(second, false); // shown again: it polls at once
      await second.getByText("You hold 1 seat.").waitFor();
      await page.getByTestId("last-minute").waitFor();
      await page.getByRole("heading", { name: "Time is up: your seats are back on sale" }).waitFor();
      await second.getByText("You hold 1 seat.").waitFor({ state: "detached" });
      await page.getByRole("link", { name: "Choose seats again" }).click();
      await page.waitForSelector(".map-frame svg .seat");
      await noFaults(page);
    },
  ],
  [
    "too few points: charge what is missing, then pay; the charge is made once whatever happens to its answer",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Points" });
      await server.call("POST", "/api/v1/points/charge", { body: { userId: 10, amount: 20_000 } });
      const page = await arrive(world, server, { user: 10 });
      await holdOne(page, made);
      await page.getByText("30,000 P short").waitFor();
      assert.equal(await page.getByRole("button", { name: /^Pay / }).isEnabled(), false);
      // The first answer is lost on the way: the page repeats the request with the same key.
      const keys = [];
      await page.route("**/points/charge", async (route) => {
        keys.push(route.request().headers()["idempotency-key"]);
        if (keys.length > 1) return route.continue();
        await route.fetch();
        await route.abort();
      });
      await page.getByRole("button", { name: /^Add / }).dblclick();
      await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).click();
      await page.waitForSelector(".reservation-no");
      assert.equal(new Set(keys).size, 1);
      assert.ok(keys.length >= 2 && keys[0]);
      assert.equal((await server.call("GET", "/api/v1/points?userId=10")).balance, 0);
    },
  ],
  [
    "a hold is given back from my reservations",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Back" });
      const page = await arrive(world, server, { user: 11 });
      await holdOne(page, made);
      await page.goto("/#/reservations");
      await page.getByRole("button", { name: "Cancel reservation" }).click();
      await page.getByRole("button", { name: "Yes, cancel" }).click();
      await page.locator("[data-status=CANCELLED]").waitFor();
      const [schedule] = (await server.call("GET", `/api/v1/concerts/${made.id}/schedules`)).schedules;
      assert.equal(schedule.availableSeats, 50);
    },
  ],
  [
    "refusals are said with a next step: limit, closed sale, somebody else's reservation",
    async (world) => {
      const server = await serve(world, ["--max-seats-per-user", "2"]);
      const made = await server.concert({ title: "Limits" });
      const page = await arrive(world, server, { user: 17 });
      await toSeats(page, made);
      assert.equal(await page.getByRole("button", { name: "4 together" }).count(), 0, "two are the most here");
      await page.getByRole("button", { name: "2 together" }).click();
      // Meanwhile another device takes one of the seats.
      const own = await server.ticket(17, made.id);
      await server.hold(made.id, made.schedules[0].id, [made.schedules[0].firstSeatId + 49], own);
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.locator("[data-code=SEAT_LIMIT_EXCEEDED]").waitFor();
      await page.getByText("This is more than the maximum number of seats per person.").waitFor();
      await page.getByRole("button", { name: "1 seat", exact: true }).click();
      await page.getByRole("button", { name: "Hold 1 seat" }).click();
      await page.waitForSelector("[role=timer]");
      await page.goto("/#/reservations/999999");
      await page.locator("[data-code=RESERVATION_NOT_FOUND]").waitFor();
      await page.goto(`/#/concerts/${made.id}/dates/999999`);
      await page.locator("[data-code=SCHEDULE_NOT_FOUND]").waitFor();
      await page.goto("/#/concerts/999999");
      await page.locator("[data-code=CONCERT_NOT_FOUND]").waitFor();
      assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0, "trying again would not help");
      await page.locator("[data-code] a", { hasText: "All concerts" }).click();
      await page.getByRole("link", { name: "Limits" }).waitFor();
      await page.goto("/#/nonsense");
      await page.getByRole("heading", { name: "This page does not exist." }).waitFor();
    },
  ],
  [
    "under a plain name without TLS, where browsers withhold some of their functions",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Plain" });
      const page = await arrive(world, server, { user: 33, baseURL: `http://shop.test:${server.port}` });
      await holdOne(page, made);
      assert.equal(await page.evaluate(() => isSecureContext), false);
      await chargeAndPay(page);
      await noFaults(page);
    },
  ],
  [
    "without storage, as some browsers are set, a purchase still goes through",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Forgetful" });
      const page = await arrive(world, server);
      await page.addInitScript(() => {
        for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, {
            get() {
              throw new DOMException("blocked", "SecurityError");
            },
          });
      });
      await holdOne(page, made);
      await chargeAndPay(page);
      await noFaults(page);
    },
  ],
  [
    "points bought elsewhere: the page links there, offers no charge of its own, and goes on when the points have come",
    async (world) => {
      const secret = "the payment service's token of a test, with more than 32 bytes";
      const flags = ["--charge-by", "service", "--charge-token-file", keyFile(world, secret)];
      const server = await serve(world, [...flags, "--top-up-url", "https://points.example/buy"]);
      const made = await server.concert({ title: "Elsewhere" });
      const page = await arrive(world, server, { user: 11 });
      await holdOne(page, made);
      const elsewhere = page.getByTestId("top-up");
      await elsewhere.waitFor();
      assert.equal(await elsewhere.getByRole("link").getAttribute("href"), "https://points.example/buy");
      assert.equal(await page.getByRole("button", { name: /^Add / }).count(), 0);
      const charge = (token) =>
        fetch(`${server.url}/api/v1/points/charge`, {
          method: "POST",
          headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
          body: JSON.stringify({ userId: 11, amount: 50_000 }),
        });
      assert.equal((await charge()).status, 401);
      assert.equal((await charge(secret)).status, 201);
      await page.getByRole("button", { name: "Look again" }).click();
      await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).click();
      await page.waitForSelector(".reservation-no");
      await noFaults(page);
    },
  ],
  [
    "with sign-in tokens: two users of one browser keep apart",
    async (world) => {
      const secret = "a secret of at least thirty-two bytes, for a test";
      const server = await serve(world, [
        ...["--auth-mode", "jwt", "--jwt-key-file", keyFile(world, secret)],
        ...["--charge-by", "user"],
      ]);
      const made = await server.concert({ title: "Members" });
      const page = await arrive(world, server);
      const signIn = async (user) => {
        await page.getByRole("button", { name: "Me", exact: true }).click();
        await page.getByLabel("Sign-in token").fill(tokenOf(user, secret));
        await page.keyboard.press("Enter");
        await page.keyboard.press("Escape");
      };
      await page.goto("/#/reservations");
      await page.locator("[data-code=UNAUTHORIZED]").waitFor();
      await signIn(7_051);
      await page.getByText("You have no reservations yet.").waitFor();
      await holdOne(page, made);
      await chargeAndPay(page);
      await page.goto("/#/reservations");
      await page.locator("[data-status=CONFIRMED]").waitFor();
      await signIn(7_052);
      await page.getByText("You have no reservations yet.").waitFor();
      await holdOne(page, made);
      await noFaults(page);
    },
  ],
];
