// Whole numbers as people and spreadsheets write them: 154000, 154,000, ₩154,000, 154 000, 154.000,00, １５４０００. A number that can be read in
// two ways is refused, since a wrong price is found out by buyers.
import type { CsvCode } from "./csv";

export type Whole = { value: number } | { code: CsvCode; args: string[] };

// How the other cells of the column are written decides about a cell that could be both.
export interface Habits {
  separator: string; // of the file
  decimalComma: boolean;
  decimalDot: boolean;
  groupedComma: boolean;
  groupedDot: boolean;
}

// Full-width digits and signs only: a general folding would make 10² out of a footnote into 102.
const narrow = (text: string) =>
  text
    .replace(/[\uFF10-\uFF19\uFF0C\uFF0E\uFF0D\uFF0B]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll("\uFFE6", "₩");

// The backslash is how Korean Windows writes the sign of the won.
const withoutWon = (text: string) => text.replace(/^(?:₩|\\|KRW)\s*/i, "").replace(/\s*(?:₩|원|KRW)$/i, "");

export function clean(cell: string, isMoney: boolean): string {
  const text = narrow(cell).trim();
  return isMoney ? withoutWon(text).trim() : text;
}

export function habitsOf(cells: readonly string[], separator: string): Habits {
  const some = (pattern: RegExp) => cells.some((cell) => pattern.test(cell));
  return {
    separator,
    decimalComma: some(/,\d{1,2}$|,\d{4,}$|^\d{4,},\d+$|\d\.\d{3},\d+$/),
    decimalDot: some(/\.\d{1,2}$|\.\d{4,}$|^\d{4,}\.\d+$|\d,\d{3}\.\d+$/),
    groupedComma: some(/^\d{1,3}(,\d{3}){2,}|^\d{1,3},\d{3}\.\d+$/),
    groupedDot: some(/^\d{1,3}(\.\d{3}){2,}|^\d{1,3}\.\d{3},\d+$/),
  };
}

type Read = string | "ambiguous" | "decimals" | null; // digits, or what is wrong

// One point or comma before exactly three digits.
function readSingleGroup(text: string, mark: "," | ".", habits: Habits): Read {
  const digits = text.replace(mark, "");
  const [isDecimal, isGrouped] =
    mark === "," ? [habits.decimalComma, habits.groupedComma] : [habits.decimalDot, habits.groupedDot];
  const isOtherGrouped = mark === "," ? habits.groupedDot : habits.groupedComma;
  if (isDecimal || isOtherGrouped) return "ambiguous";
  // 154,000 is how Korea and most of the world write it; 154.000 only where the semicolon separates cells.
  return mark === "," || isGrouped || habits.separator === ";" ? digits : "ambiguous";
}

function readMarks(text: string, habits: Habits): Read {
  if (/^\d+$/.test(text)) return text;
  if (/^\d{1,3}(?:([ \u00A0\u2009\u202F'’])\d{3})(?:\1\d{3})*$/.test(text)) return text.replace(/\D/g, "");
  const single = /^\d{1,3}([,.])\d{3}$/.exec(text);
  if (single) return readSingleGroup(text, single[1] as "," | ".", habits);
  if (/^\d{1,3}(,\d{3})+$/.test(text) || /^\d{1,3}(\.\d{3})+$/.test(text)) return text.replace(/\D/g, "");
  const [, whole, mark, part] = /^(\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+)([,.])(\d+)$/.exec(text) ?? [];
  if (whole === undefined || whole.includes(mark!)) return null;
  // 154,00 where commas separate cells is a slip for 154,000 as likely as a decimal.
  if (mark === "," && habits.separator === ",") return "ambiguous";
  return /^0{1,2}$/.test(part!) ? whole.replace(/\D/g, "") : "decimals";
}

export function wholeOf(cell: string, most: number, isMoney: boolean, habits: Habits): Whole {
  const shown = cell.trim();
  if (shown === "") return { code: "blank", args: [] };
  const text = clean(cell, isMoney);
  if (/^[-+−]\s?\d/.test(text)) return { code: "range", args: [shown, String(most)] };
  if (isMoney && /[$€£¥￥]|usd|eur|jpy|달러|엔/i.test(text)) return { code: "currency", args: [shown] };
  const digits = readMarks(text, habits);
  if (digits === null) return { code: "notWhole", args: [shown] };
  if (digits === "ambiguous" || digits === "decimals") return { code: digits, args: [shown] };
  const value = Number(digits);
  return value >= 1 && value <= most ? { value } : { code: "range", args: [shown, String(most)] };
}
