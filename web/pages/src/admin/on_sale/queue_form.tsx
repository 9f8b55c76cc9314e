// The queue of a concert: on or off, how many people are inside, how fast they are let in. Turning it on or off asks first.
import { useState } from "preact/hooks";
import { useDoing } from "../../base/doing";
import { number } from "../../base/words";
import { type Queue, salesOf, setQueue } from "../api";
import { Field } from "../form/fields";
import { Asked, useQuestion } from "../form/question";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { FormEnd } from "./form_end";

// As the inputs have them.
interface Draft {
  enabled: boolean;
  maxActive: string;
  admissionsPerSecond: string;
}

const draftOf = (queue: Queue): Draft => ({
  enabled: queue.enabled,
  maxActive: String(queue.maxActive),
  admissionsPerSecond: String(queue.admissionsPerSecond),
});

const settingsOf = (draft: Draft) => ({
  enabled: draft.enabled,
  maxActive: Number(draft.maxActive),
  admissionsPerSecond: Number(draft.admissionsPerSecond),
});

function QueueFields({ draft, onChange }: { draft: Draft; onChange: (part: Partial<Draft>) => void }) {
  const w = useAdminWords();
  const field = (name: "maxActive" | "admissionsPerSecond", label: string, max: number) => (
    <Field
      id={name}
      label={label}
      type="number"
      isNeeded
      max={max}
      value={draft[name]}
      onInput={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />{" "}
        {w.enabled}
      </label>
      <div class="columns">
        {field("maxActive", w.maxActive, 1_000_000)}
        {field("admissionsPerSecond", w.perSecond, 100_000)}
      </div>
    </>
  );
}

export function QueueForm({ id, queue }: { id: number; queue: Queue }) {
  const w = useAdminWords();
  const [draft, setDraft] = useState(draftOf(queue));
  const [wasOn, setWasOn] = useState(queue.enabled);
  const [said, say] = useState("");
  const asking = useQuestion();
  const looking = useDoing();
  const save = async () => {
    await setQueue(id, settingsOf(draft));
    setWasOn(draft.enabled);
    say(w.saved);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    if (draft.enabled === wasOn) return looking.run(save);
    looking.run(async () => {
      if (draft.enabled) return asking.ask({ text: w.queueOnSure, yes: w.queueOnYes, isCalm: true, run: save });
      const waiting = number((await salesOf(id)).queue.waiting);
      asking.ask({ text: w.queueOffSure(waiting), yes: w.queueOffYes, run: save });
    });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.queue}</h2>
      <QueueFields draft={draft} onChange={(part) => setDraft({ ...draft, ...part })} />
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={looking} label={w.save} said={said} />
    </form>
  );
}
