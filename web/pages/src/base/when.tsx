// A moment at a venue: its time with year and zone, and the device's own where that differs.
import { ownTime, useWords, venueTime } from "./words";
import "./when.css";

export function When({ iso, zone }: { iso: string; zone: string }) {
  useWords();
  const own = ownTime(iso, zone);
  return (
    <time dateTime={iso}>
      {venueTime(iso, zone)}
      {own && <span class="own-time"> {own}</span>}
    </time>
  );
}
