// Changes title, place and times of a concert on sale. A change that opens or closes its sale asks first.
import { useState } from "preact/hooks";
import { useDoing } from "../../base/doing";
import type { Concert } from "../../base/sale";
import { changeConcert } from "../api";
import { stateOf } from "../concerts";
import { aboutOf, changesOf, isReadable } from "../form/about";
import { AboutFields } from "../form/about_fields";
import { Asked, useQuestion } from "../form/question";
import { Problem } from "../problem";
import { useAdminWords } from "../words";
import { FormEnd } from "./form_end";

export function EditForm({ concert, onChanged }: { concert: Concert; onChanged: (concert: Concert) => void }) {
  const w = useAdminWords();
  const [about, setAbout] = useState(aboutOf(concert));
  const [said, say] = useState("");
  const asking = useQuestion();
  const saving = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    if (!isReadable(about)) return;
    const change = changesOf(concert, about);
    const save = async () => {
      const next = await changeConcert(concert.id, change);
      say(w.saved);
      setAbout(aboutOf(next));
      onChanged(next);
    };
    const [before] = stateOf(concert, w);
    const [after] = stateOf({ ...concert, ...(change as Partial<Concert>) }, w);
    if (before === after) return saving.run(save);
    asking.ask({ text: `${w.stateChanges(before, after)} ${w.saveSure}`, yes: w.saveYes, isCalm: true, run: save });
  };
  return (
    <form class="box" onSubmit={submit}>
      <h2>{w.about}</h2>
      <AboutFields about={about} keepsMoments onChange={setAbout} />
      {asking.doing.error != null && <Problem error={asking.doing.error} />}
      <Asked asking={asking} />
      <FormEnd doing={saving} label={w.save} said={said} />
    </form>
  );
}
