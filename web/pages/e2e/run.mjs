// Runs every scenario against a real server in a real browser; a name on the command line runs those whose title contains it.
import { startBrowser } from "./harness.mjs";
import { scenarios } from "./scenarios.mjs";

const kMost = 90_000;
const wanted = process.argv[2] ?? "";
const browser = await startBrowser();
let failed = 0;
for (const [title, run] of scenarios) {
  if (!title.includes(wanted)) continue;
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
await browser.close();
process.exit(failed > 0 ? 1 : 0);
