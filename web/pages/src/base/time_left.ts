// Milliseconds left until a deadline by the server's clock; re-renders on its seconds.
import { useEffect, useState } from "preact/hooks";
import { serverClock } from "./clock";
import { left, untilNextTick } from "./countdown";

export function useLeft(expiresAt: string | null): number {
  const [, again] = useState({});
  const now = left(expiresAt ?? 0, serverClock.now());
  useEffect(() => {
    if (!expiresAt || now <= 0) return;
    const timer = setTimeout(() => again({}), untilNextTick(now) + 5);
    return () => clearTimeout(timer);
  });
  return now;
}
