// Asks before something that cannot be undone: what will be done, then yes or no, in place and in view. The keyboard stands on no.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useDoing } from "../../base/doing";
import { useAdminWords } from "../words";
import "./question.css";

export interface Question {
  text: string;
  more?: ComponentChildren;
  yes: string;
  isCalm?: boolean; // what it does is no loss
  run: () => Promise<void>;
}

export interface Asking {
  question: Question | null;
  ask: (question: Question) => void;
  drop: () => void;
  place: { current: Element | null }; // where it stands
  doing: ReturnType<typeof useDoing>;
}

export function useQuestion(): Asking {
  const [question, put] = useState<Question | null>(null);
  const doing = useDoing();
  const from = useRef<Element | null>(null);
  const place = useRef<Element | null>(null);
  const drop = () => {
    put(null);
    // The button that asked may be drawn anew by then.
    setTimeout(() => {
      if (document.activeElement !== document.body) return;
      const asked = from.current instanceof HTMLElement && from.current.isConnected ? from.current : null;
      const fallback = place.current?.querySelector<HTMLElement>("button[type=submit], button.main, button.danger");
      (asked && asked !== document.body ? asked : fallback)?.focus({ preventScroll: true });
    });
  };
  const ask = (next: Question) => {
    from.current = document.activeElement;
    doing.clear();
    put(next);
  };
  return { question, ask, drop, place, doing };
}

export function Asked({ asking }: { asking: Asking }) {
  const w = useAdminWords();
  const { question, doing, drop } = asking;
  const box = useRef<HTMLDivElement>(null);
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!question) return;
    asking.place.current = box.current?.parentElement ?? null;
    no.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "nearest" });
  }, [question]);
  if (!question) return null;
  const { text, more, yes, run } = question;
  const confirm = () =>
    doing.run(async () => {
      drop();
      await run();
    });
  return (
    <div
      class="note soon question"
      role="group"
      aria-label={text}
      ref={box}
      onKeyDown={(event) => event.key === "Escape" && drop()}
    >
      <p>
        <strong>{text}</strong>
      </p>
      {more}
      <div class="answers">
        <button type="button" class={question.isCalm ? "main" : "danger"} onClick={confirm}>
          {yes}
        </button>
        <button type="button" ref={no} onClick={drop}>
          {w.cancel}
        </button>
      </div>
    </div>
  );
}
