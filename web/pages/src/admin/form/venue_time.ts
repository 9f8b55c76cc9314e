// Times as the forms have them: the clock on the venue's wall, without a zone. The zone is the concert's.
import { TZDate } from "@date-fns/tz";

export const kUsualZone = "Asia/Seoul";

// Names of the time zone database; offsets such as +09:00 have no summer time and are refused by the server as well.
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const allZones = (): string[] => Intl.supportedValuesOf("timeZone");

export const deviceZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

const two = (n: number) => String(n).padStart(2, "0");

// What a datetime-local input shows for a time.
export function toLocal(iso: string | null, zone: string): string {
  if (!iso || !isZone(zone)) return "";
  const at = new TZDate(iso, zone);
  const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

// Null when it cannot be read, or when clocks skip it as summer time begins. Of an hour that comes twice, the first.
export function toIso(local: string, zone: string): string | null {
  const [, year, month, day, hour, minute] = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(local) ?? [];
  if (year === undefined || !isZone(zone)) return null;
  const at = new TZDate(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), 0, zone);
  if (Number.isNaN(at.getTime())) return null;
  const iso = new Date(at.getTime()).toISOString();
  return toLocal(iso, zone) === local.slice(0, 16) ? earliest(iso, local, zone) : null;
}

function earliest(iso: string, local: string, zone: string): string {
  const before = new Date(Date.parse(iso) - 3_600_000).toISOString();
  return toLocal(before, zone) === local.slice(0, 16) ? before : iso;
}
