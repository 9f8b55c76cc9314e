// How the buyer wants to hear of the turn: a sound, a notification.
import { useState } from "preact/hooks";
import { useValue } from "../base/state";
import { useWords } from "../base/words";
import { hasNotice, hasSound, mayNotify, wishNotice, wishSound } from "./alarm";

export function AlarmChoices() {
  const w = useWords();
  const isLoud = useValue(hasSound);
  const isNoticed = useValue(hasNotice);
  const [isRefused, refuse] = useState(false);
  return (
    <div class="alarms">
      <label class="check">
        <input type="checkbox" checked={isLoud} onChange={(event) => wishSound(event.currentTarget.checked)} />{" "}
        {w.sound}
      </label>
      {(mayNotify() || isRefused) && (
        <label class="check">
          <input
            type="checkbox"
            checked={isNoticed}
            onChange={async (event) => {
              const box = event.currentTarget;
              const isWished = box.checked;
              const isOn = await wishNotice(isWished, w.noticeTitle, w.noticeBody);
              box.checked = isOn;
              refuse(isWished && !isOn);
            }}
          />{" "}
          {w.notice}
        </label>
      )}
      <p role="status" class="small">
        {isRefused ? w.noNotice : ""}
      </p>
    </div>
  );
}
