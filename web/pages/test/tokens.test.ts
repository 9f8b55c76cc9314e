// The colours of tokens.css: what lies on what can be told from it, in light and in dark, and the two dark sets are one.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/base/style/tokens.css", "utf8");

function colours(block: string): Map<string, string> {
  return new Map([...block.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1]!, match[2]!]));
}

const blockAfter = (start: string) => {
  const from = css.indexOf(start);
  expect(from, start).toBeGreaterThanOrEqual(0);
  return css.slice(from, css.indexOf("}", from));
};

const light = colours(blockAfter(":root {"));
const darkByDevice = colours(blockAfter(':root:not([data-theme="light"])'));
const darkByChoice = colours(blockAfter(':root[data-theme="dark"]'));

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const grounds = ["bg", "surface", "surface-2"];
const texts: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] => [
    ["text", ground],
    ["text-soft", ground],
  ]),
  ["accent", "bg"],
  ["accent", "surface"],
  ["accent-text", "accent"],
  ["good", "good-soft"],
  ["good", "surface"],
  ["bad", "bad-soft"],
  ["bad", "surface"],
  ["surface", "bad"],
  ["soon", "soon-soft"],
  ["text", "accent-soft"],
  ["seat-tick", "seat-chosen"],
  ...[0, 1, 2, 3, 4, 5].map((i): [string, string] => ["surface", `price-${i}`]), // the number on a free seat
];
const shapes: [string, string][] = [
  ...[0, 1, 2, 3, 4, 5].map((i): [string, string] => [`price-${i}`, "surface"]),
  ["seat-held", "surface"],
  ["seat-chosen", "surface"],
  ["seat-own", "surface"],
  ["line-strong", "surface"],
  ["focus", "bg"],
  ["focus", "surface"],
];

describe.each([
  ["light", light],
  ["dark", darkByDevice],
])("%s", (_, set) => {
  it.each(texts)("text %s on %s has 4.5:1", (a, b) =>
    expect(contrast(set.get(a)!, set.get(b)!)).toBeGreaterThanOrEqual(4.5),
  );
  it.each(shapes)("shape %s on %s has 3:1", (a, b) =>
    expect(contrast(set.get(a)!, set.get(b)!)).toBeGreaterThanOrEqual(3),
  );
});

it("dark is the same by device and by choice, and has every colour light has", () => {
  expect(darkByChoice).toEqual(darkByDevice);
  expect([...darkByDevice.keys()]).toEqual([...light.keys()]);
});
