// Names of sections as they go on tickets: trimmed, one space between words, NFC; nothing in them that cannot be seen or that pretends to be
// another letter. The server refuses the same; here the line can be named.
export const kLongestName = 50;

export type Name = { name: string } | { code: "blank" | "invisible" | "lookAlike" | "longName"; args: string[] };

const codeOf = (letter: string) => `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;

// Control, format, private and unassigned characters, what is drawn as nothing, and letters lost on the way (U+FFFD).
const kUnseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/u;

// Letters of other alphabets that are drawn like Latin ones.
const kTwins: Record<string, string> = Object.fromEntries(
  [
    ["АВЕЅЗІЈКМНОРСТУХԚԜ", "ABES3IJKMHOPCTYXQW"],
    ["аеорсухіјѕԛԝһ", "aeopcyxijsqwh"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
    ["οιν", "oiv"],
  ].flatMap(([others, latin]) => [...others!].map((letter, at) => [letter, latin![at]!])),
);

// Two names with the same shape cannot be told apart on a ticket.
export const shapeOf = (name: string): string =>
  [...name.normalize("NFKC").replace(/\p{Pd}/gu, "-")].map((letter) => kTwins[letter] ?? letter).join("");

const mixes = (word: string) => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word);

export function readName(text: string): Name {
  // A line break in a cell is how spreadsheets wrap a long name.
  const name = text
    .normalize("NFC")
    .replace(/[\n\t\p{Zs}]+/gu, " ")
    .trim();
  const unseen = kUnseen.exec(name);
  if (unseen) return { code: "invisible", args: [codeOf(unseen[0])] };
  if (name === "") return { code: "blank", args: [] };
  const mixed = name.split(" ").find(mixes);
  if (mixed) return { code: "lookAlike", args: [codeOf(/[\p{Script=Cyrillic}\p{Script=Greek}]/u.exec(mixed)![0])] };
  if ([...name].length > kLongestName) return { code: "longName", args: [String(kLongestName)] };
  return { name };
}
