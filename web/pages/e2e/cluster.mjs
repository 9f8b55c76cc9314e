// The cluster profile: two pods on real services, behind a balancer that sends every request to the other pod.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, Program, Sale, serverProgram, waitFor } from "./harness.mjs";

const kPods = 2;
const newSale = (...words) => execFileSync("python3", ["e2e/new_sale.py", ...words], { encoding: "utf8" });

export class Pods extends Sale {
  // With `settings` the pods join an existing sale; otherwise it is a new one.
  constructor({ services, settings, flags = [] }) {
    super();
    this.directory = mkdtempSync(join(tmpdir(), "frontrow-pods-"));
    this.settings = settings ?? JSON.parse(newSale(services, this.directory));
    this.admin = readFileSync(this.settings.FRONTROW_ADMIN_TOKEN_FILE, "utf8").trim();
    this.flags = flags;
  }

  // More pods of the same sale, with other flags.
  others(flags) {
    return new Pods({ settings: this.settings, flags });
  }

  async start() {
    if (!this.pods) {
      const ports = [];
      for (let i = 0; i <= kPods; ++i) ports.push(await freePort());
      [this.port, ...this.podPorts] = ports;
      this.url = `http://127.0.0.1:${this.port}`;
      const file = join(this.directory, "haproxy.cfg");
      writeFileSync(file, newSale("balancer", ...ports.map(String)));
      this.pods = this.podPorts.map((port, i) =>
        serverProgram(port, join(this.directory, `pod-${i}`), this.flags, this.settings),
      );
      this.balancer = new Program(["haproxy", "-db", "-f", file]);
    }
    for (const i of this.pods.keys()) await this.startPod(i); // not in the same millisecond: their start times tell them apart
    if (!this.balancer.process) await this.balancer.start(this.url);
    const seen = new Set([undefined]);
    await waitFor("the balancer goes to every pod", async () => seen.add(await this.whoAnswers()).size > kPods);
    return this;
  }

  // The identity of the pod that answers; nothing if none does.
  async whoAnswers() {
    const reply = await fetch(`${this.url}/actuator/prometheus`);
    return reply.ok ? /^process_start_time_seconds .*/m.exec(await reply.text())[0] : undefined;
  }

  startPod(i) {
    return this.pods[i].start(this.everyUrl()[i]);
  }

  stopPod(i, signal) {
    return this.pods[i].stop(signal);
  }

  // The balancer goes on without any pod behind it.
  async stop(signal = "SIGTERM") {
    await Promise.all(this.pods.map((pod) => pod.stop(signal)));
  }

  async remove() {
    await Promise.all([...(this.pods ?? []), this.balancer].map((program) => program?.stop("SIGKILL")));
    rmSync(this.directory, { recursive: true, force: true });
  }

  everyUrl() {
    return this.podPorts.map((port) => `http://127.0.0.1:${port}`);
  }

  // A pod that reaches a new room before the pod that opens it answers 503 for a moment; asking twice for a place is
  // safe.
  ticket(userId, concertId) {
    return waitFor("a place in line", () =>
      super.ticket(userId, concertId).catch((failed) => {
        if (failed.status !== 503) throw failed;
      }),
    );
  }

  // All pods know the concert before the page does.
  async concert(plan) {
    const made = await super.concert(plan);
    await this.everywhere(`/api/v1/concerts/${made.id}`);
    return made;
  }
}
