// Asks again and again for as long as a component is shown and wants it.
import { useEffect } from "preact/hooks";
import { type Asked, Poller } from "./poll";

interface When {
  isOn?: boolean;
  firstMs?: number; // until it is asked for the first time
}

// `key` begins anew; until then the `ask` of the first rendering is used.
export function usePolling(key: unknown, ask: () => Promise<Asked>, { isOn = true, firstMs = 0 }: When = {}): void {
  useEffect(() => {
    if (!isOn) return;
    const poller = new Poller(ask);
    poller.start(firstMs);
    return () => poller.stop();
  }, [key, isOn]);
}

const kWatchMs = 10_000;

// Seats of what is sold out come back: it is asked for again every ten seconds, not by everybody in the same moment.
export function useSoldOutWatch(isSoldOut: boolean, reload: () => Promise<void>): void {
  const ask = async () => {
    await reload();
    return { nextMs: kWatchMs * (1 + 0.3 * Math.random()) };
  };
  usePolling(null, ask, { isOn: isSoldOut, firstMs: kWatchMs });
}
