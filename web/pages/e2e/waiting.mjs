// The waiting room.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { arrive, noFaults, serve, waitFor } from "./steps.mjs";

export const scenarios = [
  [
    "the queue: position, reload, a second tab, admission is announced",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Queue",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const inside = await server.ticket(900, made.id);
      for (let user = 901; user < 905; ++user) await server.ticket(user, made.id);
      const page = await arrive(world, server, { user: 7 });
      await page.addInitScript(() => {
        window.sounds = 0;
        window.AudioContext = class extends AudioContext {
          constructor() {
            super();
            window.sounds += 1;
          }
        };
      });
      await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.locator("[data-position='5']").waitFor();
      assert.match(await page.title(), /^No\. 5 in the queue/);
      const token = await page.evaluate((key) => localStorage.getItem(key), `frontrow.ticket.7.${made.id}`);
      await page.reload();
      await page.locator("[data-position='5']").waitFor();
      const second = await page.context().newPage();
      await second.goto(`${server.url}/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await second.locator("[data-position='5']").waitFor();
      await second.close();
      assert.equal(await page.evaluate((key) => localStorage.getItem(key), `frontrow.ticket.7.${made.id}`), token);
      assert.equal(await page.getByLabel("Play a sound when it is my turn").isChecked(), false);
      assert.equal(await page.getByText("You keep your place.").count(), 1);
      // Without a network the page says so, and keeps the last known state. With the network back, it polls at once.
      await page.context().setOffline(true);
      await page.getByText("You are offline. We keep trying").waitFor();
      assert.equal(await page.locator("[data-position='5']").count(), 1);
      await page.context().setOffline(false);
      await page.getByText("You are back online.").waitFor();
      // The server answers, but with 503: the page says so in other words.
      await page.route("**/queue/status", (route) =>
        route.fulfill({ status: 503, headers: { "Retry-After": "1" }, json: { code: "OVERLOADED", status: 503 } }),
      );
      await page.getByText("We cannot reach the queue at the moment.").waitFor();
      await page.unroute("**/queue/status");
      await page.getByText("We cannot reach the queue at the moment.").waitFor({ state: "detached" });
      for (let user = 901; user < 905; ++user)
        await server.call("DELETE", "/api/v1/queue/token", { ticket: await server.ticket(user, made.id) });
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.waitForSelector(".map-frame svg .seat", { timeout: 20_000 });
      await waitFor("it is announced", async () =>
        (await page.locator("[aria-live=assertive]").textContent()).includes("It is your turn!"),
      );
      assert.match(await page.title(), /^● Your turn/);
      assert.equal(await page.evaluate(() => window.sounds), 0, "silent unless wished for");
      await noFaults(page);
    },
  ],
  [
    "no seat left while waiting: it is said, and a seat that comes back lets the first in",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "Nothing left",
        schedules: [{ startsAt: inDays(20), seats: { count: 1, price: 50_000 } }],
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const [schedule] = made.schedules;
      const inside = await server.ticket(910, made.id);
      const page = await arrive(world, server, { user: 9 });
      await page.goto(`/#/concerts/${made.id}/dates/${schedule.id}`);
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.locator("[data-position='1']").waitFor();
      assert.equal(await page.getByTestId("no-seats").count(), 0);
      const held = await server.hold(made.id, schedule.id, [schedule.firstSeatId], inside);
      await page.getByTestId("no-seats").waitFor();
      await page.getByText("When a seat comes back").waitFor();
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await server.call("DELETE", `/api/v1/reservations/${held.reservationId}?userId=910`);
      await page.waitForSelector(".map-frame svg .seat", { timeout: 20_000 });
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
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.locator("[data-position='2']").waitFor();
      await server.stop("SIGKILL");
      // A balancer with no pod behind it still answers.
      const said = page.getByText(
        world.pods ? "We cannot reach the queue at the moment." : "You are offline. We keep trying",
      );
      await said.waitFor({ timeout: 20_000 });
      assert.equal(await page.locator("[data-position='2']").count(), 1, "what was known stays on the screen");
      await server.start();
      await said.waitFor({ state: "detached", timeout: 40_000 });
      if (!world.pods) await page.getByText("You are back online.").waitFor();
      await page.locator("[data-position='2']").waitFor();
      await server.call("DELETE", "/api/v1/queue/token", { ticket: await server.ticket(901, made.id) });
      await server.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.waitForSelector(".map-frame svg .seat", { timeout: 30_000 });
    },
    "restarts",
  ],
  [
    "of two pods one after the other is killed while waiting: the place is kept, and nothing else is seen",
    async (world) => {
      const { pods } = world;
      const made = await pods.concert({
        title: "One by one",
        queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
      });
      const inside = await pods.ticket(900, made.id);
      await pods.ticket(901, made.id);
      const page = await arrive(world, pods, { user: 8 });
      let answers = 0;
      page.on("response", (reply) => {
        if (reply.url().includes("/queue/status") && reply.ok()) answers += 1;
      });
      await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[0].id}`);
      await page.getByRole("button", { name: "Get tickets" }).click();
      await page.locator("[data-position='2']").waitFor();
      for (const i of [0, 1]) {
        await pods.stopPod(i, "SIGKILL");
        const before = answers;
        await waitFor("two polls of the other pod", () => answers >= before + 2);
        assert.equal(await page.locator("[data-position='2']").count(), 1);
        await pods.startPod(i);
      }
      await pods.call("DELETE", "/api/v1/queue/token", { ticket: await pods.ticket(901, made.id) });
      await pods.call("DELETE", "/api/v1/queue/token", { ticket: inside });
      await page.waitForSelector(".map-frame svg .seat", { timeout: 30_000 });
      await noFaults(page);
    },
    "restarts",
  ],
];
