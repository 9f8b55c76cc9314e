// Title, place and times of a concert: as the operator's forms have them, and as they are sent.
import type { Concert } from "../../base/sale";
import type { ConcertChange } from "../api";
import { kUsualZone, toIso, toLocal } from "./venue_time";

export interface About {
  title: string;
  artist: string;
  venue: string;
  zone: string;
  opens: string;
  closes: string;
  salesEnd: string; // minutes after the start of a date
}

export const emptyAbout = (zone: string = kUsualZone): About => ({
  title: "",
  artist: "",
  venue: "",
  zone,
  opens: "",
  closes: "",
  salesEnd: "0",
});

// With a server that does not know zones yet, times are those of the usual one.
export const zoneOf = (concert: Concert): string => concert.timeZone ?? kUsualZone;

export const aboutOf = (concert: Concert): About => ({
  title: concert.title,
  artist: concert.artist ?? "",
  venue: concert.venue ?? "",
  zone: zoneOf(concert),
  opens: toLocal(concert.bookingOpensAt, zoneOf(concert)),
  closes: toLocal(concert.bookingClosesAt, zoneOf(concert)),
  salesEnd: String((concert as { salesEndOffsetMinutes?: number }).salesEndOffsetMinutes ?? 0),
});

// In another zone the same moments have other clocks.
export function inZone(about: About, zone: string): About {
  const again = (local: string) => toLocal(toIso(local, about.zone), zone) || local;
  return { ...about, zone, opens: again(about.opens), closes: again(about.closes) };
}

// A time that clocks skip cannot be sent.
export const isReadable = (about: About) =>
  [about.opens, about.closes].every((local) => local === "" || toIso(local, about.zone) !== null);

// Only what is different: another operator may have changed the rest meanwhile.
export function changesOf(concert: Concert, about: About): ConcertChange {
  const was = aboutOf(concert);
  const change: ConcertChange = {};
  if (about.title.trim() !== was.title) change.title = about.title.trim();
  if (about.artist.trim() !== was.artist) change.artist = about.artist.trim() || null;
  if (about.venue.trim() !== was.venue) change.venue = about.venue.trim() || null;
  if (about.zone !== was.zone) change.timeZone = about.zone;
  if (about.salesEnd !== was.salesEnd) change.salesEndOffsetMinutes = Number(about.salesEnd);
  const isMoved = (local: string, iso: string | null) => local !== toLocal(iso, about.zone);
  if (isMoved(about.opens, concert.bookingOpensAt)) change.bookingOpensAt = toIso(about.opens, about.zone);
  if (isMoved(about.closes, concert.bookingClosesAt)) change.bookingClosesAt = toIso(about.closes, about.zone);
  return change;
}
