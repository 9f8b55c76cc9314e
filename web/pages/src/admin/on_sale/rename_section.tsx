// Another name for a section that is on sale.
import { useState } from "preact/hooks";
import { number } from "../../base/words";
import { renameSection } from "../api";
import { kLongestName } from "../csv/names";
import { Field, SectionField } from "../form/fields";
import { Asked, useQuestion } from "../form/question";
import { useAdminWords } from "../words";
import { FormEnd } from "./form_end";
import { type OfSeats, sectionsOf } from "./prices";

export function RenameSection(props: OfSeats & { onRenamed: () => void }) {
  const w = useAdminWords();
  const { concertId, scheduleId, seats } = props;
  const sections = sectionsOf(seats);
  const [chosen, choose] = useState(sections[0] ?? "");
  const [name, setName] = useState("");
  const [said, say] = useState("");
  const asking = useQuestion();
  if (sections.length === 0) return null;
  const section = sections.includes(chosen) ? chosen : sections[0]!;
  const submit = (event: Event) => {
    event.preventDefault();
    say("");
    const count = seats.filter((seat) => seat.section === section).length;
    asking.ask({
      text: w.renameSure(section, name.trim(), number(count)),
      yes: w.renameYes,
      isCalm: true,
      run: async () => {
        const done = await renameSection(concertId, scheduleId, section, name.trim());
        say(w.renamed(done.section));
        setName("");
        choose(done.section);
        props.onRenamed();
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <h3>{w.renameSection}</h3>
      <div class="columns">
        <SectionField id="rename-from" label={w.section} sections={sections} value={section} onInput={choose} />
        <Field
          id="rename-to"
          label={w.newName}
          isNeeded
          maxLength={kLongestName}
          value={name}
          onInput={(text) => {
            if (asking.question) asking.drop();
            setName(text);
          }}
        />
      </div>
      <Asked asking={asking} />
      <FormEnd doing={asking.doing} label={w.renameSection} said={said} />
    </form>
  );
}
