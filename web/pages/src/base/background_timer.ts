// Timers that keep their time while the page is hidden. Browsers slow a hidden page's own timers down to one a minute; those of a
// dedicated worker go on, and a message from it is delivered at once.
import workerUrl from "./timer.worker?worker&url";

interface Policy {
  createScriptURL(url: string): string;
}

// Our policy (src/http/page.cpp) lets no text become a script but by this one, and this one lets nothing pass but the worker's address.
function trusted(url: string): string {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
  if (!types) return url;
  return types
    .createPolicy("frontrow-timer", {
      createScriptURL(wanted) {
        if (wanted !== workerUrl) throw new TypeError("not our worker");
        return wanted;
      },
    })
    .createScriptURL(url);
}

let worker: Worker | null | undefined; // null: the browser gives us none
const waiting = new Map<number, () => void>();
let last = 0;

function fire(id: number): void {
  const what = waiting.get(id);
  waiting.delete(id);
  what?.();
}

// Without its worker the page keeps time itself, as slowly as the browser lets it.
function loseWorker(): void {
  worker = null;
  for (const id of [...waiting.keys()]) fire(id);
}

function theWorker(): Worker | null {
  if (worker !== undefined) return worker;
  try {
    worker = new Worker(trusted(workerUrl));
    worker.onmessage = (event: MessageEvent<number>) => fire(event.data);
    worker.onerror = loseWorker;
  } catch {
    worker = null;
  }
  return worker;
}

export function inBackground(ms: number, what: () => void): () => void {
  const id = ++last;
  waiting.set(id, what);
  const timer = theWorker();
  const own = timer ? undefined : setTimeout(() => fire(id), ms);
  timer?.postMessage([id, ms]);
  return () => {
    clearTimeout(own);
    if (waiting.delete(id)) timer?.postMessage([id]);
  };
}
