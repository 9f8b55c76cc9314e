// A value that components can watch. All there is to our state management.
import { useEffect, useState } from "preact/hooks";

export interface State<T> {
  get(): T;
  set(value: T): void;
  watch(listener: () => void): () => void;
}

export function state<T>(value: T): State<T> {
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useValue<T>(of: State<T>): T {
  const [, again] = useState({});
  useEffect(() => of.watch(() => again({})), [of]);
  return of.get();
}
