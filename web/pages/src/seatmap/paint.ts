// What a seat looks like, for both ways of drawing. Not by colour alone: free is filled, held a ring, sold a dot, chosen has a tick.
import type { Layout } from "./geometry";

export const kFree = 0;
export const kHeld = 1;
export const kSold = 2;
export const kChosen = 3;
export const kOwn = 4;

export const kClasses = 6; // price classes with a colour of their own; cheaper ones share the last

export interface Picture {
  layout: Layout;
  codes: Uint8Array; // of seat i
  classes: Uint8Array;
}

export const kHalf = 0.39; // half a seat

// Prices from high to low, and the class of each seat.
export function priceClasses(prices: readonly number[]): { prices: number[]; classOf: Uint8Array } {
  const distinct = [...new Set(prices)].sort((a, b) => b - a);
  const index = new Map(distinct.map((price, i) => [price, Math.min(i, kClasses - 1)]));
  return { prices: distinct, classOf: Uint8Array.from(prices, (price) => index.get(price)!) };
}

const round = (n: number) => Math.round(n * 100) / 100;

const square = (x: number, y: number) =>
  `M${round(x - kHalf)} ${round(y - kHalf + 0.2)}q0-.2 .2-.2h.38q.2 0 .2 .2v.38q0 .2-.2 .2h-.38q-.2 0-.2-.2z`;
const dot = (x: number, y: number) => `M${round(x - 0.13)} ${round(y)}a.13 .13 0 1 0 .26 0a.13 .13 0 1 0-.26 0z`;

// One path a look: a map of two thousand seats is a dozen elements.
export function paths({ layout, codes, classes }: Picture): Map<string, string> {
  const parts = new Map<string, string[]>();
  const add = (name: string, part: string) => {
    const list = parts.get(name);
    if (list) list.push(part);
    else parts.set(name, [part]);
  };
  for (let i = 0; i < codes.length; ++i) {
    const [x, y] = [layout.x[i]!, layout.y[i]!];
    if (codes[i] === kFree) add(`seat p${classes[i]}`, square(x, y));
    else if (codes[i] === kHeld) add("seat held", square(x, y));
    else if (codes[i] === kSold) add("seat sold", dot(x, y));
    else {
      add(codes[i] === kChosen ? "seat chosen" : "seat own", square(x, y));
      add("tick", `M${round(x - 0.18)} ${round(y)}l.13 .14l.24-.28`);
    }
  }
  return new Map([...parts].map(([name, list]) => [name, list.join("")]));
}

export interface Colours {
  free: string[];
  taken: Record<number, string>; // by code
  text: string;
  font: string;
  ground: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    free: Array.from({ length: kClasses }, (_, i) => colour(`--price-${i}`)),
    taken: {
      [kHeld]: colour("--seat-held"),
      [kSold]: colour("--seat-sold"),
      [kChosen]: colour("--seat-chosen"),
      [kOwn]: colour("--seat-own"),
    },
    text: colour("--text-soft"),
    font: style.fontFamily,
    ground: colour("--surface"),
  };
}
