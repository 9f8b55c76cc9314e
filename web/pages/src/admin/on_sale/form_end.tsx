// The end of a form: the problem, the button, and the message that it is done.
import type { useDoing } from "../../base/doing";
import { Problem } from "../problem";

export function FormEnd(props: { doing: ReturnType<typeof useDoing>; label: string; said: string }) {
  return (
    <>
      {props.doing.error != null && <Problem error={props.doing.error} />}
      <div class="spread">
        <button type="submit" disabled={props.doing.isDoing}>
          {props.label}
        </button>
        <span role="status" class="good-text">
          {props.said}
        </span>
      </div>
    </>
  );
}
