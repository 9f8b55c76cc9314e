// Asks before something that cannot be undone, in place.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import "./confirm_button.css";

export function ConfirmButton(props: {
  label: string;
  question: string;
  yes: string;
  no: string;
  disabled?: boolean;
  onYes: () => void;
}) {
  const [isAsking, ask] = useState(false);
  const label = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  // In the same breath as the change: later, base/focus.ts would have sent the keyboard elsewhere first.
  useLayoutEffect(() => {
    if (wasAsking.current && !isAsking) label.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking)
    return (
      <button type="button" class="quiet" ref={label} disabled={props.disabled} onClick={() => ask(true)}>
        {props.label}
      </button>
    );
  return (
    <div class="sure" role="group" aria-label={props.question}>
      <p>{props.question}</p>
      <button
        type="button"
        class="danger"
        onClick={() => {
          ask(false);
          props.onYes();
        }}
      >
        {props.yes}
      </button>
      <button type="button" class="quiet" ref={(button) => button?.focus()} onClick={() => ask(false)}>
        {props.no}
      </button>
    </div>
  );
}
