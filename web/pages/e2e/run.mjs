// Runs every scenario with a real server and a real browser; with a name on the command line, the scenarios whose title
// contains it.
// With FRONTROW_PROVE=1 it runs the long ones instead.
// With FRONTROW_TEST_PROFILE=cluster the server is two pods on the services that the file FRONTROW_SERVICES names.
import { Pods } from "./cluster.mjs";
import { startBrowser } from "./harness.mjs";
import { scenariosOf } from "./scenarios.mjs";

const kMost = 120_000;
const kMostLong = 900_000;
const kLanes = 2; // people mostly wait, so two scenarios can run at once
const wanted = process.argv[2] ?? "";
const isProving = process.env.FRONTROW_PROVE === "1";
const isCluster = process.env.FRONTROW_TEST_PROFILE === "cluster";
const pods = isCluster ? new Pods({ services: process.env.FRONTROW_SERVICES }) : undefined;
await pods?.start();
const browser = await startBrowser();
let failed = 0;

async function play([title, run, how]) {
  const most = how === "long" ? kMostLong : kMost;
  const began = Date.now();
  const cleanups = [];
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${most} ms`)), most);
    });
    await Promise.race([run({ browser, pods, onEnd: (what) => cleanups.push(what) }), late]);
    console.log(`ok    ${title} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${title}\n${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    for (const what of cleanups.reverse()) await what();
  }
}

const chosen = scenariosOf(isCluster ? "cluster" : "embedded", isProving).filter(([title]) => title.includes(wanted));
// It counts frames, or restarts a server that others use, so it runs alone.
const isAlone = ([, , how]) => how === "alone" || (how === "restarts" && isCluster);
const shared = chosen.filter((each) => !isAlone(each));
const lane = async () => {
  for (let next = shared.shift(); next; next = shared.shift()) await play(next);
};
await Promise.all(Array.from({ length: kLanes }, lane));
for (const each of chosen.filter(isAlone)) await play(each);
await browser.close();
await pods?.remove();
process.exit(failed > 0 ? 1 : 0);
