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

const locale = () => (language.get() === "ko" ? "ko-KR" : "en-GB");

// Both languages group by three with a comma. The first Intl.NumberFormat of a page costs more than all our own script.
export function number(n: number): string {
  const [whole, part] = String(n).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? grouped : `${grouped}.${part}`;
}

export const money = (n: number) => words().points(number(n));

// Times.

// A time zone is given where a venue's time is meant; without one it is the device's.
function dates(options: Intl.DateTimeFormatOptions) {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (iso: string, zone?: string): string => {
    const name = `${locale()} ${zone}`;
    let format = made.get(name);
    if (!format) {
      format = new Intl.DateTimeFormat(locale(), { ...options, ...(zone && { timeZone: zone }) });
      made.set(name, format);
    }
    return format.formatToParts(new Date(iso)).map(spoken).join("");
  };
}

// Newer browsers write AM and PM in Korean; no shop does.
const kHalves: Record<string, string> = { AM: "오전", PM: "오후" };
const spoken = ({ type, value }: Intl.DateTimeFormatPart) =>
  type === "dayPeriod" && language.get() === "ko" ? (kHalves[value] ?? value) : value;

const time12 = dates({ hour: "numeric", minute: "2-digit" });
const time24 = dates({ hour: "2-digit", minute: "2-digit" });
const time = (iso: string, zone?: string) => (language.get() === "ko" ? time12 : time24)(iso, zone);
const date = dates({ weekday: "short", month: "short", day: "numeric" });
const dateOfYear = dates({ weekday: "short", year: "numeric", month: "short", day: "numeric" });
const month = dates({ month: "short" });
const dayOfMonth = dates({ day: "numeric" });
const weekday = dates({ weekday: "long" });

export const dateTime = (iso: string) => `${date(iso)} ${time(iso)}`;

// With seconds, for logs.
export const clockTime = dates({ dateStyle: "short", timeStyle: "medium" });

const zoneNames = new Map<string, Intl.DateTimeFormat>();

// As people say it: “South Korea Time”.
function zoneName(iso: string, zone: string): string {
  const key = `${locale()} ${zone}`;
  const format =
    zoneNames.get(key) ?? new Intl.DateTimeFormat(locale(), { timeZone: zone, timeZoneName: "shortGeneric" });
  zoneNames.set(key, format);
  return format.formatToParts(new Date(iso)).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

// The venue's time with its year and zone, on one line.
export const venueTime = (iso: string, zone: string) =>
  `${dateOfYear(iso, zone)} ${time(iso, zone)} (${zoneName(iso, zone)})`;

// The same moment on this device, where its clock shows another time than the venue's; else nothing.
export function ownTime(iso: string, zone: string): string | null {
  const own = `${date(iso)} ${time(iso)}`;
  return own === `${date(iso, zone)} ${time(iso, zone)}` ? null : words().yourTime(own);
}

export const venueDate = (iso: string, zone: string) => dateOfYear(iso, zone);

export function day(iso: string, zone: string) {
  return {
    day: dayOfMonth(iso, zone).replace(/\D/g, ""),
    month: month(iso, zone),
    weekday: weekday(iso, zone),
    time: time(iso, zone),
    zone: zoneName(iso, zone),
    year: dateOfYear(iso, zone).match(/\d{4}/)?.[0] ?? "",
  };
}

export function seatName(seat: { section?: string | null; row?: number | null; number: number }): string {
  const w = words();
  return [seat.section, seat.row ? w.rowOf(seat.row) : null, w.seatOf(seat.number)].filter(Boolean).join(" ");
}

const kLongWait = 90; // minutes: more are said in hours

// The server's range in whole minutes; it says null while too few people have left to tell.
export function waitText(wait: { fromSeconds: number; toSeconds: number } | null): string {
  const w = words();
  if (!wait) return w.waitUnknown;
  if (wait.toSeconds < 60) return w.waitShort;
  const from = Math.floor(wait.fromSeconds / 60);
  const to = Math.max(from + 1, Math.ceil(wait.toSeconds / 60));
  const long = (minutes: number) =>
    minutes < kLongWait ? w.minutes(minutes) : w.hours(number(Math.round(minutes / 6) / 10));
  if (from === 0) return w.waitUpTo(long(to));
  return to < kLongWait ? w.waitMinutes(from, to) : w.waitRange(long(from), long(to));
}
