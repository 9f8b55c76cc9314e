// The text of a file, whatever program wrote it: UTF-8 and UTF-16 with or without a mark, and CP949, as Korean Excel saves. What is none of
// them is refused: a guess would put broken letters on tickets.
export type CsvText = { text: string; encoding: string } | { problem: "empty" | "binary" | "encoding" | "tooLarge" };

export const kMostBytes = 4 * 1024 * 1024;

const begins = (bytes: Uint8Array, ...mark: number[]) => mark.every((byte, at) => bytes[at] === byte);

function decode(bytes: Uint8Array, label: string, encoding: string): CsvText | null {
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), encoding };
  } catch {
    return null;
  }
}

// Spreadsheets as they are, not as text: a zip file, or the older format.
const isSpreadsheet = (bytes: Uint8Array) =>
  begins(bytes, 0x50, 0x4b, 0x03, 0x04) || begins(bytes, 0xd0, 0xcf, 0x11, 0xe0);

// UTF-16 without a mark: the zero bytes of its digits and separators are on one side, but for a few letters like 가 (U+AC00).
function unmarked16(bytes: Uint8Array): CsvText | null {
  const zeros = [0, 0];
  bytes.forEach((byte, at) => {
    if (byte === 0) ++zeros[at % 2]!;
  });
  const [even, odd] = zeros as [number, number];
  if (bytes.length % 2 !== 0 || Math.max(even, odd) < 4 * Math.min(even, odd) || even === odd) return null;
  return odd > even ? decode(bytes, "utf-16le", "UTF-16") : decode(bytes, "utf-16be", "UTF-16");
}

function read(bytes: Uint8Array): CsvText | null {
  if (begins(bytes, 0xef, 0xbb, 0xbf)) return decode(bytes, "utf-8", "UTF-8");
  if (begins(bytes, 0xff, 0xfe)) return decode(bytes, "utf-16le", "UTF-16");
  if (begins(bytes, 0xfe, 0xff)) return decode(bytes, "utf-16be", "UTF-16");
  // What browsers call euc-kr is CP949.
  return unmarked16(bytes) ?? decode(bytes, "utf-8", "UTF-8") ?? decode(bytes, "euc-kr", "CP949");
}

export function textOf(bytes: Uint8Array): CsvText {
  if (bytes.length > kMostBytes) return { problem: "tooLarge" };
  if (isSpreadsheet(bytes)) return { problem: "binary" };
  const found = read(bytes);
  if (!found || "problem" in found) return { problem: "encoding" };
  if (found.text.includes("\0")) return { problem: "binary" };
  if (found.text.trim() === "") return { problem: "empty" };
  return found;
}
