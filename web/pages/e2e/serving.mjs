// The served files and headers, and the results of automatic checks.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { accessible, arrive, chargeAndPay, serve, toSeats } from "./steps.mjs";

const kSteady = 0.02; // layout shift; below 0.1 counts as good

async function strict(url) {
  const html = await fetch(url);
  const text = await html.text();
  const header = (name) => html.headers.get(name) ?? "";
  const policy = header("content-security-policy");
  assert.ok(!policy.includes("unsafe"), policy);
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ])
    assert.ok(policy.includes(part), `${url}: ${part}`);
  assert.equal(header("cache-control"), "no-cache");
  assert.equal(header("referrer-policy"), "no-referrer");
  assert.equal(header("x-content-type-options"), "nosniff");
  assert.equal(header("cross-origin-opener-policy"), "same-origin");
  assert.equal(header("cross-origin-resource-policy"), "same-origin");
  assert.match(header("permissions-policy"), /camera=\(\)/);
  assert.ok(!/<script>|<style|style=|https?:/.test(text), "nothing inline, nothing from elsewhere");
  const sheets = text.match(/rel="stylesheet"/g) ?? [];
  assert.equal(sheets.length, url.endsWith("/admin") ? 2 : 1, `${url}: style sheets`);
}

// The layout shift since the page was loaded, without shifts after user input.
const shifted = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        }).observe({ type: "layout-shift", buffered: true });
        // Buffered entries arrive in a later task.
        setTimeout(() => done(sum), 100);
      }),
  );

// Requests of the pattern wait until the function that comes back is called.
async function heldBack(page, pattern) {
  let answered;
  const wait = new Promise((done) => {
    answered = done;
  });
  await page.route(pattern, async (route) => {
    await wait;
    await route.continue();
  });
  return answered;
}

