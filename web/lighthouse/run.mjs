// Lighthouse over the buyer's pages, with the system's Chromium and a real server. Prints a table, and fails below kLeast.
// A name on the command line measures the pages whose name contains it.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const binary = process.env.FRONTROW_BINARY ?? "../../build/release/frontrow";
const kLeast = 95;
const kRuns = 3; // the middle one by performance counts: others may be at work on this machine
const kStartMs = 30_000;
const kCategories = ["performance", "accessibility", "best-practices"];

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

async function startServer(folder) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FRONTROW_")));
  const flags = ["--port", new URL(url).port, "--data-dir", folder, "--log-level", "error", "--demo"];
  const server = spawn(binary, ["serve", ...flags], { env: environment, stdio: ["ignore", "ignore", "inherit"] });
  const deadline = Date.now() + kStartMs;
  const isReady = () => fetch(`${url}/actuator/health/readiness`).then((reply) => reply.ok, () => false);
  while (!(await isReady())) {
    if (Date.now() > deadline || server.exitCode !== null) throw new Error("the server does not start");
    await new Promise((done) => setTimeout(done, 50));
  }
  return { url, server };
}

async function call(url, path, { body, ...headers } = {}) {
  const method = body ? "POST" : "GET";
  const reply = await fetch(url + path, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
  return reply.json();
}

// A user half way through, so that every page has something to show. The browser is told who that is
// by what the pages keep in storage, and Lighthouse leaves storage alone.
async function stepsOf(url, folder) {
  const admin = { Authorization: `Bearer ${readFileSync(join(folder, "admin.token"), "utf8").trim()}` };
  const made = await call(url, "/api/v1/admin/concerts", {
    ...admin,
    body: {
      title: "Measured",
      venue: "Hall",
      schedules: [{ startsAt: "2039-05-01T10:00:00.000Z", sections: [{ name: "A", rows: 20, seatsPerRow: 40, price: 1000 }] }],
    },
  });
  const [schedule] = made.schedules;
  const ticket = await call(url, "/api/v1/queue/token", { body: { userId: 7, concertId: made.id } });
  const held = await call(url, `/api/v1/concerts/${made.id}/reservations`, {
    "X-Queue-Token": ticket.token,
    body: { scheduleId: schedule.id, seatIds: [schedule.firstSeatId] },
  });
  const kept = {
    "frontrow.user": "7",
    [`frontrow.ticket.7.${made.id}`]: JSON.stringify({ token: ticket.token, firstPosition: 1, joinedAt: Date.now() }),
  };
  const pages = {
    concerts: "/",
    dates: `/#/concerts/${made.id}`,
    "seat map": `/#/concerts/${made.id}/dates/${schedule.id}`,
    hold: `/#/reservations/${held.reservationId}`,
    "my reservations": "/#/reservations",
  };
  return { pages, kept };
}

const folder = mkdtempSync(join(tmpdir(), "frontrow-lighthouse-"));
const { url, server } = await startServer(folder);
const browser = await puppeteer.launch({
  executablePath: process.env.FRONTROW_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
let isGood = true;
try {
  const { pages, kept } = await stepsOf(url, folder);
  const page = await browser.newPage();
  await page.goto(`${url}/actuator/info`); // of this origin, and without a script
  await page.evaluate((all) => Object.entries(all).forEach(([name, value]) => localStorage.setItem(name, value)), kept);
  console.log(`| page | device | ${kCategories.join(" | ")} | LCP | TBT | CLS |`);
  console.log(`|---|---|${kCategories.map(() => "---|").join("")}---|---|---|`);
  for (const [name, path] of Object.entries(pages).filter(([name]) => name.includes(process.argv[2] ?? "")))
    for (const device of ["phone", "desktop"]) {
      const flags = { logLevel: "error", onlyCategories: kCategories, disableStorageReset: true };
      const config = device === "desktop" ? desktopConfig : undefined;
      const runs = [];
      for (let run = 0; run < kRuns; ++run) runs.push((await lighthouse(url + path, flags, config, page)).lhr);
      runs.sort((a, b) => a.categories.performance.score - b.categories.performance.score);
      const lhr = runs[Math.floor(kRuns / 2)];
      const scores = kCategories.map((each) => Math.round(lhr.categories[each].score * 100));
      const shown = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];
      console.log(`| ${[name, device, ...scores, ...shown.map((each) => lhr.audits[each].displayValue)].join(" | ")} |`);
      if (scores.every((score) => score >= kLeast)) continue;
      isGood = false;
      for (const { id, title, score } of Object.values(lhr.audits))
        if (score !== null && score < 0.9) console.log(`      ${id}: ${title} (${score})`);
    }
} finally {
  await browser.close();
  server.kill("SIGTERM");
  await new Promise((done) => server.once("exit", done));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isGood ? 0 : 1);
