// Which language is spoken, and numbers and times in it.
import { state, useValue } from "./state";
import { prefer, preference } from "./storage";
import { en, type Words } from "./words.en";
import { ko } from "./words.ko";

const kLanguages: Record<string, Words> = { en, ko };

function firstLanguage(): string {
  const wanted = [preference("language") ?? "", ...navigator.languages];
  return wanted.map((tag) => tag.slice(0, 2)).find((tag) => tag in kLanguages) ?? "en";
}

export const language = state(firstLanguage());

function show(): void {
  document.documentElement.lang = language.get();
}

export function startLanguage(): void {
  show();
  language.watch(show);
}

export function speak(tag: string): void {
  prefer("language", tag);
  language.set(tag);
}

export const words = (): Words => kLanguages[language.get()] ?? en;

export function useWords(): Words {
  return kLanguages[useValue(language)] ?? en;
}

export const locale = () => (language.get() === "ko" ? "ko-KR" : "en-GB");
// A clock of twelve hours is written without a leading zero (오후 7:00), one of 24 with it (07:00).
const hour = (name: string) => (name === "ko-KR" ? "numeric" : "2-digit");

// Making a formatter takes a phone a good part of a millisecond, using one almost nothing.
function kept<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const name = locale();
    let known = made.get(name);
    if (known === undefined) {
      known = make(name);
      made.set(name, known);
    }
    return known;
  };
}

// Korean browsers disagree about the half of the day: “오후” or “PM”.
export function timeText(format: Intl.DateTimeFormat, iso: string): string {
  const text = (part: Intl.DateTimeFormatPart) => {
    if (part.type !== "dayPeriod" || language.get() !== "ko") return part.value;
    return /^(am|오전)$/i.test(part.value) ? "오전" : "오후";
  };
  return format.formatToParts(new Date(iso)).map(text).join("");
}

const dates = (options: Intl.DateTimeFormatOptions) => {
  const format = kept((name) => {
    const fitting = options.hour ? { ...options, hour: hour(name) } : options;
    return new Intl.DateTimeFormat(name, fitting as Intl.DateTimeFormatOptions);
  });
  return (iso: string) => timeText(format(), iso);
};

// Both languages group by three with a comma. The first Intl.NumberFormat of a page costs more than all our own script.
export function number(n: number): string {
  const [whole, part] = String(n).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}

export const money = (n: number) => words().points(number(n));

export const dateTime = dates({
  weekday: "short",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

// The venue's time with its year and zone, on one line.
export function venueTime(iso: string, zone: string): string {
  const format = new Intl.DateTimeFormat(locale(), {
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: hour(locale()) as "numeric",
    minute: "2-digit",
    timeZone: zone,
    timeZoneName: "shortGeneric",
  });
  return timeText(format, iso);
}

// The same moment on this device, where its clock shows another time than the venue's; else nothing.
export function ownTime(iso: string, zone: string): string | null {
  const at = (timeZone?: string) =>
    new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(new Date(iso));
  return at() === at(zone) ? null : dateTime(iso);
}

// With seconds, for logs.
export const clockTime = dates({ dateStyle: "short", timeStyle: "medium" });

const month = dates({ month: "short" });
const weekday = dates({ weekday: "long" });
const time = dates({ hour: "2-digit", minute: "2-digit" });

export function day(iso: string): { day: string; month: string; weekday: string; time: string } {
  return { day: String(new Date(iso).getDate()), month: month(iso), weekday: weekday(iso), time: time(iso) };
}

export function seatName(seat: { section?: string | null; row?: number | null; number: number }): string {
  const w = words();
  return [seat.section, seat.row ? w.rowOf(seat.row) : null, w.seatOf(seat.number)].filter(Boolean).join(" ");
}

// From and to, since nobody knows exactly: admissions slow down and speed up with how fast others choose.
export function waitRange(seconds: number): { from: number; to: number } {
  return { from: Math.max(1, Math.floor((seconds * 0.8) / 60)), to: Math.max(2, Math.ceil((seconds * 1.5) / 60)) };
}

export function waitText(seconds: number): string {
  const w = words();
  if (seconds < 45) return w.waitShort;
  const { from, to } = waitRange(seconds);
  const long = (minutes: number) => (minutes < 90 ? w.minutes(minutes) : w.hours(number(Math.round(minutes / 6) / 10)));
  return w.waitRange(long(from), long(to));
}
