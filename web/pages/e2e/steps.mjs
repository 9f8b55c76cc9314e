// Steps that the scenarios share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { person, Server, waitFor } from "./harness.mjs";

export { waitFor };

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// A scenario has its own concerts and users; `flags` are settings for this scenario only.
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
  await page.waitForSelector(".reservation-no");
}

// Sets the page's visibility: headless tabs are never hidden by themselves.
export const hide = (page, isHidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);

// Clicks on a seat of the picture. The page itself shows the seat's position when the keyboard goes there.
export async function seatAt(page, steps) {
  await page.locator(".map-frame").focus();
  await page.keyboard.press("ArrowRight");
  for (const step of steps) await page.keyboard.press(step);
  const box = await page.locator(".ring").boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, name: await page.locator(".map-line").textContent() };
}

// True if a person can see it: all of it is inside the visual viewport, and no bar or strip covers it.
export const isInView = (locator) =>
  locator.evaluate((element) => {
    const box = element.getBoundingClientRect();
    const { width, height } = visualViewport;
    if (box.width === 0 || box.left < -1 || box.top < -1 || box.right > width + 1 || box.bottom > height + 1)
      return false;
    const points = [0.1, 0.5, 0.9].flatMap((x) =>
      [0.15, 0.5, 0.85].map((y) => [box.left + x * box.width, box.top + y * box.height]),
    );
    return points.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
  });

export async function inView(page, selector, what = selector) {
  const locator = typeof selector === "string" ? page.locator(selector) : selector;
  await locator.waitFor();
  try {
    await waitFor(`${what} is in view`, () => isInView(locator), 5000);
  } catch (late) {
    const box = await locator.boundingBox();
    throw new Error(`${late.message}: ${JSON.stringify(box)} of ${JSON.stringify(page.viewportSize())}`);
  }
}

// Checks it at every scroll position.
export async function inViewAnywhere(page, selector, what = selector) {
  for (const to of [0, 1e6]) {
    await page.evaluate((top) => scrollTo(0, top), to);
    await inView(page, selector, `${what}, scrolled to ${to}`);
  }
}

// Presses Tab until the keyboard stands on the control with that name. The body and other boxes contain the same words,
// and do not count.
export async function tabTo(page, role, name) {
  const wanted = page.getByRole(role, { name });
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press("Tab");
    const isThere = await wanted.evaluateAll((all) => all.includes(document.activeElement));
    if (isThere) return;
  }
  throw new Error(`Tab never reached the ${role} ${name}`);
}

// The chosen seats by id, as the page stores them.
export const chosenSeats = (page) =>
  page.evaluate(() => {
    const kept = Object.entries(sessionStorage).find(([key]) => key.startsWith("frontrow.choice."));
    return kept ? JSON.parse(kept[1]).chosen : [];
  });

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
