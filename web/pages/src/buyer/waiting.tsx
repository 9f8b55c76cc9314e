// The waiting room: where I stand, how long it may take, and that nothing is lost by leaving the page.
import { useEffect, useState } from "preact/hooks";
import { clockText } from "../base/countdown";
import { Sure, useLeft } from "../base/parts";
import type { Concert, Ticket } from "../base/sale";
import { prefer, preference, ticketOf } from "../base/storage";
import { number, useWords, waitText } from "../base/words";

// A short soft tone, if wished for. Browsers allow it because the wish was a click.
let audio: AudioContext | null = null;

export function chime(): void {
  if (preference("sound") !== "on") return;
  try {
    audio ??= new AudioContext();
    const start = audio.currentTime;
    [660, 880].forEach((frequency, i) => {
      const tone = audio!.createOscillator();
      const volume = audio!.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, start + i * 0.18);
      volume.gain.exponentialRampToValueAtTime(0.2, start + i * 0.18 + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.0001, start + i * 0.18 + 0.5);
      tone.connect(volume).connect(audio!.destination);
      tone.start(start + i * 0.18);
      tone.stop(start + i * 0.18 + 0.6);
    });
  } catch {}
}

function SoundChoice() {
  const w = useWords();
  const [isOn, turn] = useState(preference("sound") === "on");
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => {
          turn(event.currentTarget.checked);
          prefer("sound", event.currentTarget.checked ? "on" : null);
          chime();
        }}
      />{" "}
      {w.sound}
    </label>
  );
}

// How far along: of the people ahead when joining, how many are not ahead any more.
export function progressOf(firstPosition: number, position: number): number {
  if (firstPosition <= 1) return 1;
  return Math.min(1, Math.max(0, (firstPosition - position) / (firstPosition - 1)));
}

export function Waitingroom(props: {
  concert: Concert;
  ticket: Ticket;
  isStale: boolean; // the last poll brought no answer
  isBusy: boolean;
  onLeave: () => void;
}) {
  const w = useWords();
  const { ticket, concert } = props;
  const untilOpen = useLeft(concert.bookingOpensAt);
  const ahead = Math.max(0, ticket.position - 1);
  const progress = progressOf(ticketOf(concert.id)?.firstPosition ?? ticket.position, ticket.position);
  useEffect(() => {
    document.title = `${w.titleWaiting(number(ticket.position))} · ${concert.title}`;
  }, [ticket.position, w]);
  return (
    <div class="waiting" data-position={ticket.position}>
      <h2>{w.waitingTitle}</h2>
      <p class="position">
        <span class="small">{w.yourPosition}</span>
        <b>{number(ticket.position)}</b>
        <span>{ahead === 0 ? w.nobodyAhead : w.ahead(number(ahead))}</span>
      </p>
      <div class="progress">
        <progress max={1} value={untilOpen > 0 ? 0 : progress} aria-label={w.progress} />
        <span class="small">{untilOpen > 0 ? w.notYetOpen : w.progress}</span>
      </div>
      <dl class="facts">
        <div>
          <dt>{untilOpen > 0 ? w.waitNotYet : w.estimatedWait}</dt>
          <dd>
            {untilOpen > 0 ? clockText(untilOpen) : ahead === 0 ? w.waitCalled : waitText(ticket.estimatedWaitSeconds)}
          </dd>
        </div>
      </dl>
      <div role="status">{props.isStale && <p class="note soon">{w.lineUnreachable}</p>}</div>
      <div class="note good">
        <p>
          <strong>{w.placeSafe}</strong> {w.placeSafeMore}
        </p>
      </div>
      <div class="spread">
        <SoundChoice />
        <Sure
          label={w.leaveLine}
          question={w.leaveSure}
          yes={w.leaveYes}
          no={w.stay}
          disabled={props.isBusy}
          onYes={props.onLeave}
        />
      </div>
    </div>
  );
}
