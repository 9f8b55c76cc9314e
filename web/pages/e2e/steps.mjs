// Steps that the scenarios share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { person, Server, waitFor } from "./harness.mjs";

export { waitFor } from "./harness.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Scenarios know nobody else's concerts and users; `flags` are settings that only this one wants.
export async function serve({ onEnd, pods }, flags = []) {
  if (pods && flags.length === 0) return pods;
  const server = pods ? pods.others(flags) : new Server(flags);
  onEnd(() => server.remove());
  return server.start();
}

export async function arrive(world, server, options = {}) {
  const page = await person(world.browser, server, options);
  world.onEnd(() => page.context().close());
  return page;
}

export async function toSeats(page, made, nth = 0) {
  await page.goto(`/#/concerts/${made.id}/dates/${made.schedules[nth].id}`);
  await page.getByRole("button", { name: "Get tickets" }).click();
  await page.waitForSelector(".map-frame svg .seat");
}

export async function holdOne(page, made) {
  await toSeats(page, made);
  await page.getByRole("button", { name: "1 seat", exact: true }).click();
  await page.getByRole("button", { name: "Hold 1 seat" }).click();
  await page.waitForSelector("[role=timer]");
}

export async function chargeAndPay(page) {
  await page.getByRole("button", { name: /^Add / }).click();
  await page.getByRole("button", { name: /^Pay / }).and(page.locator(":enabled")).click();
  await page.waitForSelector(".qr");
}

// Seen or not, as the page is told: headless tabs are never hidden by themselves.
export const hide = (page, isHidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);

// A click on the middle of the map is a seat of the picture; where which one is, the page itself says when the keyboard goes there.
export async function seatAt(page, steps) {
  await page.locator(".map-frame").focus();
  await page.keyboard.press("ArrowRight");
  for (const step of steps) await page.keyboard.press(step);
  const box = await page.locator(".ring").boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, name: await page.locator(".map-line").textContent() };
}

// In the window, and not behind a bar that stays.
export async function inView(line) {
  await waitFor("it is in view", () =>
    line.evaluate((element) => {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 10)];
      if (box.height === 0 || y < 0 || y > innerHeight) return false;
      const top = document.elementFromPoint(x, y);
      return top !== null && (element.contains(top) || top.contains(element));
    }),
  );
}

export async function noFaults(page) {
  assert.deepEqual(page.faults, []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
}

export async function accessible(page, what) {
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
