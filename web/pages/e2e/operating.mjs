// The operator's page.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { accessible, arrive, chargeAndPay, holdOne, noFaults, serve, toSeats, waitFor } from "./steps.mjs";

export const scenarios = [
  [
    "the operator: signs in, creates a concert that a buyer buys from, watches, searches, audits",
    async (world) => {
      const server = await serve(world);
      const admin = await arrive(world, server, { bypassCSP: true });
      const check = async (what, looks = ["dark"]) => {
        if (world.pods) return; // these are about looks, as in scenarios.mjs
        for (const colorScheme of looks) {
          await admin.emulateMedia({ colorScheme });
          await accessible(admin, `operator: ${what}, ${colorScheme}`);
        }
      };
      await admin.goto("/admin");
      await admin.getByLabel("Admin token").fill("wrong");
      await admin.getByRole("button", { name: "Sign in" }).click();
      await admin.getByText("The server does not accept this token.").waitFor();
      await check("sign in");
      await admin.getByLabel("Admin token").fill(server.admin);
      await admin.getByRole("button", { name: "Sign in" }).click();
      await admin.getByRole("link", { name: "New concert" }).click();
      await admin.getByLabel("Title").fill("Made by hand");
      await admin.getByLabel("Venue", { exact: true }).fill("Old Mill");
      await admin.getByLabel("Starts").fill("2039-05-01T19:30");
      await admin.getByLabel("sections").check();
      await admin.getByLabel(/^Import sections/).setInputFiles({
        name: "hall.csv",
        mimeType: "text/csv",
        buffer: Buffer.from('name,rows,seats,price\nFloor,4,10,"80,000"\n"Box, left",1,4,150000\n'),
      });
      await admin.getByRole("group", { name: "Found in hall.csv" }).getByText("3,800,000 P").waitFor();
      await check("a file before it is used");
      await admin.getByRole("button", { name: "Use these sections" }).click();
      await waitFor("two sections", async () => (await admin.getByLabel("Section", { exact: true }).count()) === 2);
      await check("new concert");
      await admin.getByRole("button", { name: "Create" }).click();
      await admin.getByText("Create it with 1 date, 44 seats in all, worth 3,800,000 P when sold out?").waitFor();
      await admin.getByRole("button", { name: "Yes, create" }).click();
      await admin.getByRole("heading", { name: "Made by hand" }).waitFor();
      await admin.waitForSelector(".map-frame svg .seat");
      const id = Number(/concerts\/(\d+)/.exec(admin.url())[1]);

      await server.everywhere(`/api/v1/concerts/${id}`);
      const page = await arrive(world, server, { user: 31 });
      await page.goto("/");
      await page.getByRole("link", { name: "Made by hand" }).click();
      await page.locator("a.date").click();
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.getByRole("button", { name: "2 together" }).click();
      await page.getByRole("button", { name: "Hold 2 seats" }).click();
      await page.waitForSelector("[role=timer]");
      await admin.waitForSelector(".map-frame .held");
      await chargeAndPay(page);
      await admin.waitForSelector(".map-frame .sold");
      await admin.getByText("160,000 P").first().waitFor();
      await admin.waitForSelector(".curve path.area");
      await check("concert", ["dark", "light"]);

      await admin.getByLabel("People inside at once").fill("7");
      await admin.getByLabel("People let in per second").fill("3");
      await admin.locator("form", { hasText: "Queue is on" }).getByRole("button", { name: "Save" }).click();
      await admin.getByText("Saved.").waitFor();
      await server.everywhere(`/api/v1/admin/concerts/${id}/sales`, ({ queue }) => queue.maxActive === 7);
      await admin.getByRole("button", { name: "Close the sale now" }).click();
      await admin.getByText("42 seats will stay unsold. 0 seats held now").waitFor();
      await check("a question");
      await admin.getByRole("button", { name: "Yes, close the sale" }).click();
      await admin.getByRole("button", { name: "Open the sale again" }).waitFor();
      await server.everywhere(`/api/v1/concerts/${id}`, ({ bookingClosesAt }) => bookingClosesAt !== null);
      await page.goto(`/#/concerts/${id}`);
      await page.getByText("The sale has closed").first().waitFor();
      await admin.getByRole("button", { name: "Open the sale again" }).click();
      await admin.getByRole("button", { name: "Yes, open the sale" }).click();
      await admin.getByRole("button", { name: "Close the sale now" }).waitFor();
      await server.everywhere(`/api/v1/concerts/${id}`, ({ bookingClosesAt }) => bookingClosesAt === null);

      await admin.getByRole("link", { name: "Search" }).click();
      await admin.getByRole("textbox", { name: "User number" }).fill("31");
      await admin.getByRole("button", { name: "Find" }).click();
      await admin.getByRole("cell", { name: "Paid" }).waitFor();
      await admin.getByRole("button", { name: /^Payment/ }).click();
      await admin.getByRole("cell", { name: /^\d+ · .* · 160,000 P$/ }).waitFor();
      await check("search");
      await admin.getByRole("link", { name: "Events" }).click();
      await admin.getByRole("row", { name: / Paid .* user 31 / }).waitFor();
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
  [
    "the operator: moves a date and re-prices a section; buyers see it live, and what is held keeps its price",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Moved Night",
        schedules: [
          {
            startsAt: inDays(30),
            sections: [
              { name: "Floor", rows: 3, seatsPerRow: 6, price: 50_000 },
              { name: "Box", rows: 1, seatsPerRow: 2, price: 90_000 },
            ],
          },
        ],
      });
      const [early, late, korean, admin] = await Promise.all([
        arrive(world, server, { user: 51 }),
        arrive(world, server, { user: 52 }),
        arrive(world, server, { user: 53, locale: "ko-KR" }),
        arrive(world, server, { bypassCSP: true }),
      ]);
      await holdOne(early, made);
      await early.getByRole("button", { name: /^Add / }).click();
      await early.getByRole("button", { name: "Pay 50,000 P" }).waitFor();
      await toSeats(late, made);
      await late.getByRole("button", { name: "1 seat", exact: true }).click();
      await late.locator(".total", { hasText: "50,000 P" }).waitFor();

      await admin.goto("/admin");
      await admin.getByLabel("Admin token").fill(server.admin);
      await admin.getByRole("button", { name: "Sign in" }).click();
      await admin.getByRole("link", { name: "Moved Night" }).click();
      const prices = admin.locator("form", { has: admin.getByRole("heading", { name: "Change prices" }) });
      const move = admin.locator("form", { has: admin.getByRole("heading", { name: "Move the date" }) });
      await prices.getByLabel("Section").selectOption("Floor");
      await prices.getByLabel(/^Rows,/).fill("first");
      await prices.getByLabel("New price").fill("70000");
      await prices.getByRole("button", { name: "Change prices" }).click();
      await prices.getByText("Write numbers and ranges").waitFor();
      await accessible(admin, "operator: a field that cannot be read");
      await prices.getByLabel(/^Rows,/).fill("4");
      await prices.getByRole("button", { name: "Change prices" }).click();
      await prices.getByText("Row: is no row there.").waitFor();
      await prices.getByLabel(/^Rows,/).fill("1-3");
      await prices.getByRole("button", { name: "Change prices" }).click();
      await prices.getByText("Change the price of 18 seats?").waitFor();
      await prices.getByText("Floor: 18 seats from 50,000 P to 70,000 P").waitFor();
      await prices.getByText("1 held and 0 sold seats").waitFor();
      await accessible(admin, "operator: what new prices would do");
      await prices.getByRole("button", { name: "Cancel" }).click();
      const { seats } = await server.call(
        "GET",
        `/api/v1/admin/concerts/${made.id}/schedules/${made.schedules[0].id}/seats`,
        {
          admin: true,
        },
      );
      assert.ok(
        seats.every(({ price }) => price !== 70_000),
        "a question changes nothing",
      );
      await prices.getByRole("button", { name: "Change prices" }).click();
      await prices.getByRole("button", { name: "Yes, change prices" }).click();
      await prices.getByText("The price of 18 of 18 seats has changed.").waitFor();
      await move.getByLabel("New start").fill("2039-05-01T19:30");
      await move.getByRole("button", { name: "Move the date" }).click();
      await move.getByText(/ to .*1 May 2039 19:30 \(South Korea Time\)\? 0 seats are sold and 1 seat held/).waitFor();
      await move.getByRole("button", { name: "Yes, move it" }).click();
      await move.getByText("Moved.").waitFor();
      await waitFor("the new date in the list", async () =>
        (await admin.locator("#date option").first().textContent()).includes("1 May"),
      );
      // The map corrects one seat: the keyboard goes to the first seat, and Enter takes it into the form.
      await admin.locator(".map-frame").focus();
      await admin.keyboard.press("ArrowRight");
      await admin.keyboard.press("Enter");
      await waitFor("the seat in the form", async () => (await prices.getByLabel(/^Seats,/).inputValue()) !== "");
      await accessible(admin, "operator: date and prices");

      // Both changes appear, without a reload, on the screen of a buyer who is choosing.
      await late.locator(".total", { hasText: "70,000 P" }).waitFor();
      await late.locator("[data-notice=repriced]", { hasText: "Your seats now cost 70,000 P." }).waitFor();
      await late.locator("[data-notice=moved]", { hasText: /The date has changed: .*1 May/ }).waitFor();
      await late.getByRole("button", { name: "Hold 1 seat" }).click();
      await late.waitForSelector("[role=timer]");
      await chargeAndPay(late);
      await early.getByRole("button", { name: "Pay 50,000 P" }).and(early.locator(":enabled")).click();
      await early.waitForSelector(".reservation-no");
      await early.reload();
      await early.getByText(/1 May/).first().waitFor();

      // A buyer whose map does not have the new price yet cannot hold at a price that was not shown.
      await toSeatsInKorean(korean, made);
      await korean.route("**/seats?since=*", (route) => route.abort());
      await korean.getByRole("button", { name: "1석", exact: true }).click();
      await server.call("PATCH", `/api/v1/admin/concerts/${made.id}/schedules/${made.schedules[0].id}/seats`, {
        admin: true,
        body: { prices: [{ price: 60_000 }] },
      });
      // With several pods, all of them know it: only this page does not.
      const mapOfAll = `/api/v1/admin/concerts/${made.id}/schedules/${made.schedules[0].id}/seats`;
      await server.everywhere(mapOfAll, (map) => map.seats.some(({ price }) => price === 60_000));
      await korean.getByRole("button", { name: "1석 선택 완료" }).click();
      await korean.locator("[data-notice=refusedPrice]", { hasText: "60,000P" }).waitFor();
      assert.equal((await server.call("GET", "/api/v1/reservations?userId=53")).reservations.length, 0);
      await korean.locator(".total", { hasText: "60,000P" }).waitFor();
      await korean.getByRole("button", { name: "1석 선택 완료" }).click();
      await korean.waitForSelector("[role=timer]");

      const paid = async (user) => (await server.call("GET", `/api/v1/reservations?userId=${user}`)).reservations[0];
      assert.deepEqual([(await paid(51)).amount, (await paid(51)).status], [50_000, "CONFIRMED"]);
      assert.deepEqual([(await paid(52)).amount, (await paid(52)).status], [70_000, "CONFIRMED"]);
      assert.equal((await paid(53)).amount, 60_000);
      assert.ok((await server.call("POST", "/api/v1/admin/audit", { admin: true })).holds);
      await Promise.all([early, late, admin].map(noFaults));
    },
  ],
];

async function toSeatsInKorean(page, made) {
  await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
  await page.getByRole("button", { name: "예매하기" }).click();
  await page.waitForSelector(".map-frame svg .seat");
}
