// Fields that several forms have.
import { ownTime, venueTime } from "../../base/words";
import { useAdminWords } from "../words";
import { allZones, isZone, toIso } from "./venue_time";
import "./fields.css";

export function Field(props: {
  id: string;
  label: string;
  type?: "text" | "number";
  value: string;
  min?: number | undefined;
  max?: number | undefined;
  maxLength?: number | undefined;
  isNeeded?: boolean;
  help?: string;
  onInput: (value: string) => void;
}) {
  const type = props.type ?? "text";
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        id={props.id}
        {...({ type } as { type: "text" })}
        required={props.isNeeded ?? false}
        min={type === "number" ? (props.min ?? 1) : undefined}
        max={props.max}
        maxLength={props.maxLength}
        value={props.value}
        aria-describedby={props.help ? `${props.id}-help` : undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.help && (
        <p id={`${props.id}-help`} class="small">
          {props.help}
        </p>
      )}
    </div>
  );
}

// A time on the venue's wall. What it means is said below it, with zone and year, and what it is here where that differs.
export function TimeField(props: {
  id: string;
  label: string;
  value: string;
  zone: string;
  isNeeded?: boolean;
  onInput: (value: string) => void;
}) {
  const w = useAdminWords();
  const iso = toIso(props.value, props.zone);
  const isBad = props.value !== "" && iso === null && isZone(props.zone);
  const own = iso && ownTime(iso, props.zone);
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        id={props.id}
        {...({ type: "datetime-local" } as object)}
        required={props.isNeeded ?? false}
        value={props.value}
        aria-invalid={isBad}
        aria-describedby={`${props.id}-means`}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <p id={`${props.id}-means`} class={isBad ? "small bad-text" : "small"}>
        {isBad ? w.noSuchTime : iso ? venueTime(iso, props.zone) : w.inZone(props.zone)}
        {own && (
          <>
            <br />
            {own}
          </>
        )}
      </p>
    </div>
  );
}

export function ZoneField(props: { id: string; value: string; onInput: (value: string) => void }) {
  const w = useAdminWords();
  const isBad = props.value !== "" && !isZone(props.value);
  return (
    <div class="field">
      <label for={props.id}>{w.timeZone}</label>
      <input
        id={props.id}
        required
        list={`${props.id}-all`}
        value={props.value}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={isBad}
        aria-describedby={`${props.id}-help`}
        onInput={(event) => props.onInput(event.currentTarget.value.trim())}
      />
      <datalist id={`${props.id}-all`}>
        {allZones().map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <p id={`${props.id}-help`} class={isBad ? "small bad-text" : "small"}>
        {isBad ? w.badTimeZone : w.timeZoneHelp}
      </p>
    </div>
  );
}

// `all` is what stands for every section, where that can be meant.
export function SectionField(props: {
  id: string;
  label: string;
  all?: string;
  sections: readonly string[];
  value: string;
  onInput: (section: string) => void;
}) {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <select id={props.id} value={props.value} onChange={(event) => props.onInput(event.currentTarget.value)}>
        {props.all && <option value="">{props.all}</option>}
        {props.sections.map((section) => (
          <option key={section} value={section}>
            {section}
          </option>
        ))}
      </select>
    </div>
  );
}
