// Title, place and times of a concert as fields, for a new one and for one on sale.

import { useAdminWords } from "../words";
import { type About, inZone } from "./about";
import { Field, TimeField, ZoneField } from "./fields";

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
