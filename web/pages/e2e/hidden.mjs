// The turn of a buyer whose page is hidden. The page is really hidden, by another tab in front of it, in a browser that
// slows hidden pages down. Playwright keeps its pages awake and visible, so this test talks to the browser over a pipe.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { browserPath, waitFor } from "./harness.mjs";
import { serve } from "./steps.mjs";

class PlainBrowser {
  #last = 0;
  #waiting = new Map();
  #text = "";

  constructor(flags) {
    this.directory = mkdtempSync(join(tmpdir(), "frontrow-hidden-"));
    this.process = spawn(
      browserPath,
      ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
        .concat("--remote-debugging-pipe", `--user-data-dir=${this.directory}`, ...flags)
        .concat("about:blank"),
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    this.process.stdio[4].on("data", (bytes) => this.#read(bytes.toString()));
  }

  #read(text) {
    const parts = (this.#text + text).split("\0");
    this.#text = parts.pop();
    for (const part of parts) {
      const { id, result, error } = JSON.parse(part);
      const [done, fail] = this.#waiting.get(id) ?? [];
      this.#waiting.delete(id);
      if (error) fail?.(new Error(error.message));
      else done?.(result);
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    const answer = new Promise((done, fail) => this.#waiting.set(id, [done, fail]));
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return answer;
  }

  // A tab of the single window; the newest tab is in front.
  async tab(url) {
    const { targetId } = await this.send("Target.createTarget", { url });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    return {
      front: () => this.send("Target.activateTarget", { targetId }),
      tell: (method, params) => this.send(method, params, sessionId),
      evaluate: async (what) => {
        const expression = `(${what})()`;
        const found = await this.send(
          "Runtime.evaluate",
          { expression, returnByValue: true, awaitPromise: true },
          sessionId,
        );
        if (found.exceptionDetails) throw new Error(JSON.stringify(found.exceptionDetails));
        return found.result.value;
      },
    };
  }

  async close() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill("SIGKILL");
    await ended;
    // Its children outlive it for a moment and still write there, and rmSync does not retry that.
    await waitFor(`${this.directory} is removed`, () => isRemoved(this.directory));
  }
}

function isRemoved(directory) {
  try {
    rmSync(directory, { recursive: true, force: true });
    return true;
  } catch (failed) {
    if (failed.code === "ENOTEMPTY") return false;
    throw failed;
  }
}

// Counts sounds and notifications.
const kCount = `window.tones = 0; window.notices = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { if (this.context.state === "running") window.tones += 1; return start.apply(this, at); };
  const Real = Notification;
  window.Notification = class extends Real { constructor(title, more) { super(title, more); window.notices.push(title); } };
`;

async function click(tab, selector) {
  const place = await waitFor(selector, () =>
    tab.evaluate(`() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      element?.scrollIntoView({ block: "center" });
      const box = element?.getBoundingClientRect();
      return box && box.width > 0 && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }`),
  );
  for (const type of ["mousePressed", "mouseReleased"])
    await tab.tell("Input.dispatchMouseEvent", { type, ...place, button: "left", clickCount: 1 });
}

const polls = (tab) =>
  tab.evaluate(
    `() => performance.getEntriesByType("resource").filter((each) => each.name.includes("/queue/status")).length`,
  );

// Hides the page for `seconds`, with so many people ahead. An idle page beside it shows how a hidden page's own timers
// run, after the time for which the browser does not slow them down.
async function comeUpUnseen(world, { flags, freeSeconds, seconds, ahead, leastPolls }) {
  const server = await serve(world);
  const made = await server.concert({
    title: "Unseen",
    queue: { enabled: true, maxActive: 1, admissionsPerSecond: 100 },
  });
  const inFront = [];
  for (let user = 900; user < 900 + ahead; ++user) inFront.push(await server.ticket(user, made.id));
  const browser = new PlainBrowser(flags);
  world.onEnd(() => browser.close());
  await browser.send("Browser.grantPermissions", { origin: server.url, permissions: ["notifications"] });
  const tab = await browser.tab("about:blank");
  await tab.tell("Page.enable");
  await tab.tell("Page.addScriptToEvaluateOnNewDocument", { source: kCount });
  await tab.tell("Page.navigate", { url: `${server.url}/#/concerts/${made.id}/dates/${made.schedules[0].id}` });
  await click(tab, ".start button.main");
  for (const nth of [1, 2]) await click(tab, `.alarms label:nth-of-type(${nth}) input`);
  await waitFor("a try of the notification", async () => (await tab.evaluate("() => window.notices.length")) === 1);
  await tab.evaluate("() => { window.tones = 0; performance.setResourceTimingBufferSize(5000); }");

  const idle = await browser.tab("about:blank");
  await idle.evaluate("() => { window.ticks = 0; setInterval(() => { window.ticks += 1; }, 1000); }");
  const other = await browser.tab("about:blank");
  await other.front();
  for (const each of [tab, idle]) await waitFor("the page is hidden", () => each.evaluate("() => document.hidden"));
  const pause = (s) => new Promise((done) => setTimeout(done, s * 1000));
  await pause(freeSeconds);
  const before = [await idle.evaluate("() => window.ticks"), await polls(tab)];
  await pause(seconds - freeSeconds);
  const after = [await idle.evaluate("() => window.ticks"), await polls(tab)];
  const [ticks, asked] = after.map((n, i) => n - before[i]);
  const measured = seconds - freeSeconds;
  console.log(
    `      hidden ${seconds} s; in the last ${measured} s: ${asked} polls; ${ticks} ticks of an idle page's timer`,
  );
  assert.ok(ticks <= measured / 4, "the browser slows hidden pages down, or this shows nothing");
  assert.ok(asked >= leastPolls, `the page has gone on asking: ${asked}`);

  for (const ticket of inFront.reverse()) await server.call("DELETE", "/api/v1/queue/token", { ticket });
  await waitFor("the title says so", async () => /^●/.test(await tab.evaluate("() => document.title")), 60_000);
  assert.equal(await tab.evaluate("() => document.hidden"), true, "still not looked at");
  await waitFor("two tones", async () => (await tab.evaluate("() => window.tones")) === 2);
  assert.equal((await tab.evaluate("() => window.notices")).length, 2);
  const ticket = await server.ticket(
    await tab.evaluate("() => Number(localStorage.getItem('frontrow.user'))"),
    made.id,
  );
  const status = await server.call("GET", "/api/v1/queue/status", { ticket });
  assert.equal(status.status, "ACTIVE");
}

export const scenarios = [
  [
    "hidden by another tab: the page goes on asking, and tells of the turn by title, sound and notification",
    // Browsers slow a hidden page down to a tick a minute after five minutes; this one does so at once.
    (world) =>
      comeUpUnseen(world, {
        flags: ["--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1"],
        freeSeconds: 15,
        seconds: 40,
        ahead: 1,
        leastPolls: 5,
      }),
  ],
  [
    "hidden by another tab for more than six minutes, far from the front, in a browser as it is",
    (world) => comeUpUnseen(world, { flags: [], freeSeconds: 310, seconds: 430, ahead: 40, leastPolls: 3 }),
    "long",
  ],
];
