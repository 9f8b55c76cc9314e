// What is said: in both languages, for every refusal the server can make. Runs without a browser, so what the modules touch is stood in for.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { knownSteps, stepAfter } from "../src/base/next_step";
import { en } from "../src/base/words.en";
import { ko } from "../src/base/words.ko";

const codes = [...readFileSync("../../docs/reference/errors.md", "utf8").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
  (match) => match[1]!,
);

describe("refusals", () => {
  it("are known from the reference", () => expect(codes.length).toBeGreaterThan(25));
  it.each(codes)("%s has a sentence and a next step in both languages", (code) => {
    for (const words of [en, ko]) {
      const [say, next] = words.refusals[code] ?? ["", ""];
      expect(say.length).toBeGreaterThan(5);
      expect(next.length).toBeGreaterThan(5);
    }
    expect(ko.refusals[code]![0]).toMatch(/[가-힣]/);
  });
  it("have something to click, or say what on the screen to use", () => {
    const own = ["OFFLINE", "UNKNOWN"];
    expect(knownSteps().sort()).toEqual([...codes, ...own].sort());
    expect(stepAfter("CONCERT_NOT_FOUND")).toBe("concerts");
    expect(stepAfter("SOMETHING_NEW")).toBe("retry");
  });
  it("has none that the server cannot make", () => {
    const own = ["OFFLINE", "UNKNOWN"];
    for (const words of [en, ko])
      expect(Object.keys(words.refusals).filter((code) => !codes.includes(code) && !own.includes(code))).toEqual([]);
  });
});

it("every word exists in both languages", () => {
  expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
});

// As no Korean shop says it, or as no English one does. Each was on a page once.
const kTranslated = {
  ko: /줄 서|줄을 서|줄에서|좌석 잡기|잡아 두|석 잡|돌려|\d 석|한발 먼저|빼기|새치기|감사 실행/,
  en: /cannot be had|ran out|sign of life|gave these|give back|given back|get in line|a moment faster|be asked at|you need not/i,
};

describe("what is said", () => {
  const all = (words: object): string[] =>
    Object.values(words).flatMap((each) =>
      typeof each === "function" ? [each(1, "1")] : typeof each === "object" ? all(each) : [each as string],
    );
  it("is said as shops say it", () => {
    expect(all(ko).filter((text) => kTranslated.ko.test(text))).toEqual([]);
    expect(all(en).filter((text) => kTranslated.en.test(text))).toEqual([]);
    expect([ko.getInLine, ko.waitingTitle, ko.giveBack, ko.mine, ko.together(1), ko.together(4)]).toEqual([
      "예매하기",
      "대기 중입니다",
      "예매 취소",
      "예매 내역",
      "1석",
      "4석 연석",
    ]);
  });
  it("is Korean in Korean", () => {
    const { locale, refusals, points, priceRange, ...rest } = ko;
    for (const text of [...all(rest), ...all(refusals)]) expect(text).toMatch(/[가-힣]/);
    expect(points("1,000")).toBe("1,000P");
  });
});

describe("how long it may take", () => {
  let waitText: typeof import("../src/base/words").waitText;
  let number: (n: number) => string;
  let dateTime: (iso: string) => string;
  let speak: (tag: string) => void;
  beforeAll(async () => {
    vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("navigator", { languages: ["en"] });
    ({ waitText, number, dateTime, speak } = await import("../src/base/words"));
  });
  it("is written with the hours of the country", () => {
    const evening = new Date(2039, 4, 1, 19, 0).toISOString();
    expect(dateTime(evening)).toContain("19:00");
    expect(dateTime(new Date(2039, 4, 1, 9, 5).toISOString())).toContain("9:05");
    speak("ko");
    expect(dateTime(evening)).toContain("오후 7:00");
    expect(dateTime(new Date(2039, 4, 1, 9, 5).toISOString())).toContain("오전 9:05");
    speak("en");
  });
  it("writes numbers as both languages do", () => {
    for (const n of [0, 7, 999, 1000, 50_000, 1_234_567, 9_007_199_254_740_991, 1234.5, 0.1, -1000])
      for (const locale of ["en-GB", "ko-KR"]) expect(number(n)).toBe(n.toLocaleString(locale));
  });
  it("is the server's range in whole minutes, outwards", () => {
    const said = (fromSeconds: number, toSeconds: number) => waitText({ fromSeconds, toSeconds });
    expect(waitText(null)).toBe("Not known yet");
    expect(said(10, 59)).toBe("Less than a minute");
    expect(said(10, 61)).toBe("Up to 2 min");
    expect(said(200, 421)).toBe("3–8 minutes");
    expect(said(120, 120)).toBe("2–3 minutes");
    expect(said(3000, 7200)).toBe("About 50 min to 2 h");
    expect(said(0, 7200)).toBe("Up to 2 h");
    speak("ko");
    expect(waitText(null)).toBe("아직 알 수 없습니다");
    expect(said(200, 421)).toBe("약 3~8분");
    expect(said(3000, 7200)).toBe("약 50분~2시간");
    speak("en");
  });
});

describe("times", () => {
  let say: typeof import("../src/base/words");
  const evening = "2026-12-05T10:00:00.000Z";
  beforeAll(async () => {
    say = await import("../src/base/words");
  });
  it("are the venue's, with year and zone, in both languages", () => {
    say.language.set("en");
    expect(say.venueTime(evening, "Asia/Seoul")).toBe("Sat, 5 Dec 2026 19:00 (South Korea Time)");
    expect(say.venueTime(evening, "America/New_York")).toBe("Sat, 5 Dec 2026 05:00 (New York Time)");
    say.language.set("ko");
    expect(say.venueTime(evening, "Asia/Seoul")).toBe("2026년 12월 5일 (토) 오후 7:00 (대한민국 시간)");
    expect(say.venueTime("2026-12-05T00:05:00.000Z", "Asia/Seoul")).toContain("오전 9:05");
    say.language.set("en");
  });
  it("follow the zone's own summer time", () => {
    expect(say.venueTime("2026-07-05T17:00:00.000Z", "Europe/Berlin")).toContain("19:00");
    expect(say.venueTime("2026-12-05T18:00:00.000Z", "Europe/Berlin")).toContain("19:00");
  });
  it("of this device are said where they differ, by day or hour, and only there", () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(say.ownTime(evening, here)).toBeNull();
    const other = here === "Pacific/Kiritimati" ? "Pacific/Pago_Pago" : "Pacific/Kiritimati";
    expect(say.ownTime(evening, other)).toMatch(/^Your time: .* \d+:\d\d$/);
  });
  it("name the day at the venue, not here", () => {
    const day = say.day("2026-12-31T16:30:00.000Z", "Asia/Seoul");
    expect([day.day, day.year, day.time, day.weekday]).toEqual(["1", "2027", "01:30", "Friday"]);
  });
});