export const scenarios = [
  [
    "what is served: policies, caching, sizes",
    async (world) => {
      const server = await serve(world);
      for (const path of ["/", "/admin"]) await strict(`${server.url}${path}`);
      // Neither browsers nor proxies may store personal answers.
      const made = await server.concert({ title: "Headers" });
      const ticket = await server.ticket(18, made.id);
      const held = await server.hold(made.id, made.schedules[0].id, [made.schedules[0].firstSeatId], ticket);
      for (const [path, policy] of [
        ["/api/v1/queue/status", /^no-store$/],
        ["/api/v1/reservations?userId=18", /^no-store$/],
        [`/api/v1/reservations/${held.reservationId}?userId=18`, /^no-store$/],
        ["/api/v1/points?userId=18", /^no-store$/],
        ["/api/v1/points/history?userId=18", /^no-store$/],
        [`/api/v1/concerts/${made.id}/schedules/${made.schedules[0].id}/seats`, /^private, no-cache$/],
      ]) {
        const reply = await fetch(server.url + path, { headers: { "X-Queue-Token": ticket } });
        assert.equal(reply.status, 200, path);
        assert.match(reply.headers.get("cache-control"), policy, path);
        assert.equal(reply.headers.get("x-content-type-options"), "nosniff", path);
        assert.equal(reply.headers.get("set-cookie"), null, path);
      }
      // The bytes of a buyer's first visit, counted by the browser.
      const page = await arrive(world, server, { user: 18 });
      let bytes = 0;
      page.on("response", async (reply) => {
        if (!reply.url().includes("/api/") && !reply.url().includes("/actuator/"))
          bytes += Number(reply.headers()["content-length"] ?? 0);
        if (reply.url().includes("/assets/")) assert.match(reply.headers()["cache-control"], /immutable/);
      });
      await page.goto("/");
      await page.getByRole("link", { name: "Headers" }).waitFor();
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
        await page.getByRole("button", { name: "Get tickets" }).click();
        await page.locator(".waiting").waitFor();
        await check("waiting room");
        await page.getByRole("button", { name: "Leave the queue" }).click();
        await page.getByRole("button", { name: "Yes, leave" }).waitFor();
        await check("the question before leaving");
        await toSeats(page, made);
        await page.getByRole("button", { name: "4 together" }).click();
        await page.locator(".map-frame").focus();
        for (const key of ["0", "ArrowRight", "ArrowDown", "Enter"]) await page.keyboard.press(key);
        await page.locator("[data-notice=full]").waitFor();
        await check("seat map, with a message");
        await page.locator(".segments").getByText("List", { exact: true }).click();
        await page.locator(".seat-button").first().waitFor();
        await check("seat list");
        await page.getByRole("button", { name: "Hold 4 seats" }).click();
        await page.waitForSelector("[role=timer]");
        await page.getByText("short").waitFor();
        await check("hold");
        await page.getByRole("button", { name: "Cancel reservation" }).click();
        await page.getByRole("button", { name: "Yes, cancel" }).waitFor();
        await check("the question before giving back");
        await page.getByRole("button", { name: "Keep the seats", exact: true }).click();
        await chargeAndPay(page);
        await check("ticket");
        const answered = await heldBack(page, "**/api/v1/concerts/*");
        await page.goto("/#/reservations");
        await page.locator("[data-status=CONFIRMED] .button").waitFor();
        await check("my reservations, before their concerts are known");
        answered();
        await page.locator("[data-status=CONFIRMED] h2", { hasText: "Axe" }).waitFor();
        await check("my reservations");
        await page.goto("/#/reservations/999999");
        await page.locator("[data-code]").waitFor();
        await check("refusal");
      }
    },
  ],
  [
    "nothing jumps, on a slow line, on a desk and on a phone; nothing moves for who asked for less motion",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Steady",
        venue: "Hall",
        schedules: [8, 9, 10].map((day) => ({
          startsAt: inDays(day),
          sections: [{ name: "A", rows: 9, seatsPerRow: 20, price: 1000 }],
        })),
      });
      const full = await server.concert({
        title: "Full",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 1 },
      });
      for (let user = 900; user < 903; ++user) await server.ticket(user, full.id);
      const found = [];
      for (const [user, viewport] of [
        [61, { width: 1280, height: 800 }],
        [62, { width: 375, height: 720 }],
      ]) {
        const page = await arrive(world, server, { user, viewport, reducedMotion: "reduce" });
        await page.route("**/api/**", async (route) => {
          await new Promise((done) => setTimeout(done, 60));
          await route.continue().catch(() => {});
        });
        const steady = async (what) => {
          const sum = await shifted(page);
          found.push(`${what} ${viewport.width}: ${sum.toFixed(3)}`);
          assert.ok(sum < kSteady, found.at(-1));
          if (viewport.width > 400) return;
          const moving = await page.evaluate(() =>
            [...document.querySelectorAll("*")]
              .filter((each) => {
                const { transitionDuration, animationName } = getComputedStyle(each);
                return transitionDuration !== "0s" || animationName !== "none";
              })
              .map((each) => each.outerHTML.slice(0, 80)),
          );
          assert.deepEqual(moving, []);
        };
        // Loaded anew each time, as after a reload or a link from another site.
        const open = async (path, wanted) => {
          await page.goto("about:blank");
          await page.goto(path);
          await page.locator(wanted).first().waitFor();
        };
        await open("/", ".card a");
        await steady("concerts");
        await open(`/#/concerts/${made.id}`, "a.date");
        await steady("dates");
        await server.ticket(user, full.id);
        await open(`/#/concerts/${full.id}/dates/${full.schedules[0].id}`, ".start button.main");
        await page.locator(".start button.main").click();
        await page.locator(".waiting").waitFor();
        await open(`/#/concerts/${full.id}/dates/${full.schedules[0].id}`, ".waiting");
        await steady("waiting room");
        await toSeats(page, made);
        await open(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`, ".map-frame svg .seat");
        await steady("seat map");
        await page.getByRole("button", { name: "2 together" }).click();
        await page.getByRole("button", { name: "Hold 2 seats" }).click();
        await page.waitForSelector("[role=timer]");
        await open(page.url(), ".charge");
        await steady("hold");
        await open("/", ".banner.hold a");
        await steady("concerts, with a hold");
        await page.getByRole("link", { name: "Pay now" }).click();
        await chargeAndPay(page);
        await open(page.url(), ".reservation-no");
        await steady("ticket");
        await open("/#/reservations", "[data-status=CONFIRMED] .button");
        await steady("my reservations");
      }
      console.log(`      layout shift: ${found.join(", ")}`);
    },
  ],
];
