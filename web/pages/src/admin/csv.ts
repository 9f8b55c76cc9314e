// Seats from a spreadsheet: one section a line, "name,rows,seatsPerRow,price", a heading allowed. All or nothing, with the line that is wrong.
import type { SectionPlan } from "./api";

export type CsvResult = { sections: SectionPlan[] } | { line: number };

function cells(line: string): string[] {
  const found: string[] = [];
  for (const match of line.matchAll(/(?:^|[,;\t])\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))/g))
    found.push(match[1] === undefined ? match[2]!.trim() : match[1].replaceAll('""', '"'));
  return found;
}

const whole = (text: string | undefined, most: number) => {
  const value = Number((text ?? "").replaceAll(" ", ""));
  return /^\d+$/.test((text ?? "").trim()) && value >= 1 && value <= most ? value : null;
};

export function readCsv(text: string): CsvResult {
  const sections: SectionPlan[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const [name = "", rows, seats, price] = cells(line);
    const section = {
      name: name.trim(),
      rows: whole(rows, 1000),
      seatsPerRow: whole(seats, 1000),
      price: whole(price, 10_000_000),
    };
    const isHeading =
      sections.length === 0 && section.rows === null && section.seatsPerRow === null && section.price === null;
    if (isHeading && at === lines.findIndex((each) => each.trim() !== "")) continue;
    if (
      !section.name ||
      section.name.length > 50 ||
      !section.rows ||
      !section.seatsPerRow ||
      !section.price ||
      sections.some((each) => each.name === section.name)
    )
      return { line: at + 1 };
    sections.push(section as SectionPlan);
  }
  return sections.length > 0 ? { sections } : { line: 1 };
}
