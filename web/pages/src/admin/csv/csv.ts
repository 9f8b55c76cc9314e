// Sections from a spreadsheet: headings, then a section a line. All or nothing, and every fault by line and column.
import Papa from "papaparse";
import type { SectionPlan } from "../api";
import type { AdminWords } from "../words";
import { countKnown, type Headings, readHeadings } from "./headings";
import { readName, shapeOf } from "./names";
import { clean, type Habits, habitsOf, wholeOf } from "./number";
import { textOf } from "./text";

export type CsvCode = keyof AdminWords["csvErrors"];
export interface CsvProblem {
  line: number | null; // null: the whole file
  column: string | null; // its heading
  code: CsvCode;
  args: string[];
}
export interface CsvFound {
  sections: SectionPlan[];
  encoding: string;
  separator: string;
}
export type CsvResult = CsvFound | { problems: CsvProblem[] };

export const kMostSections = 1000;
export const kMostSeats = 100_000;
export const kMostRows = 1000;
export const kMostPrice = 10_000_000;

const kSeparators = [",", ";", "\t", "|"];

interface Line {
  line: number; // where it begins
  cells: string[];
}

const ofFile = (code: CsvCode, ...args: string[]): CsvProblem => ({ line: null, column: null, code, args });
const parse = (text: string, delimiter: string, preview = 0) =>
  Papa.parse<string[]>(text, { delimiter, newline: "\n", quoteChar: '"', preview });
const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === "");

// One for the file: the one by which its first line names most columns.
function separatorOf(text: string): string {
  const scored = kSeparators.map((separator) => {
    const first = parse(text, separator, 50).data.find((cells) => !isBlank(cells)) ?? [];
    return { separator, score: [countKnown(first), first.length] as const };
  });
  scored.sort((a, b) => b.score[0] - a.score[0] || b.score[1] - a.score[1]);
  return scored[0]!.separator;
}

const breaks = (cells: readonly string[]) => cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);

function linesOf(text: string, separator: string, firstLine: number): Line[] | { problems: CsvProblem[] } {
  const parsed = parse(text, separator);
  let line = firstLine;
  const lines = parsed.data.map((cells) => {
    const at = line;
    line += 1 + breaks(cells);
    return { line: at, cells };
  });
  const [wrong] = parsed.errors.filter((error) => error.type === "Quotes");
  const at = wrong ? (lines[wrong.row ?? 0]?.line ?? firstLine) : (lines.find(hasStrayQuote)?.line ?? null);
  if (at === null) return lines.filter(({ cells }) => !isBlank(cells));
  const code = wrong?.code === "MissingQuotes" ? "openQuote" : "strayQuote";
  return { problems: [{ line: at, column: null, code, args: [] }] };
}

// A quotation mark after a space opens nothing: what it was to hold together falls apart.
const hasStrayQuote = ({ cells }: Line) => cells.some((cell) => /^[ \t]+"/.test(cell));

function checkCells({ line, cells }: Line, headings: Headings, separator: string): CsvProblem | null {
  const wanted = headings.shown.length;
  const counts = [String(cells.length), String(wanted)];
  if (cells.length > wanted) return { line, column: null, code: "moreCells", args: counts };
  if (cells.length < wanted) {
    const other = kSeparators.some((each) => each !== separator && cells.join(separator).split(each).length === wanted);
    return { line, column: null, code: other && cells.length === 1 ? "manySeparators" : "fewerCells", args: counts };
  }
  const unnamed = headings.shown.findIndex((heading, i) => heading === "" && cells[i]!.trim() !== "");
  return unnamed < 0 ? null : { line, column: String(unnamed + 1), code: "emptyHeading", args: [] };
}

// Sections read so far, by name and by shape, with their lines.
class Seen {
  #lines = new Map<string, number>();
  #shapes = new Map<string, number>();

  complain(name: string, line: number): Pick<CsvProblem, "code" | "args"> | null {
    const same = this.#lines.get(name);
    const similar = this.#shapes.get(shapeOf(name));
    if (same !== undefined) return { code: "repeatedName", args: [String(same)] };
    if (similar !== undefined) return { code: "similarName", args: [String(similar)] };
    this.#lines.set(name, line);
    this.#shapes.set(shapeOf(name), line);
    return null;
  }
}

function readLine(
  each: Line,
  headings: Headings,
  habits: Record<"rows" | "seatsPerRow" | "price", Habits>,
  seen: Seen,
) {
  const problems: CsvProblem[] = [];
  const cell = (column: keyof SectionPlan) => each.cells[headings.at.get(column)!]!;
  const refuse = (column: keyof SectionPlan, why: Pick<CsvProblem, "code" | "args">) =>
    problems.push({ line: each.line, column: headings.shown[headings.at.get(column)!]!, ...why });
  const whole = (column: "rows" | "seatsPerRow" | "price", most: number) => {
    const read = wholeOf(cell(column), most, column === "price", habits[column]);
    if ("value" in read) return read.value;
    refuse(column, read);
    return 0;
  };
  const name = readName(cell("name"));
  const known = "name" in name ? seen.complain(name.name, each.line) : name;
  if (known) refuse("name", known);
  const section: SectionPlan = {
    name: "name" in name ? name.name : "",
    rows: whole("rows", kMostRows),
    seatsPerRow: whole("seatsPerRow", kMostRows),
    price: whole("price", kMostPrice),
  };
  return { section, problems };
}

function readSections(lines: readonly Line[], headings: Headings, separator: string): SectionPlan[] | CsvProblem[] {
  const column = (name: keyof SectionPlan) =>
    lines.map(({ cells }) => clean(cells[headings.at.get(name)!] ?? "", name === "price"));
  const habits = {
    rows: habitsOf(column("rows"), separator),
    seatsPerRow: habitsOf(column("seatsPerRow"), separator),
    price: habitsOf(column("price"), separator),
  };
  const seen = new Seen();
  const sections: SectionPlan[] = [];
  const problems: CsvProblem[] = [];
  for (const each of lines) {
    const wrong = checkCells(each, headings, separator);
    if (wrong) {
      problems.push(wrong);
      continue;
    }
    const read = readLine(each, headings, habits, seen);
    problems.push(...read.problems);
    sections.push(read.section);
  }
  if (problems.length > 0) return problems;
  if (sections.length > kMostSections) return [ofFile("tooManySections", String(kMostSections))];
  const seats = sections.reduce((sum, section) => sum + section.rows * section.seatsPerRow, 0);
  return seats > kMostSeats ? [ofFile("tooManySeats", String(kMostSeats))] : sections;
}

export function readCsv(bytes: Uint8Array): CsvResult {
  const read = textOf(bytes);
  if ("problem" in read) return { problems: [ofFile(read.problem)] };
  // As Excel writes them, as others do, and as old Macs did.
  const whole = read.text.replace(/\r\n?/g, "\n");
  const told = /^sep=([,;\t|])\n/i.exec(whole); // Excel's own way of saying it
  const text = told ? whole.slice(told[0].length) : whole;
  const separator = told?.[1] ?? separatorOf(text);
  const lines = linesOf(text, separator, told ? 2 : 1);
  if ("problems" in lines) return lines;
  const [first, ...rest] = lines;
  if (!first) return { problems: [ofFile("empty")] };
  const headings = readHeadings(first.cells, first.line);
  if ("problems" in headings) return headings;
  if (rest.length === 0) return { problems: [ofFile("noRows")] };
  const sections = readSections(rest, headings, separator);
  if (sections.length > 0 && "code" in sections[0]!) return { problems: sections as CsvProblem[] };
  return { sections: sections as SectionPlan[], encoding: read.encoding, separator };
}
