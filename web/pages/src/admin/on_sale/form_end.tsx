// How the forms of what is on sale end: what was wrong, the button, and what has been done.
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
