// What a buyer who chooses seats must know now, next to the button and always in view: at the thumb on a phone, beside the map on a desk.
import { clockText, kSoonMs } from "../base/countdown";
import { useLeft } from "../base/parts";
import { money, useWords } from "../base/words";
import { type Notice, OneNotice } from "./notices";

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
