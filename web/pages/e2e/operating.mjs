// The operator's page.
import assert from "node:assert/strict";
import { accessible, arrive, chargeAndPay, noFaults, serve, waitFor } from "./steps.mjs";

export const scenarios = [
  [
    "the operator: signs in, creates a concert that a buyer buys from, watches, searches, audits",
    async (world) => {
      const server = await serve(world);
      const admin = await arrive(world, server, { bypassCSP: true });
      const check = async (what, looks = ["dark"]) => {
        for (const colorScheme of looks) {
          await admin.emulateMedia({ colorScheme });
          await accessible(admin, `operator: ${what}, ${colorScheme}`);
        }
      };
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
      await check("concert", ["dark", "light"]);

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
      await admin.getByRole("textbox", { name: "User number" }).fill("31");
      await admin.getByRole("button", { name: "Find" }).click();
      await admin.getByRole("cell", { name: "Paid" }).waitFor();
      await admin.getByRole("button", { name: /^Payment/ }).click();
      await admin.getByRole("cell", { name: /^\d+ · .* · 160,000 P$/ }).waitFor();
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
