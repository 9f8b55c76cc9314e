// A date and its seats: as the operator's forms have them, their totals, and as they are sent.

import type { SchedulePlan, SectionPlan } from "../api";
import { type About, isReadable } from "./about";
import { sumOf, type Totals, totalsOfPlan } from "./totals";
import { toIso } from "./venue_time";

export interface Draft {
  key: number; // which form, while others come and go
  startsAt: string; // as the input has it: the venue's clock
  kind: "count" | "sections";
  count: string;
  price: string;
  sections: { name: string; rows: string; seatsPerRow: string; price: string }[];
}

export const emptySection = () => ({ name: "", rows: "10", seatsPerRow: "20", price: "50000" });

let made = 0;
export const emptyDraft = (): Draft => ({
  key: ++made,
  startsAt: "",
  kind: "count",
  count: "50",
  price: "50000",
  sections: [emptySection()],
});
export const anotherDate = (like: Draft): Draft => ({ ...like, key: ++made, startsAt: "" });

// `startsAt` is empty when it is no time at the venue.
export function planOf(draft: Draft, zone: string): SchedulePlan {
  const startsAt = toIso(draft.startsAt, zone) ?? "";
  if (draft.kind === "count") return { startsAt, seats: { count: Number(draft.count), price: Number(draft.price) } };
  const sections: SectionPlan[] = draft.sections.map((each) => ({
    name: each.name.trim(),
    rows: Number(each.rows),
    seatsPerRow: Number(each.seatsPerRow),
    price: Number(each.price),
  }));
  return { startsAt, sections };
}

export const totalsOfDraft = (draft: Draft): Totals | null => totalsOfPlan(planOf(draft, "UTC"));

export const typed = (section: SectionPlan): Draft["sections"][number] => ({
  name: section.name,
  rows: String(section.rows),
  seatsPerRow: String(section.seatsPerRow),
  price: String(section.price),
});

export const wishOf = (about: About, drafts: readonly Draft[]) => ({
  title: about.title.trim(),
  artist: about.artist.trim() || null,
  venue: about.venue.trim() || null,
  timeZone: about.zone,
  ...(about.salesEnd === "0" ? {} : { salesEndOffsetMinutes: Number(about.salesEnd) }),
  bookingOpensAt: toIso(about.opens, about.zone),
  bookingClosesAt: toIso(about.closes, about.zone),
  schedules: drafts.map((draft) => planOf(draft, about.zone)),
});

// Null while something is missing or cannot be read.
export function totalsOfAll(about: About, drafts: readonly Draft[]): ReturnType<typeof sumOf> | null {
  const totals = drafts.map(totalsOfDraft).filter((each): each is Totals => each !== null);
  const isComplete =
    isReadable(about) && totals.length === drafts.length && drafts.every((each) => toIso(each.startsAt, about.zone));
  return isComplete ? sumOf(totals) : null;
}
