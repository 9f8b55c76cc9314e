// Messages about things that have just happened to a choice of seats. Each kind is shown once, and the buyer can close it.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../../base/problem";
import { useWords } from "../../base/words";

export type Notice =
  | { kind: "faster"; lost: string; offer: number[] } // indices
  | { kind: "full"; limit: number }
  | { kind: "repriced"; total: string }
  | { kind: "refusedPrice"; total: string }
  | { kind: "moved"; when: string }
  | { kind: "problem"; error: unknown };

// The same kind again replaces what it said before.
export const withNotice = (notices: readonly Notice[], next: Notice): Notice[] => [
  next,
  ...notices.filter((each) => each.kind !== next.kind),
];

export interface Notices {
  all: readonly Notice[]; // the newest first
  say: (notice: Notice) => void;
  unsay: (...kinds: Notice["kind"][]) => void;
}

export function useNotices(): Notices {
  const [all, setAll] = useState<readonly Notice[]>([]);
  return {
    all,
    say: (notice) => setAll((was) => withNotice(was, notice)),
    unsay: (...kinds) => setAll((was) => was.filter(({ kind }) => !kinds.includes(kind))),
  };
}

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

export function OneNotice(props: {
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
