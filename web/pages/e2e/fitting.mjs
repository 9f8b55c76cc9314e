// Pages fit: narrow windows, forced colours, a finger on the map, a slow line, the keyboard after an element has gone.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { arrive, holdOne, inView, noFaults, serve, toSeats, waitFor } from "./steps.mjs";

const sale = (made) => `/#/concerts/${made.id}/dates/${made.schedules[0].id}`;

// Words that are broken inside although the line has room for them, or nearly has.
const brokenWords = (page) =>
  page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.checkVisibility() || node.parentElement.closest(".unseen, svg")) continue;
      for (const match of node.data.matchAll(/[^\s\-–—/·“”‘’()]+/g)) {
        const range = document.createRange();
        range.setStart(node, match.index);
        range.setEnd(node, match.index + match[0].length);
        const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(match[0]);
      }
    }
    return found;
  });

const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at === document.body ? "body" : `${at.tagName} ${at.textContent.trim().slice(0, 40)}`;
  });

// Drags a finger over the screen, with the events of a touch screen.
async function swipe(page, from, dy) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, y) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x: from.x, y }] });
  await touch("touchStart", from.y);
  for (let i = 1; i <= 12; ++i) await touch("touchMove", from.y + (dy * i) / 12);
  await touch("touchEnd");
  await cdp.detach();
}

const narrow = (locale) => [
  `nothing is wider than 320 px, no word is broken, and the menu fits, ${locale}`,
  async (world) => {
    const server = await serve(world);
    const made = await server.concert({ title: "Narrow", venue: "Hall", artist: "The Lanterns" });
    const full = await server.concert({
      title: "Full",
      queue: { enabled: true, maxActive: 1, admissionsPerSecond: 1 },
    });
    await server.ticket(900, full.id);
    const page = await arrive(world, server, { user: 71, locale, viewport: { width: 320, height: 568 } });
    const check = async (what) => {
      await noFaults(page);
      assert.deepEqual(await brokenWords(page), [], what);
    };
    const menu = async (what) => {
      const button = page.locator(".menu > button");
      await button.click();
      await inView(page, "#me", `the menu, ${what}`);
      await check(`the menu, ${what}`);
      await page.keyboard.press("Escape");
    };
    await page.goto("/");
    await page.locator(".card a").first().waitFor();
    await check("concerts");
    await menu("320 px");
    for (const width of [375, 768, 1280]) {
      await page.setViewportSize({ width, height: 720 });
      await menu(`${width} px`);
    }
    await page.setViewportSize({ width: 320, height: 568 });
    await page.goto(`/#/concerts/${made.id}`);
    await page.locator("a.date").waitFor();
    await check("dates");
    await page.goto(sale(full));
    await page.locator(".start button.main").click();
    await page.locator(".waiting").waitFor();
    await check("waiting room");
    await page.goto(sale(made));
    await page.locator(".start button.main").click();
    await page.waitForSelector(".map-frame svg .seat");
    await page.locator(".pick button").nth(1).click();
    await check("seat map");
    await page.locator(".segments label").nth(1).click();
    await page.locator(".seat-button").first().waitFor();
    await check("seat list");
    await page.locator(".pay-bar .main").click();
    await page.locator(".charge button").click();
    await page.locator(".ticket button.main:enabled").waitFor();
    await check("hold");
    await page.locator(".ticket button.main").click();
    await page.waitForSelector(".reservation-no");
    await check("ticket");
    await page.goto("/#/reservations");
    await page.locator("[data-status=CONFIRMED]").waitFor();
    await check("my reservations");
  },
];

