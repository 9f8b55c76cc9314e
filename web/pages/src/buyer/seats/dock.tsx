// Messages about the choice, next to the button that holds and always in view: at the thumb on a phone, beside the map on a desk.
import { clockText, kSoonMs } from "../../base/countdown";
import { useLeft } from "../../base/time_left";
import { money, useWords } from "../../base/words";
import { kFree } from "../../seatmap/paint";
import type { SeatState } from "../../seatmap/seat_state";
import { type Choice, namesOf } from "./choosing";
import { type Notices, OneNotice } from "./notices";
import { sumOf } from "./seat_choice";
import "./dock.css";

const kAtOnce = 2; // the newest; a phone has no room for more

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

function Notes(props: {
  expiresAt: string | null; // of the turn
  isLate: boolean;
  isStopped: boolean;
  isAllGone: boolean;
  notices: Notices;
  listed: (which: readonly number[]) => string;
  onTake: (offer: number[]) => void;
  onRetry: (() => void) | undefined;
}) {
  const { notices } = props;
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
      {notices.all.slice(0, standing.length > 0 ? 1 : kAtOnce).map((notice) => (
        <OneNotice key={notice.kind} {...props} notice={notice} onClose={() => notices.unsay(notice.kind)} />
      ))}
    </div>
  );
}

export function Dock(props: {
  expiresAt: string | null; // of the turn
  state: SeatState;
  choice: Choice;
  notices: Notices;
  nameOf: (index: number) => string;
  isStopped: boolean; // the sale
  isHolding: boolean;
  onHold: () => void;
}) {
  const w = useWords();
  const { seats, statuses } = props.state;
  const { chosen, pointed, take } = props.choice;
  const isLookedAt = pointed >= 0 && !chosen.includes(pointed);
  return (
    <div class="dock">
      <Notes
        {...props}
        isLate={props.state.isLate}
        isAllGone={seats.length > 0 && !statuses.includes(kFree)}
        listed={(which) => namesOf(seats, which)}
        onTake={take}
        onRetry={chosen.length > 0 ? props.onHold : undefined}
      />
      <div class="pay-bar">
        <p class="picked" dir="auto">
          {isLookedAt ? props.nameOf(pointed) : namesOf(seats, chosen)}
        </p>
        <p class="total">
          <span class="small">{w.total}</span> <b>{money(sumOf(seats, chosen))}</b>
        </p>
        <button
          type="button"
          class="main"
          disabled={chosen.length === 0 || props.isHolding || props.isStopped}
          onClick={props.onHold}
        >
          {props.isHolding ? w.holding : w.holdSeats(chosen.length)}
        </button>
      </div>
    </div>
  );
}
