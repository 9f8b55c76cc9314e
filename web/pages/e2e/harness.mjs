// A real server, alone or as several pods, a real browser, and functions to use both.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const binary = process.env.FRONTROW_BINARY ?? "../../build/release/frontrow";
export const browserPath = process.env.FRONTROW_CHROMIUM ?? "/usr/bin/chromium";
// The server refuses unknown settings, and the tests' own are not for it.
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FRONTROW_")));
const kStartMs = 30_000;
const kPatienceMs = 20_000; // for events that take a moment, on a machine with other builds
// Below the range from which the system gives ports to clients: so a server that is down for a moment finds its port
// free.
const kPorts = [15_000, Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t")[0])];

export const waitFor = async (what, isSo, ms = kPatienceMs) => {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = await isSo();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
};

const isFree = (port) =>
  new Promise((done) => {
    const server = createServer()
      .once("error", () => done(false))
      .listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });

export const freePort = () =>
  waitFor("a free port", async () => {
    const port = kPorts[0] + Math.floor(Math.random() * (kPorts[1] - kPorts[0]));
    return (await isFree(port)) && port;
  });

// A process that answers at a port, with its own directory. It dies with this process, even if this is killed.
export class Program {
  constructor(command, settings = {}) {
    this.command = command;
    this.settings = settings;
  }

  async start(url) {
    this.process = spawn("setpriv", ["--pdeathsig", "KILL", ...this.command], {
      env: { ...environment, PATH: `${environment.PATH}:/usr/sbin`, ...this.settings },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await waitFor(
      `${this.command[0]} is ready`,
      () => {
        if (this.process.exitCode !== null) throw new Error(`${this.command[0]} does not start`);
        return isReady(url);
      },
      kStartMs,
    );
  }

  async stop(signal) {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((done) => this.process.once("exit", done));
    this.process.kill(signal);
    await ended;
  }
}

const isReady = (url) =>
  fetch(`${url}/actuator/health/readiness`).then(
    (reply) => reply.ok,
    () => false,
  );

export const serverProgram = (port, directory, flags, settings) =>
  new Program(
    [binary, "serve", "--port", String(port), "--data-dir", directory, "--log-level", "warn", ...flags],
    settings,
  );

// Requests to a sale, at any address.
export class Sale {
  async call(method, path, { body, ticket, admin } = {}) {
    const headers = { "Content-Type": "application/json" };
    if (ticket) headers["X-Queue-Token"] = ticket;
    if (admin) headers.Authorization = `Bearer ${this.admin}`;
    const reply = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await reply.text();
    if (!reply.ok) throw Object.assign(new Error(`${method} ${path}: ${text}`), { status: reply.status });
    return text ? JSON.parse(text) : undefined;
  }

  // A pod learns of another pod's changes a moment later: waits until each pod answers with them, so that every later
  // look sees them.
  async everywhere(path, isSo = () => true) {
    const headers = { Authorization: `Bearer ${this.admin}` };
    for (const url of this.everyUrl())
      await waitFor(`${path} is so at ${url}`, async () => {
        const reply = await fetch(url + path, { headers });
        return reply.ok && isSo(await reply.json());
      });
  }

  everyUrl() {
    return [this.url];
  }

  concert(plan) {
    const schedules = plan.schedules ?? [{ startsAt: inDays(30), seats: { count: 50, price: 50_000 } }];
    return this.call("POST", "/api/v1/admin/concerts", { admin: true, body: { ...plan, schedules } });
  }

  async ticket(userId, concertId) {
    const joined = await this.call("POST", "/api/v1/queue/token", { body: { userId, concertId } });
    return joined.token;
  }

  hold(concertId, scheduleId, seatIds, ticket) {
    return this.call("POST", `/api/v1/concerts/${concertId}/reservations`, { ticket, body: { scheduleId, seatIds } });
  }
}

// One server with its own database: the embedded profile.
export class Server extends Sale {
  constructor(flags = []) {
    super();
    this.directory = mkdtempSync(join(tmpdir(), "frontrow-pages-"));
    this.flags = flags;
  }

  async start() {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.program ??= serverProgram(this.port, this.directory, this.flags);
    await this.program.start(this.url);
    const file = join(this.directory, "admin.token");
    this.admin = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
    return this;
  }

  async stop(signal = "SIGTERM") {
    await this.program?.stop(signal);
  }

  async remove() {
    await this.stop("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
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
      // A shop under a name and without TLS: functions that browsers keep for secure pages are missing there.
      "--host-resolver-rules=MAP shop.test 127.0.0.1",
    ],
  });
}

// A person with their own browser.
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
    // The browser logs every refusal as an error; here a refusal is a normal answer.
    // Over plain HTTP the browser logs that it ignores one of our headers.
    const isKnown = /Failed to load resource|Cross-Origin-Opener-Policy header has been ignored/.test(message.text());
    if (message.type() === "error" && !isKnown) page.faults.push(message.text());
  });
  return page;
}
