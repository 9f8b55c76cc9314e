// What a buyer in a hurry, a buyer without a mouse and an operator do, and what must come of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inDays, person, Server } from "./harness.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// --- steps -----------------------------------------------------------------------------------------------------------------------------

async function serve({ onEnd }, flags = []) {
  const server = new Server(flags);
  onEnd(() => server.remove());
  return server.start();
}

async function arrive(world, server, options = {}) {
  const page = await person(world.browser, server, options);
  world.onEnd(() => page.context().close());
  return page;
}

const waitFor = async (what, isSo, ms = 10_000) => {
  const deadline = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

async function toSeats(page, made, nth = 0) {
  await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[nth].id}`);
  await page.getByRole("button", { name: "Get in line" }).click();
  await page.waitForSelector(".map-frame svg .seat");
}

async function holdOne(page, made) {
  await toSeats(page, made);
  await page.getByRole("button", { name: "1 seat", exact: true }).click();
  await page.getByRole("button", { name: "Hold 1 seat" }).click();
  await page.waitForSelector("[role=timer]");
}

async function chargeAndPay(page) {
  await page.getByRole("button", { name: /^Charge / }).click();
  await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).click();
  await page.waitForSelector(".qr");
}

// A click on the middle of the map is a seat of the picture; where which one is, the page itself says when the keyboard goes there.
async function seatAt(page, steps) {
  await page.locator(".map-frame").focus();
  await page.keyboard.press("ArrowRight");
  for (const step of steps) await page.keyboard.press(step);
  const box = await page.locator(".ring").boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, name: await page.locator(".map-line").textContent() };
}

async function noFaults(page) {
  assert.deepEqual(page.faults, []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
}

async function accessible(page, what) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const found = violations.map(
    (each) =>
      `${each.id}: ${each.help} (${each.nodes
        .map((node) => node.target.join(" "))
        .slice(0, 3)
        .join("; ")})`,
  );
  assert.deepEqual(found, [], what);
}

// --- scenarios -------------------------------------------------------------------------------------------------------------------------

export const scenarios = [
  [
    "the whole purchase, from the list of concerts to the ticket",
    async (world) => {
      const server = await serve(world);
      await server.concert({ title: "Winter Lights", venue: "River Hall" });
      const page = await arrive(world, server, { user: 42 });
      await page.goto("/");
      await page.getByRole("link", { name: "Winter Lights" }).click();
      await page.locator("a.date").first().click();
      await page.getByRole("button", { name: "Get in line" }).click();
      await page.getByRole("button", { name: "2 together" }).click();
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.waitForSelector("[role=timer]");
      assert.match(await page.locator("[role=timer]").textContent(), /^(5:00|4:5\d)$/);
      await chargeAndPay(page);
      await page.getByRole("heading", { name: "See you there!" }).waitFor();
      const [paid] = (await server.call("GET", "/api/v1/reservations?userId=42")).reservations;
      assert.equal(paid.status, "CONFIRMED");
      assert.equal(paid.seats.length, 2);
      assert.equal((await server.call("GET", "/api/v1/points?userId=42")).balance, 0);
      await page.getByRole("link", { name: "My reservations" }).first().click();
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
        // No live changes: both believe the seat is free until the server decides.
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
      await loser.getByText("Somebody was a moment faster").first().waitFor();
      await loser.getByRole("button", { name: "Take these" }).click();
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
      await toSeats(page, made);
      await page.getByRole("button", { name: "1 seat", exact: true }).click();
      const text = await page.locator(".basket .chosen-list .grow").textContent();
      const number = Number(/seat (\d+)/.exec(text)[1]);
      const other = await server.ticket(6, made.id);
      await server.hold(made.id, made.schedules[0].id, [made.schedules[0].firstSeatId + number - 1], other);
      await page.getByText(`Somebody was a moment faster: seat ${number}.`).first().waitFor();
      assert.equal(await page.locator(".basket .chosen-list li").count(), 0);
    },
  ],
  [
    "the queue: position, reload, a second tab, hidden tabs do not poll, admission is announced",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Queue",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const inside = await server.ticket(900, made.id);
      for (let user = 901; user < 905; ++user) await server.ticket(user, made.id);
      const page = await arrive(world, server, { user: 7 });
      await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await page.getByRole("button", { name: "Get in line" }).click();
      await page.locator("[data-position='5']").waitFor();
      assert.match(await page.title(), /^5 in line/);
      const token = await page.evaluate((key) => localStorage.getItem(key), `frontrow.ticket.7.${made.id}`);
      await page.reload();
      await page.locator("[data-position='5']").waitFor();
      const second = await page.context().newPage();
      await second.goto(`${server.url}/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await second.locator("[data-position='5']").waitFor();
      await second.close();
      assert.equal(await page.evaluate((key) => localStorage.getItem(key), `frontrow.ticket.7.${made.id}`), token);
      // Hidden: not one request. Headless tabs are never hidden by themselves, so the page is told.
      const hide = (isHidden) =>
        page.evaluate((value) => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
          document.dispatchEvent(new Event("visibilitychange"));
        }, isHidden);
      await hide(true);
      let polls = 0;
      page.on("request", (request) => {
        if (request.url().includes("/queue/status")) polls += 1;
      });
      await page.waitForTimeout(2500);
      assert.equal(polls, 0);
      await hide(false);
      await waitFor("a poll on return", () => polls > 0, 1500);
      for (let user = 901; user < 905; ++user)
        await server.call("DELETE", "/api/v1/queue/token", { ticket: await server.ticket(user, made.id) });
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.waitForSelector(".map-frame svg .seat", { timeout: 20_000 });
      assert.equal(await page.locator("[aria-live=assertive]").textContent(), "It is your turn!");
      await noFaults(page);
    },
  ],
  [
    "a server restarted while waiting: it is said, and the place is kept",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Restart",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const inside = await server.ticket(900, made.id);
      await server.ticket(901, made.id);
      const page = await arrive(world, server, { user: 8 });
      await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await page.getByRole("button", { name: "Get in line" }).click();
      await page.locator("[data-position='2']").waitFor();
      await server.stop("SIGKILL");
      await page.getByText("No connection. We keep trying").waitFor({ timeout: 20_000 });
      assert.equal(await page.locator("[data-position='2']").count(), 1, "what was known stays on the screen");
      await server.start();
      await page.getByText("Connected again.").waitFor({ timeout: 40_000 });
      await page.locator("[data-position='2']").waitFor();
      await server.call("DELETE", "/api/v1/queue/token", { ticket: await server.ticket(901, made.id) });
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.waitForSelector(".map-frame svg .seat", { timeout: 30_000 });
    },
  ],
  [
    "a hold runs out on the screen, and on a second device",
    async (world) => {
      const server = await serve(world, ["--hold-seconds", "6"]);
      const made = await server.concert({ title: "Short" });
      const page = await arrive(world, server, { user: 9 });
      await holdOne(page, made);
      const second = await arrive(world, server, { user: 9, viewport: { width: 400, height: 700 } });
      await second.goto("/");
      await second.getByText("You hold 1 seat.").waitFor();
      await page.getByText("Less than a minute left").first().waitFor();
      await page.getByRole("heading", { name: "Time is up; the seats are free again" }).waitFor();
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
      await page.getByText("30,000 P missing").waitFor();
      assert.equal(await page.getByRole("button", { name: /^Pay / }).isEnabled(), false);
      // The first answer is lost on the way: the page repeats with the same key.
      const keys = [];
      await page.route("**/points/charge", async (route) => {
        keys.push(route.request().headers()["idempotency-key"]);
        if (keys.length > 1) return route.continue();
        await route.fetch();
        await route.abort();
      });
      await page.getByRole("button", { name: /^Charge / }).dblclick();
      await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).click();
      await page.waitForSelector(".qr");
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
      await page.getByRole("button", { name: "Give back" }).click();
      await page.getByRole("button", { name: "Yes, give back" }).click();
      await page.locator("[data-status=CANCELLED]").waitFor();
      const [schedule] = (await server.call("GET", `/api/v1/concerts/${made.id}/schedules`)).schedules;
      assert.equal(schedule.availableSeats, 50);
    },
  ],
  [
    "titles that are out to harm are only text",
    async (world) => {
      const server = await serve(world);
      const titles = [
        '<script>window.harm=1</script><img src=x onerror="window.harm=1">',
        "\u202Eemag a si siht\u2066 🎸🎻",
        `${"A very long title ".repeat(16)}end`.slice(0, 300),
      ];
      for (const title of titles) await server.concert({ title, artist: title, venue: title });
      const page = await arrive(world, server, { user: 12, viewport: { width: 375, height: 700 } });
      await page.goto("/");
      for (const title of titles) await page.getByRole("link", { name: title, exact: true }).waitFor();
      await noFaults(page);
      for (const { id } of (await server.call("GET", "/api/v1/concerts")).concerts) {
        await page.goto(`/#/concerts/${id}`);
        await page.locator("a.date").first().waitFor();
        await noFaults(page);
      }
      assert.equal(await page.evaluate(() => window.harm), undefined);
      assert.equal(await page.locator("main script, main img").count(), 0);
    },
  ],
  [
    "keyboard only, from the first key to the ticket",
    async (world) => {
      const server = await serve(world);
      await server.concert({ title: "Keys" });
      const page = await arrive(world, server, { user: 13 });
      await page.goto("/");
      await page.locator(".card a").waitFor();
      const tabTo = async (name) => {
        for (let i = 0; i < 40; ++i) {
          await page.keyboard.press("Tab");
          const at = await page.evaluate(() => {
            const element = document.activeElement;
            return `${element.getAttribute("aria-label") ?? ""} ${element.textContent}`;
          });
          if (at.includes(name)) return;
        }
        throw new Error(`Tab never reached ${name}`);
      };
      await tabTo("Keys");
      await page.keyboard.press("Enter");
      await page.locator("a.date").waitFor();
      await tabTo("Choose seats");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Get in line" }).waitFor();
      await tabTo("Get in line");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".map-frame svg .seat");
      await tabTo("Seat map");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowRight");
      assert.match(await page.locator(".map-line").textContent(), /seat \d+ · 50,000 P · free/);
      await page.keyboard.press("Enter");
      await tabTo("Hold 1 seat");
      await page.keyboard.press("Enter");
      await page.waitForSelector("[role=timer]");
      await tabTo("Charge ");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).waitFor();
      await tabTo("Pay 50,000");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".qr");
    },
  ],
  [
    "in Korean, on a phone of 375 px, with a finger",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "한여름 밤의 재즈",
        schedules: [{ startsAt: inDays(9), sections: [{ name: "1층", rows: 12, seatsPerRow: 30, price: 70_000 }] }],
      });
      const page = await arrive(world, server, {
        user: 14,
        locale: "ko-KR",
        viewport: { width: 375, height: 720 },
        hasTouch: true,
        isMobile: true,
      });
      await page.goto("/");
      assert.equal(await page.getAttribute("html", "lang"), "ko");
      await page.getByRole("link", { name: "한여름 밤의 재즈" }).tap();
      await page.locator("a.date").tap();
      await page.getByRole("button", { name: "줄 서기" }).tap();
      await page.waitForSelector(".map-frame svg .seat");
      await noFaults(page);
      // Seats this small cannot be told apart: the first tap comes closer, the second chooses.
      const box = await page.locator(".map-frame").boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.touchscreen.tap(x, y);
      await page.locator(".map-frame.zoomed").waitFor();
      assert.equal(await page.locator(".basket .chosen-list li").count(), 0);
      await page.touchscreen.tap(x, y);
      await page.locator(".basket .chosen-list li").waitFor();
      await page.getByRole("button", { name: "1석 잡기" }).tap();
      await page.getByText("결제까지 남은 시간").waitFor();
      await page.getByRole("button", { name: "70,000P 충전" }).tap();
      await page.getByRole("button", { name: "70,000P 결제" }).and(page.locator(":enabled")).tap();
      await page.getByText("공연장에서 만나요!").first().waitFor();
      await noFaults(page);
      assert.equal(made.schedules.length, 1);
      await page.getByRole("button", { name: "나", exact: true }).tap();
      await page.getByLabel("English").check();
      await page.getByRole("heading", { name: "See you there!" }).waitFor();
    },
  ],
  [
    "the list view has the same seats as buttons",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "List",
        schedules: [
          {
            startsAt: inDays(9),
            sections: [
              { name: "A", rows: 3, seatsPerRow: 5, price: 1000 },
              { name: "B", rows: 1, seatsPerRow: 250, price: 500 },
            ],
          },
        ],
      });
      const page = await arrive(world, server, { user: 15 });
      await toSeats(page, made);
      await page.getByText("List", { exact: true }).last().click();
      await page.getByLabel("Row").selectOption("2");
      await page.getByRole("button", { name: "seat 4 1,000 P" }).click();
      await page.getByLabel("Section").selectOption({ label: "B" });
      assert.equal(await page.locator(".seat-button").count(), 100);
      await page.getByRole("button", { name: "Hold 1 seat" }).click();
      await page.getByText("A row 2 seat 4").waitFor();
    },
  ],
  [
    "fifty thousand seats, zoomed above 30 frames a second",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Arena",
        schedules: [
          {
            startsAt: inDays(9),
            sections: [1, 2, 3, 4, 5].map((n) => ({
              name: `Block ${n}`,
              rows: 100,
              seatsPerRow: 100,
              price: n * 10_000,
            })),
          },
        ],
      });
      const page = await arrive(world, server, { user: 16 });
      await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await page.getByRole("button", { name: "Get in line" }).click();
      await page.waitForSelector(".map-frame canvas");
      await page.waitForTimeout(500);
      const rate = await page.evaluate(async () => {
        const frame = document.querySelector(".map-frame");
        const box = frame.getBoundingClientRect();
        let frames = 0;
        const began = performance.now();
        await new Promise((done) => {
          const step = () => {
            frames += 1;
            const deltaY = Math.floor(frames / 30) % 2 ? 8 : -8;
            frame.dispatchEvent(
              new WheelEvent("wheel", {
                deltaY,
                ctrlKey: true,
                clientX: box.x + box.width / 2,
                clientY: box.y + box.height / 2,
                cancelable: true,
              }),
            );
            if (performance.now() - began < 3000) requestAnimationFrame(step);
            else done();
          };
          requestAnimationFrame(step);
        });
        return frames / ((performance.now() - began) / 1000);
      });
      console.log(`      ${rate.toFixed(0)} frames a second`);
      assert.ok(rate > 30, `${rate} frames a second`);
      await noFaults(page);
    },
  ],
  [
    "refusals are said with a next step: limit, closed sale, somebody else's reservation",
    async (world) => {
      const server = await serve(world, ["--max-seats-per-user", "2"]);
      const made = await server.concert({ title: "Limits" });
      const page = await arrive(world, server, { user: 17 });
      await toSeats(page, made);
      await page.getByRole("button", { name: "4 together" }).click();
      await page.getByRole("button", { name: "Hold 4 seats" }).click();
      await page.locator("[data-code=SEAT_LIMIT_EXCEEDED]").waitFor();
      await page.getByText("That is more seats than one person may take.").waitFor();
      await page.getByRole("button", { name: "2 together" }).click();
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.waitForSelector("[role=timer]");
      await page.goto("/#/reservations/999999");
      await page.locator("[data-code=RESERVATION_NOT_FOUND]").waitFor();
      await page.goto("/#/concerts/999999");
      await page.locator("[data-code=CONCERT_NOT_FOUND]").waitFor();
      await page.goto("/#/nonsense");
      await page.getByRole("heading", { name: "This page does not exist." }).waitFor();
    },
  ],
  [
    "what is served: policies, caching, sizes",
    async (world) => {
      const server = await serve(world);
      const html = await fetch(server.url);
      const text = await html.text();
      const policy = html.headers.get("content-security-policy");
      assert.ok(!policy.includes("unsafe"), policy);
      for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
        assert.ok(policy.includes(part));
      assert.equal(html.headers.get("cache-control"), "no-cache");
      assert.equal(html.headers.get("referrer-policy"), "no-referrer");
      assert.equal(html.headers.get("x-content-type-options"), "nosniff");
      assert.ok(!/<script>|<style|style=/.test(text));
      // What a buyer's first visit loads, counted by the browser.
      const page = await arrive(world, server, { user: 18 });
      let bytes = 0;
      page.on("response", async (reply) => {
        if (!reply.url().includes("/api/") && !reply.url().includes("/actuator/"))
          bytes += Number(reply.headers()["content-length"] ?? 0);
        if (reply.url().includes("/assets/")) assert.match(reply.headers()["cache-control"], /immutable/);
      });
      await page.goto("/");
      await page.getByText("Nothing is on sale right now.").waitFor();
      console.log(`      first load ${(bytes / 1024).toFixed(1)} KiB`);
      assert.ok(bytes > 10_000 && bytes < 60 * 1024, `${bytes} bytes`);
    },
  ],
  [
    "axe finds nothing on any page, light and dark",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Axe",
        venue: "Hall",
        queue: { enabled: true, maxActive: 2, admissionsPerSecond: 100 },
        schedules: [
          {
            startsAt: inDays(9),
            sections: [
              { name: "A", rows: 5, seatsPerRow: 9, price: 1000 },
              { name: "B", rows: 5, seatsPerRow: 9, price: 500 },
            ],
          },
        ],
      });
      const full = await server.concert({
        title: "Full",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 1 },
      });
      for (let user = 900; user < 903; ++user) await server.ticket(user, full.id);
      for (const [colorScheme, user] of [
        ["light", 19],
        ["dark", 20],
      ]) {
        const page = await arrive(world, server, { user, colorScheme, bypassCSP: true });
        const check = (what) => accessible(page, `${what}, ${colorScheme}`);
        await page.goto("/");
        await page.locator(".card a").first().waitFor();
        await check("concerts");
        await page.getByRole("button", { name: "Me", exact: true }).click();
        await check("menu");
        await page.goto(`/#/concerts/${made.id}`);
        await page.locator("a.date").waitFor();
        await check("dates");
        await page.goto(`/#/concerts/${full.id}/dates/${full.schedules[0].id}`);
        await page.getByRole("button", { name: "Get in line" }).click();
        await page.locator(".waiting").waitFor();
        await check("waiting room");
        await toSeats(page, made);
        await page.getByRole("button", { name: "2 together" }).click();
        await check("seat map");
        await page.getByText("List", { exact: true }).click();
        await page.locator(".seat-button").first().waitFor();
        await check("seat list");
        await page.getByRole("button", { name: "Hold 2 seats" }).click();
        await page.waitForSelector("[role=timer]");
        await page.getByText("missing").waitFor();
        await check("hold");
        await chargeAndPay(page);
        await check("ticket");
        await page.goto("/#/reservations");
        await page.locator("[data-status=CONFIRMED] .button").waitFor();
        await check("my reservations");
        await page.goto("/#/reservations/999999");
        await page.locator("[data-code]").waitFor();
        await check("refusal");
      }
    },
  ],
  [
    "the operator: signs in, creates a concert that a buyer buys from, watches, searches, audits",
    async (world) => {
      const server = await serve(world);
      const admin = await arrive(world, server, { bypassCSP: true });
      const check = (what) => accessible(admin, `operator: ${what}`);
      await admin.goto("/admin");
      await admin.getByLabel("Admin token").fill("wrong");
      await admin.getByRole("button", { name: "Sign in" }).click();
      await admin.getByText("The server does not take this token.").waitFor();
      await check("sign in");
      await admin.getByLabel("Admin token").fill(server.admin);
      await admin.getByRole("button", { name: "Sign in" }).click();
      await admin.getByRole("link", { name: "New concert" }).click();
      await admin.getByLabel("Title").fill("Made by hand");
      await admin.getByLabel("Venue").fill("Old Mill");
      await admin.getByLabel("Starts").fill("2039-05-01T19:30");
      await admin.getByLabel("sections").check();
      await admin.getByLabel(/^Import CSV/).setInputFiles({
        name: "hall.csv",
        mimeType: "text/csv",
        buffer: Buffer.from('name,rows,seats,price\nFloor,4,10,80000\n"Box, left",1,4,150000\n'),
      });
      await waitFor("two sections", async () => (await admin.getByLabel("Section", { exact: true }).count()) === 2);
      await check("new concert");
      await admin.getByRole("button", { name: "Create" }).click();
      await admin.getByRole("heading", { name: "Made by hand" }).waitFor();
      await admin.waitForSelector(".map-frame svg .seat");

      const page = await arrive(world, server, { user: 31 });
      await page.goto("/");
      await page.getByRole("link", { name: "Made by hand" }).click();
      await page.locator("a.date").click();
      await page.getByRole("button", { name: "Get in line" }).click();
      await page.getByRole("button", { name: "2 together" }).click();
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.waitForSelector("[role=timer]");
      await admin.waitForSelector(".map-frame .held");
      await chargeAndPay(page);
      await admin.waitForSelector(".map-frame .sold");
      await admin.getByText("160,000 P").first().waitFor();
      await admin.waitForSelector(".curve path.area");
      await check("concert");

      await admin.getByLabel("People inside at once").fill("7");
      await admin.getByLabel("Let in a second").fill("3");
      await admin.locator("form", { hasText: "Queue is on" }).getByRole("button", { name: "Save" }).click();
      await admin.getByText("Saved.").waitFor();
      assert.equal((await server.call("GET", "/api/v1/admin/concerts/1/sales", { admin: true })).queue.maxActive, 7);
      await admin.getByRole("button", { name: "Close the sale now" }).click();
      await admin.getByRole("button", { name: "Open again" }).waitFor();
      await page.goto("/#/concerts/1");
      await page.getByText("The sale has closed").waitFor();
      await admin.getByRole("button", { name: "Open again" }).click();
      await admin.getByRole("button", { name: "Close the sale now" }).waitFor();

      await admin.getByRole("link", { name: "Search" }).click();
      await admin.getByRole("textbox").fill("31");
      await admin.getByRole("button", { name: "Find" }).click();
      await admin.getByRole("cell", { name: "Paid" }).waitFor();
      await check("search");
      await admin.getByRole("link", { name: "Events" }).click();
      await admin.getByRole("cell", { name: "payment.completed" }).waitFor();
      await check("events");
      await admin.getByRole("link", { name: "Audit" }).click();
      await admin.getByRole("button", { name: "Run the audit" }).click();
      await admin.getByText("Every rule holds.").waitFor();
      await check("audit");
      await admin.getByRole("link", { name: "Concerts" }).click();
      await admin.getByRole("link", { name: "Made by hand" }).waitFor();
      await check("concerts");
      await noFaults(admin);
      await noFaults(page);
      const kept = await admin.evaluate(() => Object.values(localStorage).join(" "));
      assert.ok(!kept.includes(server.admin), "the token is kept for the tab only");
    },
  ],
];