export const scenarios = [
  narrow("en-GB"),
  narrow("ko-KR"),
  [
    "the keyboard never falls to the top of the page when what it stood on goes",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Focus" });
      const full = await server.concert({
        title: "Line",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 1 },
      });
      await server.ticket(900, full.id);
      const page = await arrive(world, server, { user: 72 });
      const press = async (locator, then) => {
        await locator.focus();
        await page.keyboard.press("Enter");
        await then.waitFor();
        await waitFor(
          `the keyboard is somewhere (${await focused(page)})`,
          async () => (await focused(page)) !== "body",
        );
      };
      const button = (name) => page.getByRole("button", { name, exact: true });
      await page.goto(sale(full));
      await press(button("Get tickets"), page.locator(".waiting"));
      await press(button("Leave the queue"), button("Stay in the queue"));
      await press(button("Stay in the queue"), button("Leave the queue"));
      assert.equal(await focused(page), "BUTTON Leave the queue");
      await press(button("Leave the queue"), button("Yes, leave"));
      await press(button("Yes, leave"), button("Get tickets"));
      await page.goto(sale(made));
      await press(button("Get tickets"), page.locator(".map-frame svg .seat").first());
      await press(button("2 together"), page.locator(".chosen-list li").nth(1));
      await press(page.locator(".chosen-list button").first(), button("Hold 1 seat"));
      await press(page.locator(".chosen-list button").first(), button("Hold seats"));
      await press(button("2 together"), button("Hold 2 seats"));
      await press(button("Hold 2 seats"), page.locator("[role=timer]"));
      await press(
        page.getByRole("button", { name: /^Add / }),
        page.locator("button:enabled", { hasText: "Pay 100,000 P" }),
      );
      await waitFor("the keyboard is on Pay", async () => (await focused(page)) === "BUTTON Pay 100,000 P");
      await press(button("Cancel reservation"), button("Keep the seats"));
      await press(button("Keep the seats"), button("Cancel reservation"));
      assert.equal(await focused(page), "BUTTON Cancel reservation");
      await press(button("Pay 100,000 P"), page.locator(".reservation-no"));
    },
  ],
  [
    "with forced colours the legend keeps its looks and the chosen view its edge",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Forced" });
      const page = await arrive(world, server, { user: 73, forcedColors: "active" });
      await toSeats(page, made);
      await page.getByRole("button", { name: "1 seat", exact: true }).click();
      const looks = await page.evaluate(() => {
        const style = (selector) => getComputedStyle(document.querySelector(selector));
        const colour = (selector) => style(selector).backgroundColor;
        return {
          free: colour(".legend .swatch.p0"),
          sold: colour(".legend .swatch.sold"),
          ground: getComputedStyle(document.body).backgroundColor,
          on: style(".segments label.on").outlineStyle,
          off: style(".segments label:not(.on)").outlineStyle,
        };
      });
      assert.notEqual(looks.free, looks.ground);
      assert.notEqual(looks.sold, looks.ground);
      assert.notEqual(looks.free, looks.sold);
      assert.equal(looks.on, "solid");
      assert.equal(looks.off, "none");
      await page.locator(".segments").getByText("List", { exact: true }).click();
      const pressed = page.locator(".seat-button[aria-pressed=true]");
      await pressed.waitFor();
      assert.equal(await pressed.evaluate((each) => getComputedStyle(each).outlineStyle), "solid");
    },
  ],
  [
    "a finger on the zoomed map: it moves the map to its edge, and then the page; what it touches is named",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Finger",
        schedules: [{ startsAt: inDays(9), sections: [{ name: "A", rows: 20, seatsPerRow: 30, price: 1000 }] }],
      });
      const page = await arrive(world, server, {
        user: 74,
        viewport: { width: 375, height: 720 },
        hasTouch: true,
        isMobile: true,
      });
      await toSeats(page, made);
      const box = await page.locator(".map-frame").boundingBox();
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await page.touchscreen.tap(middle.x, middle.y);
      await page.locator(".map-frame.zoomed").waitFor();
      await page.touchscreen.tap(middle.x, middle.y);
      await page.locator(".chosen-list li").waitFor();
      await inView(page, page.locator(".picked", { hasText: /^A row \d+ seat \d+/ }), "the name of the seat");
      const before = await page.evaluate(() => scrollY);
      await waitFor("the page has scrolled", async () => {
        await swipe(page, middle, -200);
        return (await page.evaluate(() => scrollY)) > before + 50;
      });
      assert.equal(await page.locator(".chosen-list li").count(), 1, "pulling chooses nothing");
    },
  ],
  [
    "on a slow line: the empty map says what it waits for, and holding moves nothing",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Slow" });
      const page = await arrive(world, server, { user: 75, viewport: { width: 375, height: 720 } });
      let release = () => {};
      const gate = new Promise((done) => {
        release = done;
      });
      await page.route("**/seats", async (route) => {
        await gate;
        await route.continue();
      });
      await page.goto(sale(made));
      await page.getByRole("button", { name: "Get tickets", exact: true }).click();
      await inView(page, page.getByText("Loading the seats…"), "what is waited for");
      await inView(page, page.getByText(/This is taking longer than usual/), "that it takes long");
      release();
      await page.waitForSelector(".map-frame svg .seat");
      await page.route("**/api/**", async (route) => {
        // A layout shift later than half a second after a click counts as unexpected.
        await new Promise((done) => setTimeout(done, 700));
        await route.continue().catch(() => {});
      });
      await page.getByRole("button", { name: "2 together" }).click();
      await page.evaluate(() => {
        window.moved = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            if (!entry.hadRecentInput)
              window.moved.push([entry.value, ...entry.sources.map((source) => source.node?.className ?? "")]);
        }).observe({ type: "layout-shift" });
      });
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.getByRole("button", { name: /^Add / }).waitFor();
      await page.waitForTimeout(1500); // later content must not move anything either
      const moved = await page.evaluate(() => window.moved);
      const sum = moved.reduce((total, [value]) => total + value, 0);
      assert.ok(sum < 0.02, `${sum}: ${JSON.stringify(moved)}`);
      await noFaults(page);
    },
  ],
  [
    "what browsers and robots ask for is there: icons, manifest, robots.txt",
    async (world) => {
      const server = await serve(world);
      for (const [path, type] of [
        ["/favicon.ico", "image/x-icon"],
        ["/icon-192.png", "image/png"],
        ["/icon-512.png", "image/png"],
        ["/manifest.webmanifest", "application/manifest+json"],
        ["/robots.txt", "text/plain; charset=utf-8"],
      ]) {
        const reply = await fetch(server.url + path);
        assert.equal(reply.status, 200, path);
        assert.equal(reply.headers.get("content-type"), type, path);
      }
      const manifest = await (await fetch(`${server.url}/manifest.webmanifest`)).json();
      for (const { src } of manifest.icons) assert.equal((await fetch(server.url + src)).status, 200, src);
      const page = await arrive(world, server, { user: 76 });
      const cdp = await page.context().newCDPSession(page);
      await page.goto("/");
      const { errors } = await cdp.send("Page.getAppManifest");
      assert.deepEqual(errors, []);
      await holdOne(page, await server.concert({ title: "Icons" }));
      await noFaults(page);
    },
  ],
];
