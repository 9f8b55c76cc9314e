// What a concert is, where and when it is sold: the fields of a new one and of one that is on sale.

import type { useDoing } from "../base/parts";
import type { Concert } from "../base/sale";
import { Field, TimeField, ZoneField } from "./fields";
import { Problem } from "./problem";
import { kUsualZone, toIso, toLocal } from "./venue_time";
import { useAdminWords } from "./words";

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

export function AboutFields(props: { about: About; keepsMoments?: boolean; onChange: (about: About) => void }) {
  const w = useAdminWords();
  const { about, onChange } = props;
  const text = (name: "title" | "artist" | "venue", label: string, isNeeded = false) => (
    <Field
      id={`about-${name}`}
      label={label}
      isNeeded={isNeeded}
      maxLength={300}
      value={about[name]}
      onInput={(value) => onChange({ ...about, [name]: value })}
    />
  );
  const time = (name: "opens" | "closes", label: string) => (
    <TimeField
      id={`about-${name}`}
      label={label}
      zone={about.zone}
      value={about[name]}
      onInput={(value) => onChange({ ...about, [name]: value })}
    />
  );
  return (
    <>
      {text("title", w.name, true)}
      <div class="columns">
        {text("artist", w.artist)}
        {text("venue", w.venue)}
      </div>
      <ZoneField
        id="about-zone"
        value={about.zone}
        onInput={(zone) => onChange(props.keepsMoments ? inZone(about, zone) : { ...about, zone })}
      />
      <div class="columns">
        {time("opens", w.opensAt)}
        {time("closes", w.closesAt)}
      </div>
      <p class="small">{w.atOnce}</p>
      <Field
        id="about-sales-end"
        label={w.salesEnd}
        type="number"
        isNeeded
        min={-10_080}
        max={1440}
        help={w.salesEndHelp}
        value={about.salesEnd}
        onInput={(salesEnd) => onChange({ ...about, salesEnd })}
      />
    </>
  );
}

// How the forms of what is on sale end: what was wrong, the button, and what has been done.
export function FormEnd(props: { doing: ReturnType<typeof useDoing>; label: string; said: string }) {
  return (
    <>
      {props.doing.error != null && <Problem error={props.doing.error} />}
      <div class="spread">
        <button type="submit" disabled={props.doing.isDoing}>
          {props.label}
        </button>
        <span role="status" class="good-text">
          {props.said}
        </span>
      </div>
    </>
  );
}
