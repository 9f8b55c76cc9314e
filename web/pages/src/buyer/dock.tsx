// What a buyer who chooses seats must know now, next to the button and always in view: at the thumb on a phone, beside the map on a desk.
import type { ComponentChildren } from "preact";
import { clockText, kSoonMs } from "../base/countdown";
import { Problem, useLeft } from "../base/parts";
import type { Seat } from "../base/sale";
import { money, seatName, useWords } from "../base/words";

export type Notice =
  | { kind: "faster"; lost: string; offer: number[] } // indices
  | { kind: "full"; limit: number }
  | { kind: "repriced"; total: string }
  | { kind: "refusedPrice"; total: string }
  | { kind: "moved"; when: string }
  | { kind: "problem"; error: unknown };

const kAtOnce = 2; // the newest; a phone has no room for more

// The same kind again replaces what it said before.
export const withNotice = (notices: readonly Notice[], next: Notice): Notice[] => [
  next,
  ...notices.filter((each) => each.kind !== next.kind),
];

function Note(props: {
  kind: Notice["kind"];
  look: string;
  isAlert?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const w = useWords();
  return (
    <div class={`note ${props.look} closable`} role={props.isAlert ? "alert" : "status"} data-notice={props.kind}>
      <div class="grow">{props.children}</div>
      <button type="button" class="square quiet" aria-label={w.dismiss} onClick={props.onClose}>
        ×
      </button>
    </div>
  );
}

function OneNotice(props: {
  notice: Notice;
  listed: (which: readonly number[]) => string;
  onTake: (offer: number[]) => void;
  onRetry: (() => void) | undefined;
  onClose: () => void;
}) {
  const w = useWords();
  const { notice, onClose } = props;
  switch (notice.kind) {
    case "faster":
      return (
        <Note kind={notice.kind} look="bad" isAlert onClose={onClose}>
          <p>
            <strong>{w.taken(notice.lost)}</strong>{" "}
            {notice.offer.length === 0 ? w.takenNone : `${w.takenNext} ${props.listed(notice.offer)}`}
          </p>
          {notice.offer.length > 0 && (
            <button type="button" onClick={() => props.onTake(notice.offer)}>
              {w.takeThese}
            </button>
          )}
        </Note>
      );
    case "problem":
      return <Problem error={notice.error} onRetry={props.onRetry} />;
    case "full":
      return (
        <Note kind={notice.kind} look="" onClose={onClose}>
          {w.limitReached(notice.limit)}
        </Note>
      );
    case "moved":
      return (
        <Note kind={notice.kind} look="soon" onClose={onClose}>
          {w.dateMoved(notice.when)}
        </Note>
      );
    case "repriced":
    case "refusedPrice":
      return (
        <Note kind={notice.kind} look="soon" isAlert={notice.kind === "refusedPrice"} onClose={onClose}>
          {notice.kind === "repriced" ? w.priceChanged(notice.total) : w.priceRefused(notice.total)}
        </Note>
      );
  }
}

type Standing = "stopped" | "turnSoon" | "allGone" | "late";

// What stays so for a while; the gravest two, for a phone has no room for more.
function standingOf(so: Record<Standing, boolean>): Standing[] {
  if (so.stopped) return ["stopped"];
  return (["turnSoon", "allGone", "late"] as const).filter((each) => so[each]).slice(0, kAtOnce);
}

function OneStanding({ what, turnMs }: { what: Standing; turnMs: number }) {
  const w = useWords();
  const [text, look] = {
    stopped: [w.saleStopped, "bad"],
    turnSoon: [w.turnSoon, "soon"],
    allGone: [w.allGone, ""],
    late: [w.mapLost, "soon"],
  }[what] as [string, string];
  return (
    <p class={`note ${look}`} data-standing={what}>
      {text} {what === "turnSoon" && <span aria-hidden="true">{clockText(turnMs)}</span>}
    </p>
  );
}

export function DockNotes(props: {
  expiresAt: string | null; // of the turn
  isLate: boolean;
  isStopped: boolean;
  isAllGone: boolean;
  notices: readonly Notice[];
  listed: (which: readonly number[]) => string;
  onTake: (offer: number[]) => void;
  onRetry: (() => void) | undefined;
  onClose: (notice: Notice) => void;
}) {
  const turnMs = useLeft(props.expiresAt);
  const standing = standingOf({
    stopped: props.isStopped,
    turnSoon: props.expiresAt !== null && turnMs <= kSoonMs,
    allGone: props.isAllGone,
    late: props.isLate,
  });
  return (
    <div class="dock-notes">
      <div class="standing" role="status">
        {standing.map((what) => (
          <OneStanding key={what} what={what} turnMs={turnMs} />
        ))}
      </div>
      {props.notices.slice(0, standing.length > 0 ? 1 : kAtOnce).map((notice) => (
        <OneNotice key={notice.kind} {...props} notice={notice} onClose={() => props.onClose(notice)} />
      ))}
    </div>
  );
}

export function PayBar(props: {
  names: string;
  total: number;
  label: string;
  isDisabled: boolean;
  onHold: () => void;
}) {
  const w = useWords();
  return (
    <div class="pay-bar">
      <p class="picked" dir="auto">
        {props.names}
      </p>
      <p class="total">
        <span class="small">{w.total}</span> <b>{money(props.total)}</b>
      </p>
      <button type="button" class="main" disabled={props.isDisabled} onClick={props.onHold}>
        {props.label}
      </button>
    </div>
  );
}

export function ChosenList(props: {
  seats: readonly (Seat & { look: string; onRemove: () => void })[];
  isDisabled: boolean;
}) {
  const w = useWords();
  return (
    <ul class="chosen-list">
      {props.seats.map((seat) => (
        <li key={seat.id}>
          <i class={`swatch ${seat.look}`} />
          <span class="grow" dir="auto">
            {seatName(seat)}
          </span>
          <span>{money(seat.price)}</span>
          <button
            type="button"
            class="square"
            aria-label={w.remove(seatName(seat))}
            disabled={props.isDisabled}
            onClick={seat.onRemove}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
