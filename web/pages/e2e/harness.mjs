// A real server on a data directory of its own, a real browser, and a few words to talk to both.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const binary = process.env.FRONTROW_BINARY ?? "../../build/release/frontrow";
const browserPath = process.env.FRONTROW_CHROMIUM ?? "/usr/bin/chromium";
// The server refuses settings it does not know, and ours are not for it.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FRONTROW_")));
const kStartMs = 30_000;
const kPatienceMs = 20_000; // for what takes a moment, on a machine where others build

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class Server {
  constructor(flags = []) {
    this.directory = mkdtempSync(join(tmpdir(), "frontrow-pages-"));
    this.flags = flags;
  }

  async start() {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.process = spawn(
      binary,
      ["serve", "--port", String(this.port), "--data-dir", this.directory, "--log-level", "warn", ...this.flags],
      {
        env: environment,
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    const deadline = Date.now() + kStartMs;
    while (
      !(await fetch(`${this.url}/actuator/health/readiness`).then(
        (reply) => reply.ok,
        () => false,
      ))
    ) {
      if (Date.now() > deadline || this.process.exitCode !== null) throw new Error("the server does not start");
      await new Promise((done) => setTimeout(done, 50));
    }
    const file = join(this.directory, "admin.token");
    this.admin = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    return this;
  }

  async stop(signal = "SIGTERM") {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill(signal);
    await ended;
  }

  async remove() {
    await this.stop("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }

  async call(method, path, { body, ticket, admin } = {}) {
    const headers = { "Content-Type": "application/json" };
    if (ticket) headers["X-Queue-Token"] = ticket;
    if (admin) headers.Authorization = `Bearer ${this.admin}`;
    const reply = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await reply.text();
    if (!reply.ok) throw Object.assign(new Error(`${method} ${path}: ${text}`), { status: reply.status });
    return text ? JSON.parse(text) : undefined;
  }

  concert(plan) {
    const schedules = plan.schedules ?? [{ startsAt: inDays(30), seats: { count: 50, price: 50_000 } }];
    return this.call("POST", "/api/v1/admin/concerts", { admin: true, body: { ...plan, schedules } });
  }

  setQueue(id, settings) {
    return this.call("PUT", `/api/v1/admin/concerts/${id}/queue`, { admin: true, body: settings });
  }

  async ticket(userId, concertId) {
    const joined = await this.call("POST", "/api/v1/queue/token", { body: { userId, concertId } });
    return joined.token;
  }

  hold(concertId, scheduleId, seatIds, ticket) {
    return this.call("POST", `/api/v1/concerts/${concertId}/reservations`, { ticket, body: { scheduleId, seatIds } });
  }
}

export function inDays(days, hour = 10) {
  const date = new Date(Date.now() + days * 86_400_000);
  date.setUTCHours(hour, 0, 0, 0);
  return date.toISOString();
}

export function startBrowser() {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A shop under a name and without TLS: what browsers keep for secure pages is missing there.
      "--host-resolver-rules=MAP shop.test 127.0.0.1",
    ],
  });
}

// A person with a browser of their own.
export async function person(browser, server, { user, locale = "en-GB", ...options } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    locale,
    timezoneId: "Asia/Seoul",
    viewport: { width: 1100, height: 800 },
    ...options,
  });
  if (user)
    await context.addInitScript(
      (id) => localStorage.getItem("frontrow.user") ?? localStorage.setItem("frontrow.user", String(id)),
      user,
    );
  const page = await context.newPage();
  page.setDefaultTimeout(kPatienceMs);
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (message) => {
    // A refusal is an answer; the browser logs it as an error all the same.
    // And over plain HTTP it says that it ignores one of our headers.
    const isKnown = /Failed to load resource|Cross-Origin-Opener-Policy header has been ignored/.test(message.text());
    if (message.type() === "error" && !isKnown) page.faults.push(message.text());
  });
  return page;
}
