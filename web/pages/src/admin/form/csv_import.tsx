// Imports sections from a file. It shows faults by line and column, or the totals, before any section is used.
import { useEffect, useRef, useState } from "preact/hooks";
import { money, number } from "../../base/words";
import type { SectionPlan } from "../api";
import { type CsvProblem, type CsvResult, readCsv } from "../csv/csv";
import { kMostBytes } from "../csv/text";
import { type AdminWords, useAdminWords } from "../words";
import { ofSections, totalsOf } from "./totals";
import { TotalsView } from "./totals_view";
import "./question.css";

const kShown = 12; // problems, and sections of the preview

function problemText(w: AdminWords, { line, column, code, args }: CsvProblem): string {
  const names: Record<string, string> = { name: w.section, rows: w.rows, seatsPerRow: w.perRow, price: w.price };
  const shown = args.map((arg) =>
    code === "missingHeading"
      ? (names[arg] ?? arg)
      : /^\d{4,15}$/.test(arg) && code !== "notWhole"
        ? number(+arg)
        : arg,
  );
  const say = w.csvErrors[code] as (...args: string[]) => string;
  return line === null ? say(...shown) : `${w.csvAt(number(line), column)} ${say(...shown)}`;
}

function Refused({ file, problems }: { file: string; problems: readonly CsvProblem[] }) {
  const w = useAdminWords();
  return (
    <div class="note bad" role="alert">
      <p>
        <strong dir="auto">{w.csvRefused(file)}</strong>
      </p>
      <ul>
        {problems.slice(0, kShown).map((problem) => (
          <li key={`${problem.line} ${problem.column} ${problem.code}`} dir="auto">
            {problemText(w, problem)}
          </li>
        ))}
        {problems.length > kShown && <li>{w.csvMore(number(problems.length - kShown))}</li>}
      </ul>
    </div>
  );
}

function Table({ sections }: { sections: readonly SectionPlan[] }) {
  const w = useAdminWords();
  return (
    <div class="scroll" role="region" aria-label={w.csvSections} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th>{w.section}</th>
            <th class="number">{w.rows}</th>
            <th class="number">{w.perRow}</th>
            <th class="number">{w.seats}</th>
            <th class="number">{w.price}</th>
          </tr>
        </thead>
        <tbody>
          {sections.map((section) => (
            <tr key={section.name}>
              <td dir="auto">{section.name}</td>
              <td class="number">{number(section.rows)}</td>
              <td class="number">{number(section.seatsPerRow)}</td>
              <td class="number">{number(section.rows * section.seatsPerRow)}</td>
              <td class="number one-line">{money(section.price)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// What was found, before anything of it is used.
function Preview(props: {
  file: string;
  found: Extract<CsvResult, { sections: unknown }>;
  onUse: () => void;
  onDrop: () => void;
}) {
  const w = useAdminWords();
  const { file, found } = props;
  const separators: Record<string, string> = { ",": w.comma, ";": w.semicolon, "\t": w.tab, "|": w.bar };
  return (
    <div class="note preview" role="group" aria-label={w.csvFound(file)}>
      <p>
        <strong dir="auto">{w.csvFound(file)}</strong> {w.csvHow(found.encoding, separators[found.separator]!)}
      </p>
      <TotalsView totals={totalsOf(ofSections(found.sections))} />
      <Table sections={found.sections} />
      <div class="answers">
        <button type="button" class="main" onClick={props.onUse}>
          {w.csvUse}
        </button>
        <button type="button" onClick={props.onDrop}>
          {w.csvDrop}
        </button>
      </div>
    </div>
  );
}

// One byte more than is taken shows that the file is too large.
async function readFile(file: File): Promise<CsvResult> {
  return readCsv(new Uint8Array(await file.slice(0, kMostBytes + 1).arrayBuffer()));
}

export function CsvImport({ id, onUse }: { id: string; onUse: (sections: SectionPlan[]) => void }) {
  const w = useAdminWords();
  const [read, setRead] = useState<{ file: string; result: CsvResult } | null>(null);
  const [said, say] = useState("");
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (read) shown.current?.scrollIntoView({ block: "nearest" });
  }, [read]);
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (!file) return;
    const result = await readFile(file);
    input.value = "";
    say("");
    setRead({ file: file.name, result });
  };
  const use = (sections: SectionPlan[]) => {
    onUse(sections);
    say(w.csvUsed(number(sections.length)));
    setRead(null);
  };
  const result = read?.result;
  return (
    <div class="field">
      <label for={`${id}-csv`}>{w.csv}</label>
      <input
        id={`${id}-csv`}
        type="file"
        class="unseen"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        aria-describedby={`${id}-csv-help`}
        onChange={(event) => void take(event.currentTarget)}
      />
      <label class="file" for={`${id}-csv`}>
        {w.csvChoose}
      </label>
      <p id={`${id}-csv-help`} class="small">
        {w.csvHelp}
      </p>
      <div ref={shown}>
        {result && "problems" in result && <Refused file={read.file} problems={result.problems} />}
        {result && "sections" in result && (
          <Preview file={read.file} found={result} onUse={() => use(result.sections)} onDrop={() => setRead(null)} />
        )}
      </div>
      <p role="status" class="good-text">
        {said}
      </p>
    </div>
  );
}
