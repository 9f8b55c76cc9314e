// What keys mean on the map.

export type KeyMeaning =
  | { kind: "move"; dx: number; dy: number }
  | { kind: "toggle" }
  | { kind: "zoom"; factor: number }
  | { kind: "all" };

const kMeanings: Record<string, KeyMeaning> = {
  ArrowLeft: { kind: "move", dx: -1, dy: 0 },
  ArrowRight: { kind: "move", dx: 1, dy: 0 },
  ArrowUp: { kind: "move", dx: 0, dy: -1 },
  ArrowDown: { kind: "move", dx: 0, dy: 1 },
  Enter: { kind: "toggle" },
  " ": { kind: "toggle" },
  "+": { kind: "zoom", factor: 1.5 },
  "=": { kind: "zoom", factor: 1.5 },
  "-": { kind: "zoom", factor: 1 / 1.5 },
  "0": { kind: "all" },
};

// Undefined: the key is the browser's.
export const meaningOf = (key: string): KeyMeaning | undefined =>
  Object.hasOwn(kMeanings, key) ? kMeanings[key] : undefined;
