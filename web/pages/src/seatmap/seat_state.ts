// The seats of one date as they are now, kept up to date by asking what has changed.
import { useMemo, useRef, useState } from "preact/hooks";
import { Refused } from "../base/api";
import { usePolling } from "../base/polling";
import type { Seat, SeatChanges, SeatMapReply } from "../base/sale";
import { layOut } from "./geometry";
import { allSeats, type KnownSeats, kNoSeats, withChanges, withTaken } from "./known_seats";
import { priceClasses } from "./paint";

const kAskMs = 1500;
const kUnknown = -1; // version of nothing
const kPatience = 3; // times a server may be behind before all is loaded anew
const kOverCodes = new Set(["QUEUE_TOKEN_EXPIRED", "QUEUE_TOKEN_COMPLETED", "QUEUE_TOKEN_INVALID"]);

const isOver = (failed: unknown) => failed instanceof Refused && kOverCodes.has(failed.code);
// A version the server has not reached and will not soon: its store was restored to an earlier state.
const isBehind = (failed: unknown) => failed instanceof Refused && failed.code === "VALIDATION_FAILED";

export interface SeatState {
  seats: readonly Seat[]; // a new one after a change of prices
  statuses: Uint8Array; // a new one after every change
  startsAt: string | null; // as the last changes said
  closesAt: string | null | undefined; // the same; undefined: not said yet
  error: unknown;
  isLate: boolean; // changes do not come in
  markTaken: (ids: readonly number[]) => void;
  again: () => void;
}

export interface SeatSource {
  all: () => Promise<SeatMapReply>;
  since: (version: number) => Promise<SeatChanges>;
}

// What is known and its version. The latest is known between two renderings as well.
function useKnown(source: SeatSource) {
  const [known, setKnown] = useState(kNoSeats);
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [closesAt, setClosesAt] = useState<string | null>();
  const latest = useRef(known);
  const version = useRef(kUnknown);
  const put = (next: KnownSeats) => {
    latest.current = next;
    setKnown(next);
  };
  const ask = async () => {
    if (version.current === kUnknown) {
      const map = await source.all();
      put(allSeats(map.seats));
      version.current = map.version;
      return;
    }
    const changes = await source.since(version.current);
    put(withChanges(latest.current, changes));
    version.current = changes.version;
    setStartsAt(changes.startsAt);
    setClosesAt(changes.bookingClosesAt);
  };
  const markTaken = (ids: readonly number[]) => put(withTaken(latest.current, ids));
  return { shown: { ...known, startsAt, closesAt }, version, ask, markTaken };
}

// `key` names what is looked at: another key begins anew.
export function useSeats(key: string, source: SeatSource, onOver: () => void): SeatState {
  const { shown, version, ask, markTaken } = useKnown(source);
  const [error, setError] = useState<unknown>(null);
  const [isLate, setLate] = useState(false);
  const [round, setRound] = useState(0);
  const behind = useRef(0);
  const forget = () => {
    version.current = kUnknown;
  };
  usePolling(`${key} ${round}`, async () => {
    try {
      await ask();
      behind.current = 0;
      setError(null);
      setLate(false);
      return { nextMs: kAskMs * (1 + 0.2 * Math.random()) };
    } catch (failed) {
      if (isOver(failed)) {
        onOver();
        return { nextMs: 0 };
      }
      if (isBehind(failed) && ++behind.current >= kPatience) forget();
      if (version.current === kUnknown) setError(failed);
      setLate(true);
      throw failed;
    }
  });
  const again = () => {
    forget();
    setRound((n) => n + 1);
  };
  return { ...shown, error, isLate, markTaken, again };
}

export function useHall(seats: readonly Seat[]) {
  const names = useMemo(() => [...new Set(seats.map((seat) => seat.section))].join("\n"), [seats]);
  const places = useMemo(
    () => ({
      layout: layOut(seats),
      numbers: seats.map((seat) => seat.number),
      rows: seats.map((seat) => seat.row),
    }),
    [seats.length, seats[0]?.id, names], // a new price moves nothing, and must not move the view
  );
  const classes = useMemo(() => priceClasses(seats.map((seat) => seat.price)), [seats]);
  return { ...places, ...classes };
}
