// The operator's page says nothing in English when it is Korean: its own words, and what the server says to programs.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { en } from "../src/admin/words.en";
import { ko } from "../src/admin/words.ko";

const kSource = "../../src";
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory()
      ? sources(join(folder, each.name))
      : /(?<!_test)\.[ch]pp$/.test(each.name)
        ? [join(folder, each.name)]
        : [],
  );
const texts = (folder: string) => sources(join(kSource, folder)).map((file) => readFileSync(file, "utf8"));

// Sentences about a field, in the sources of the server: “must be …”, “is required”.
const reasons = ["domain", "http", "api", "app"].flatMap(texts).flatMap((text) =>
  text
    .split("\n")
    .filter((line) => /errors(_)?\.(push_back|add)|fail\(|add\(|Reason =|kReason|reason =|bounds =/.test(line))
    .flatMap((line) =>
      [...line.matchAll(/"((?:must|is|has|exactly|cannot|may|names|contains) [^"]*)"/g)].map((found) => found[1]!),
    ),
);
const rules = [
  ...new Set(
    [
      ...readFileSync(join(kSource, "adapters/sql/audit_rules.cpp"), "utf8").matchAll(
        /\{"[A-Z]\d+",\s*"([a-z][^"]*)",/g,
      ),
    ].map((found) => found[1]!),
  ),
];
const events = [
  ...readFileSync("../../docs/events.md", "utf8").matchAll(
    /^\| `((?:reservation|payment|queue|concert|schedule)\.[a-z]+)` \|/gm,
  ),
].map((found) => found[1]!);

let said: typeof import("../src/admin/server_text");
let speak: (tag: string) => void;
beforeAll(async () => {
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("navigator", { languages: ["en"] });
  ({ speak } = await import("../src/base/words"));
  said = await import("../src/admin/server_text");
});

const all = (words: object): string[] =>
  Object.values(words).flatMap((each) =>
    typeof each === "function"
      ? [each("1", "2", "3", "4")]
      : typeof each === "object" && each
        ? all(each)
        : [each as string],
  );

describe("the page's own words", () => {
  it("are the same ones in both languages, and Korean in Korean", () => {
    expect(Object.keys(ko.csvErrors).sort()).toEqual(Object.keys(en.csvErrors).sort());
    expect(Object.keys(ko.refusals).sort()).toEqual(Object.keys(en.refusals).sort());
    const { priceLine, ...rest } = ko; // numbers and an arrow
    expect(all(rest).filter((text) => !/[가-힣]/.test(text))).toEqual([]);
    expect(priceLine("A", "5", "1P", "2P")).toBe("A: 5석, 1P → 2P");
  });
  it("have nothing translated word by word", () => {
    const bad = { ko: /돌려줌|좌석 잡기|잡는|\d 석|감사 실행|빈 좌석/, en: /ran out|given back|cannot be had/i };
    expect(all(ko).filter((text) => bad.ko.test(text))).toEqual([]);
    expect(all(en).filter((text) => bad.en.test(text))).toEqual([]);
  });
});

describe("what the server says", () => {
  beforeEach(() => speak("ko"));
  it("is found in its sources", () => {
    expect(reasons.length).toBeGreaterThan(20);
    expect(rules.length).toBeGreaterThan(20);
    expect(events.length).toBeGreaterThanOrEqual(5);
  });
  it("of a field is known", () => {
    const filled = reasons.map((reason) =>
      reason
        .replace(/\{\}/g, "7")
        .replace(/ to $/, " to 5")
        .replace(/ be $/, " be 1 to 5")
        .replace(/ at most $/, " at most 5 seats"),
    );
    const unknown = filled.filter((reason) => said.reasonText(reason) === said.kGeneralReason);
    expect(unknown).toEqual([]);
    for (const reason of filled) expect(said.reasonText(reason)).toMatch(/[가-힣]/);
  });
  it("that is new is replaced by a general sentence, never shown raw", () => {
    expect(said.reasonText("tastes odd")).toBe(said.kGeneralReason);
    expect(said.ruleText("all is well")).toBe(said.kGeneralRule);
    expect(said.eventName("moon.landed")).toMatch(/[가-힣]/);
    expect(said.dataName("weight")).toMatch(/[가-힣]/);
  });
  it("names fields by their place", () => {
    expect(said.fieldName("schedules[0].sections[2].name")).toBe("회차 1 · 구역 3 · 이름");
    expect(said.fieldName("prices[0].rows[1]")).toBe("열");
    speak("en");
    expect(said.fieldName("schedules[0].sections[2].name")).toBe("Date 1 · Section 3 · Name");
    expect(said.reasonText("is required")).toBe("is required.");
  });
  it("of the audit is known", () => {
    expect(rules.filter((rule) => said.ruleText(rule) === said.kGeneralRule)).toEqual([]);
    expect(said.exampleText("seat 3 of reservation 7, which is EXPIRED")).toBe("좌석 3, 예매 7");
  });
  it("of what happened is known", () => {
    expect(events.filter((event) => !said.knownEvents().includes(event))).toEqual([]);
  });
  it("of what operators did is known", () => {
    const header = readFileSync(join(kSource, "domain/deed.hpp"), "utf8");
    const deeds = [...header.matchAll(/return "([a-z]+\.[a-z]+)";/g)].map((found) => found[1]!);
    expect(deeds.length).toBeGreaterThan(5);
    expect(deeds.filter((deed) => !said.knownDeeds().includes(deed))).toEqual([]);
  });
});
