// The seats of one date as they are now, kept up to date by asking what has changed.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Refused } from "../base/api";
import { Poller } from "../base/poll";
import type { Seat, SeatChanges, SeatMapReply, SeatStatus } from "../base/sale";
import { layOut } from "../seatmap/geometry";
import { kFree, kHeld, kSold, priceClasses } from "../seatmap/paint";
import { withPrices } from "./seat_changes";

const kAskMs = 1500;
const kPatience = 3; // times a server may be behind before all is loaded anew
const kOverCodes = new Set(["QUEUE_TOKEN_EXPIRED", "QUEUE_TOKEN_COMPLETED", "QUEUE_TOKEN_INVALID"]);

const codeOf = (status: SeatStatus) => (status === "AVAILABLE" ? kFree : status === "RESERVED" ? kSold : kHeld);

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

// `key` names what is looked at: another key begins anew.
export function useSeats(key: string, source: SeatSource, onOver: () => void): SeatState {
  const [seats, setSeats] = useState<readonly Seat[]>([]);
  const [statuses, setStatuses] = useState(new Uint8Array());
  const [startsAt, setStartsAt] = useState<string | null>(null);
  const [closesAt, setClosesAt] = useState<string | null>();
  const [error, setError] = useState<unknown>(null);
  const [isLate, setLate] = useState(false);
  const [round, setRound] = useState(0);
  const version = useRef(-1);
  const behind = useRef(0);
  const index = useRef(new Map<number, number>());
  const current = useRef(statuses);
  const known = useRef(seats);

  const put = (next: Uint8Array<ArrayBuffer>) => {
    current.current = next;
    setStatuses(next);
  };
  const putSeats = (next: readonly Seat[]) => {
    known.current = next;
    setSeats(next);
  };
  const putAll = (all: readonly Seat[]) => {
    index.current = new Map(all.map((seat, i) => [seat.id, i]));
    putSeats(all);
    put(Uint8Array.from(all, (seat) => codeOf(seat.status)));
  };
  const putChanged = (changed: readonly Seat[]) => {
    if (changed.length === 0) return;
    const next = current.current.slice();
    for (const seat of changed) {
      const at = index.current.get(seat.id);
      if (at !== undefined) next[at] = codeOf(seat.status);
    }
    put(next);
    putSeats(withPrices(known.current, index.current, changed));
  };

  useEffect(() => {
    const poller = new Poller(async () => {
      try {
        if (version.current < 0) {
          const map = await source.all();
          putAll(map.seats);
          version.current = map.version;
        } else {
          const changes = await source.since(version.current);
          if (changes.full && changes.seats.length === index.current.size) putChanged(changes.seats);
          else if (changes.full) putAll(changes.seats);
          else putChanged(changes.seats);
          version.current = changes.version;
          setStartsAt(changes.startsAt);
          setClosesAt(changes.bookingClosesAt);
        }
        behind.current = 0;
        setError(null);
        setLate(false);
        return { nextMs: kAskMs * (1 + 0.2 * Math.random()) };
      } catch (failed) {
        if (failed instanceof Refused && kOverCodes.has(failed.code)) {
          onOver();
          return { nextMs: 0 };
        }
        // A version the server has not reached and will not soon: its store was restored to an earlier state.
        if (failed instanceof Refused && failed.code === "VALIDATION_FAILED" && ++behind.current >= kPatience)
          version.current = -1;
        if (version.current < 0) setError(failed);
        setLate(true);
        throw failed;
      }
    });
    poller.start();
    return () => poller.stop();
  }, [key, round]);

  return {
    seats,
    statuses,
    startsAt,
    closesAt,
    error,
    isLate,
    markTaken: (ids) => {
      const next = current.current.slice();
      for (const id of ids) {
        const at = index.current.get(id);
        if (at !== undefined && next[at] === kFree) next[at] = kHeld;
      }
      put(next);
    },
    again: () => {
      version.current = -1;
      setRound((n) => n + 1);
    },
  };
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
