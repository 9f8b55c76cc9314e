// Runs every scenario against a real server in a real browser; a name on the command line runs those whose title contains it.
import { startBrowser } from "./harness.mjs";
import { scenarios } from "./scenarios.mjs";

const kMost = 90_000;
const kLanes = 2; // people mostly wait, so two can do so at once
const wanted = process.argv[2] ?? "";
const browser = await startBrowser();
let failed = 0;

async function play([title, run]) {
  const began = Date.now();
  const cleanups = [];
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${kMost} ms`)), kMost);
    });
    await Promise.race([run({ browser, onEnd: (what) => cleanups.push(what) }), late]);
    console.log(`ok    ${title} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${title}\n${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
    for (const what of cleanups.reverse()) await what();
  }
}

const chosen = scenarios.filter(([title]) => title.includes(wanted));
const isAlone = ([, , how]) => how === "alone"; // it counts frames
const shared = chosen.filter((each) => !isAlone(each));
const lane = async () => {
  for (let next = shared.shift(); next; next = shared.shift()) await play(next);
};
await Promise.all(Array.from({ length: kLanes }, lane));
for (const each of chosen.filter(isAlone)) await play(each);
await browser.close();
process.exit(failed > 0 ? 1 : 0);
