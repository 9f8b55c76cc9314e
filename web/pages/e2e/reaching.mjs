// Every buyer can use the page: by keyboard, by finger, by list, in Korean, in a hall of fifty thousand seats, with any
// titles.
import assert from "node:assert/strict";
import { availableParallelism, loadavg } from "node:os";
import { inDays } from "./harness.mjs";
import { accessible, arrive, inView, noFaults, serve, tabTo, toSeats } from "./steps.mjs";

// Turns the wheel in every frame, `there` frames closer and as many back, so that every zoom level is passed.
const framesASecond = (page, ms, there) =>
  page.evaluate(
    async ([ms, there]) => {
      const frame = document.querySelector(".map-frame");
      const box = frame.getBoundingClientRect();
      const [clientX, clientY] = [box.x + box.width * 0.4, box.y + box.height * 0.4];
      let frames = 0;
      const began = performance.now();
      await new Promise((done) => {
        const step = () => {
          if (there > 0) {
            const deltaY = Math.floor(frames / there) % 2 ? 12 : -12;
            frame.dispatchEvent(new WheelEvent("wheel", { deltaY, ctrlKey: true, clientX, clientY, cancelable: true }));
          }
          frames += 1;
          if (performance.now() - began < ms) requestAnimationFrame(step);
          else done();
        };
        requestAnimationFrame(step);
      });
      return frames / ((performance.now() - began) / 1000);
    },
    [ms, there],
  );

export const scenarios = [
  [
    "titles that are out to harm are only text",
    async (world) => {
      const server = await serve(world);
      const titles = [
        '<script>window.harm=1</script><img src=x onerror="window.harm=1">',
        "מופע לילה בעיר 🎸🎻",
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
      await page.getByRole("link", { name: "Keys" }).waitFor();
      await tabTo(page, "link", "Keys");
      await page.keyboard.press("Enter");
      await page.locator("a.date").waitFor();
      await tabTo(page, "link", /Choose seats/);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Get tickets" }).waitFor();
      await tabTo(page, "button", "Get tickets");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".map-frame svg .seat");
      await tabTo(page, "application", "Seat map");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowRight");
      assert.match(await page.locator(".map-line").textContent(), /seat \d+ · 50,000 P · available/);
      await page.keyboard.press("Enter");
      await tabTo(page, "button", "Hold 1 seat");
      await page.keyboard.press("Enter");
      await page.waitForSelector("[role=timer]");
      await tabTo(page, "button", /^Add /);
      await page.keyboard.press("Enter");
      // The form disappears with the charge, and the keyboard stands on the next control.
      await page.locator("button:focus", { hasText: "Pay 50,000 P" }).waitFor();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".reservation-no");
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
        bypassCSP: true, // for axe
        locale: "ko-KR",
        viewport: { width: 375, height: 720 },
        hasTouch: true,
        isMobile: true,
      });
      await page.goto("/");
      assert.equal(await page.getAttribute("html", "lang"), "ko");
      await page.getByRole("link", { name: "한여름 밤의 재즈" }).tap();
      await page.locator("a.date").tap();
      await page.getByRole("button", { name: "예매하기" }).tap();
      await page.waitForSelector(".map-frame svg .seat");
      await noFaults(page);
      // Seats this small cannot be told apart: the first tap zooms in, the second chooses.
      const box = await page.locator(".map-frame").boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.touchscreen.tap(x, y);
      await page.locator(".map-frame.zoomed").waitFor();
      assert.equal(await page.locator(".basket .chosen-list li").count(), 0);
      await page.touchscreen.tap(x, y);
      await page.locator(".basket .chosen-list li").waitFor();
      // A finger hides the touched seat, so the seat is named at the thumb.
      await inView(page, page.locator(".picked", { hasText: /^1층 \d+열 \d+번/ }), "the name of the seat");
      await accessible(page, "seat map, Korean, phone");
      await page.getByRole("button", { name: "1석 선택 완료" }).tap();
      await page.getByText("결제 남은 시간").waitFor();
      await page.getByRole("button", { name: "70,000P 충전하기" }).tap();
      await page.getByRole("button", { name: "70,000P 결제하기" }).and(page.locator(":enabled")).tap();
      await page.getByRole("heading", { name: "예매가 완료되었습니다" }).waitFor();
      await accessible(page, "ticket, Korean, phone");
      await noFaults(page);
      assert.equal(made.schedules.length, 1);
      await page.getByRole("button", { name: "내 정보", exact: true }).tap();
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
      await page.locator(".segments").getByText("List", { exact: true }).click();
      const section = page.getByRole("combobox", { name: /^Section/ });
      await section.waitFor();
      assert.deepEqual(await section.locator("option").allTextContents(), [
        "A · 15 available · 1,000 P",
        "B · 250 available · 500 P",
      ]);
      await page.getByRole("combobox", { name: /^Row/ }).selectOption("2");
      await page.getByRole("button", { name: "seat 4 1,000 P", exact: true }).click();
      // The map and back, and a reload: the list opens where the buyer was.
      await page.locator(".segments").getByText("Map", { exact: true }).click();
      await page.waitForSelector(".map-frame svg .chosen");
      await page.locator(".segments").getByText("List", { exact: true }).click();
      await page.locator(".seat-button[aria-pressed=true]", { hasText: "seat 4" }).waitFor();
      await page.reload();
      await page.locator(".seat-button[aria-pressed=true]", { hasText: "seat 4" }).waitFor();
      await section.selectOption("1");
      assert.equal(await page.locator(".seat-button").count(), 100);
      await page.getByRole("button", { name: "Hold 1 seat" }).click();
      await page.waitForSelector("[role=timer]"); // until then the seat is named twice: in the choice and above the button
      await page.getByText("A row 2 seat 4").waitFor();
    },
  ],
  [
    "fifty thousand seats, zoomed from all of them to one, while seats go",
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
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.waitForSelector(".map-frame canvas");
      // Other buyers hold seats meanwhile, so that changes arrive.
      const [{ firstSeatId }] = made.schedules;
      const others = (async () => {
        for (let user = 500; user < 506; ++user) {
          const ticket = await server.ticket(user, made.id);
          await server.hold(made.id, made.schedules[0].id, [firstSeatId + user * 37], ticket);
          await new Promise((done) => setTimeout(done, 500));
        }
      })();
      const idle = await framesASecond(page, 1000, 0);
      const rate = await framesASecond(page, 4000, 60);
      await others;
      console.log(`      ${rate.toFixed(0)} frames a second while zooming, ${idle.toFixed(0)} at rest`);
      // On a busy machine frames say more about other programs: then the map must only be usable.
      const isBusy = loadavg()[0] > 2 * availableParallelism();
      assert.ok(rate > (isBusy ? 10 : 30), `${rate} frames a second, ${idle} at rest`);
      await page.locator(".map-frame").focus();
      await page.keyboard.press("0");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Hold 1 seat" }).click();
      await page.waitForSelector("[role=timer]");
      await noFaults(page);
    },
    "alone",
  ],
];
