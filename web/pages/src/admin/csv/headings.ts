// Which column is which: the headings say it, in any order, in English or Korean.
import type { CsvProblem } from "./csv";

export type Column = "name" | "rows" | "seatsPerRow" | "price";
export const kColumns: readonly Column[] = ["name", "rows", "seatsPerRow", "price"];

const kNames: Record<Column, string> = {
  name: "name section sectionname area block zone 구역 구역명 구역이름 좌석구역 블록 블럭 이름",
  rows: "rows rowcount numberofrows norows 열수 열개수 행수 줄수",
  seatsPerRow:
    "seats seatsperrow seatsarow seatsineachrow seatsrow perrow 열당좌석 열당좌석수 행당좌석수 줄당좌석수 한열좌석수 좌석수",
  price: "price amount cost unitprice ticketprice 가격 금액 요금 단가 정가 판매가 티켓가격",
};
const kMeaning = new Map<string, Column>(
  kColumns.flatMap((column) => kNames[column].split(" ").map((name) => [name, column] as const)),
);
// Files with a line for each seat or row: other columns, and another meaning.
const kOfOneSeat = new Set([
  "row",
  "seat",
  "seatnumber",
  "rownumber",
  "열",
  "행",
  "좌석",
  "좌석번호",
  "열번호",
  "번호",
]);

// “Seats per row”, “seats_per_row” and “가격 (원)” are what they look like.
const plain = (heading: string) =>
  heading
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]/g, "")
    .replace(/[\s_\-./:#*"']+/g, "");

export const meaningOf = (heading: string): Column | undefined => kMeaning.get(plain(heading));

// How many columns a line names when it is read as headings.
export const countKnown = (cells: readonly string[]): number => new Set(cells.map(meaningOf).filter(Boolean)).size;

export interface Headings {
  at: Map<Column, number>;
  shown: string[]; // as the file has them, for messages
}

export function readHeadings(cells: readonly string[], line: number): Headings | { problems: CsvProblem[] } {
  const shown = cells.map((cell) => cell.replace(/\s+/g, " ").trim());
  const problem = (code: CsvProblem["code"], ...args: string[]): CsvProblem => ({ line, column: null, code, args });
  const at = new Map<Column, number>();
  const problems: CsvProblem[] = [];
  if (countKnown(cells) === 0) return { problems: [problem("noHeadings", shown.join(" ").slice(0, 60))] };
  if (shown.some((heading) => kOfOneSeat.has(plain(heading)))) return { problems: [problem("oneSeatALine")] };
  shown.forEach((heading, i) => {
    if (heading === "") return;
    const column = meaningOf(heading);
    if (!column) problems.push(problem("unknownHeading", heading));
    else if (at.has(column)) problems.push(problem("repeatedHeading", heading));
    else at.set(column, i);
  });
  for (const column of kColumns) if (!at.has(column)) problems.push(problem("missingHeading", column));
  return problems.length > 0 ? { problems } : { at, shown };
}
