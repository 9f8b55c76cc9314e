// The clock of background_timer.ts: [id, ms] asks to be woken with that id after so long, [id] calls it off.
const timers = new Map<number, ReturnType<typeof setTimeout>>();

self.onmessage = (event: MessageEvent<[id: number, ms?: number]>) => {
  const [id, ms] = event.data;
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (ms === undefined) return;
  timers.set(
    id,
    setTimeout(() => {
      timers.delete(id);
      self.postMessage(id);
    }, ms),
  );
};
