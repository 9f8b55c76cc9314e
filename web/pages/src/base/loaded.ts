// What a screen loads, and when it is loaded anew.
import { useEffect, useRef, useState } from "preact/hooks";
import { browserWorld } from "./poll";

export interface Loaded<T> {
  value: T | null;
  error: unknown;
  reload(): void;
  put(value: T): void;
}

// Loads when `key` changes; what comes too late is dropped. What is `known` already is shown meanwhile.
export function useLoaded<T>(key: string, load: () => Promise<T>, known: T | null = null): Loaded<T> {
  const [kept, keep] = useState<{ key: string; value: T | null; error: unknown }>({ key, value: known, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    load().then(
      (value) => isWanted && keep({ key, value, error: null }),
      (error) => isWanted && keep((was) => ({ key, value: was.key === key ? was.value : null, error })),
    );
    return () => {
      isWanted = false;
    };
  }, [key, round]);
  const fits = kept.key === key;
  return {
    value: fits ? kept.value : null,
    error: fits ? kept.error : null,
    reload: () => setRound((n) => n + 1),
    put: (value) => keep({ key, value, error: null }),
  };
}

// Runs when the page is looked at again or the network is back: what was loaded may be old by then.
export function useReturn(what: () => void): void {
  const latest = useRef(what);
  latest.current = what;
  useEffect(() => browserWorld.onReturn(() => latest.current()), []);
}
