// Sections from files as operators have them.
import { describe, expect, it } from "vitest";
import { type CsvResult, readCsv } from "../src/admin/csv/csv";
import { readName, shapeOf } from "../src/admin/csv/names";
import { habitsOf, wholeOf } from "../src/admin/csv/number";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readCsv(utf8(text));
const sectionsOf = (result: CsvResult) => ("sections" in result ? result.sections : result.problems);
const kHead = "section,rows,seats per row,price\n";
const floor = { name: "Floor A", rows: 10, seatsPerRow: 20, price: 150_000 };

// [line, column, code] of what is wrong.
const faults = (text: string | Uint8Array) => {
  const result = typeof text === "string" ? read(text) : readCsv(text);
  return "problems" in result ? result.problems.map(({ line, column, code }) => [line, column, code]) : result.sections;
};

function utf16(text: string, isLittle: boolean, isMarked: boolean): Uint8Array {
  const units = [...(isMarked ? `\uFEFF${text}` : text)].map((letter) => letter.charCodeAt(0));
  return Uint8Array.from(units.flatMap((unit) => (isLittle ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])));
}

describe("characters", () => {
  const text = "구역\t열 수\t열당 좌석 수\t가격\r\nVIP석\t10\t20\t150000\r\n";
  const vip = [{ name: "VIP석", rows: 10, seatsPerRow: 20, price: 150_000 }];
  it.each([
    ["UTF-8", utf8(text)],
    ["UTF-8", utf8(`\uFEFF${text}`)],
    ["UTF-16", utf16(text, true, true)],
    ["UTF-16", utf16(text, false, true)],
    ["UTF-16", utf16(text, true, false)],
    ["UTF-16", utf16(text, false, false)],
  ])("%s is recognised", (encoding, bytes) =>
    expect(readCsv(bytes)).toEqual({ sections: vip, encoding, separator: "\t" }),
  );
  it("of Korean Excel are recognised", () => {
    const cp949 = [
      0xb1,
      0xb8,
      0xbf,
      0xaa,
      ...utf8(",rows,seats,price\r\n1"),
      0xc3,
      0xfe,
      ...utf8(" A"),
      0xb1,
      0xb8,
      0xbf,
      0xaa,
    ];
    expect(readCsv(Uint8Array.from([...cp949, ...utf8(",10,20,150000\r\n")]))).toEqual({
      sections: [{ name: "1층 A구역", rows: 10, seatsPerRow: 20, price: 150_000 }],
      encoding: "CP949",
      separator: ",",
    });
  });
  it.each([
    ["empty", new Uint8Array()],
    ["empty", utf8("\uFEFF")],
    ["empty", utf8(" \r\n\t\r\n")],
    ["binary", Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0])],
    ["binary", Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1])],
    ["binary", Uint8Array.from([65, 0, 0, 66, 67])],
    ["encoding", Uint8Array.from([...utf8(`${kHead}Caf`), 0xe9, ...utf8(",1,2,3\n")])],
    ["tooLarge", new Uint8Array(4 * 1024 * 1024 + 1)],
  ])("that cannot be read are refused: %s", (code, bytes) => expect(faults(bytes)).toEqual([[null, null, code]]));
});

describe("columns", () => {
  it.each([
    ["commas", `${kHead}Floor A,10,20,150000\n`],
    ["semicolons", "section;rows;seats per row;price\nFloor A;10;20;150000"],
    ["tabs", "section\trows\tseats per row\tprice\r\nFloor A\t10\t20\t150000\r\n"],
    ["vertical bars", "section|rows|seats per row|price\nFloor A|10|20|150000\n"],
    ["what Excel says", "sep=;\r\nsection;rows;seats per row;price\r\nFloor A;10;20;150000\r\n"],
    ["another order", "Price (KRW),Seats_per_row,Section name,Rows\n150000,20,Floor A,10\n"],
    ["Korean headings", "구역명,가격(원),열 수,열당 좌석 수\nFloor A,150000,10,20\n"],
    ["breaks within headings", '"section","rows","seats\nper row","price"\n"Floor A","10","20","150000"\n'],
    ["line ends of old Macs", "section,rows,seats per row,price\rFloor A,10,20,150000\r"],
    ["mixed line ends", "section,rows,seats per row,price\r\nFloor A,10,20,150000\n\r\n"],
    ["empty columns at the end", "section,rows,seats per row,price,,\nFloor A,10,20,150000,,\n,,,,,\n"],
    ["a break within a name", `${kHead}"Floor\nA",10,20,150000\n`],
  ])("are found by %s", (_, text) => expect(sectionsOf(read(text))).toEqual([floor]));

  it("keep separators and quotation marks within cells", () => {
    expect(sectionsOf(read(`${kHead}"Floor, ""left""; A",10,20,"150,000"\n`))).toEqual([
      { ...floor, name: 'Floor, "left"; A' },
    ]);
    // The comma of a price is no separator where semicolons are.
    expect(sectionsOf(read("section;rows;seats per row;price\nFloor A;10;20;150,000\n"))).toEqual([floor]);
  });

  it.each([
    ["no headings", "Floor A,10,20,150000\nB,1,1,1\n", [[1, null, "noHeadings"]]],
    ["a heading only", kHead, [[null, null, "noRows"]]],
    ["an unknown heading", "section,rows,seats,colour,price\nA,1,1,red,1\n", [[1, null, "unknownHeading"]]],
    ["two of a kind", "section,rows,rows,seats,price\nA,1,1,1,1\n", [[1, null, "repeatedHeading"]]],
    ["two names for one", "section,name,rows,seats,price\nA,B,1,1,1\n", [[1, null, "repeatedHeading"]]],
    ["one missing", "section,rows,price\nA,1,1\n", [[1, null, "missingHeading"]]],
    ["a line for each seat", "section,row,seat,price\nA,A,3,150000\n", [[1, null, "oneSeatALine"]]],
    ["a cell under no heading", "section,rows,seats,price,\nA,1,1,1,x\n", [[2, "5", "emptyHeading"]]],
    ["more cells than headings", `${kHead}Floor A,10,20,150,000\nB,1,1,1\n`, [[2, null, "moreCells"]]],
    ["one cell more, though empty", `${kHead}Floor A,10,20,150000,\n`, [[2, null, "moreCells"]]],
    ["fewer cells", `${kHead}\nFloor A,10,20\n`, [[3, null, "fewerCells"]]],
    ["another separator further down", `${kHead}A,1,1,1\nB;1;1;1\n`, [[3, null, "manySeparators"]]],
    ["a quotation mark never closed", `${kHead}A,1,1,1\n"B,1,1,1\nC,1,1,1\n`, [[3, null, "openQuote"]]],
    ["text after a quotation mark", `${kHead}"A" x,1,1,1\n`, [[2, null, "strayQuote"]]],
    ["a space before a quotation mark", `${kHead}A, "1",1,1\n`, [[2, null, "strayQuote"]]],
  ])("are refused: %s", (_, text, expected) => expect(faults(text)).toEqual(expected));

  it("name the line also after breaks within cells", () =>
    expect(faults(`${kHead}"A\n\nB",1,1,1\n\nC,0,1,1\n`)).toEqual([[6, "rows", "range"]]));
});

describe("numbers", () => {
  const habits = habitsOf([], ",");
  const wholeIn = (text: string, separator = ",", column: string[] = [text]) =>
    wholeOf(text, 10_000_000, true, habitsOf(column, separator));
  it.each([
    ["154000", 154_000],
    ["154,000", 154_000],
    ["1,540,000", 1_540_000],
    ["₩154,000", 154_000],
    ["￦154,000", 154_000],
    ["\\154,000", 154_000],
    ["154,000원", 154_000],
    ["KRW 154,000", 154_000],
    ["154 000", 154_000],
    ["154\u00A0000", 154_000],
    ["154\u202F000", 154_000],
    ["154'000", 154_000],
    ["1.540.000", 1_540_000],
    ["154000.00", 154_000],
    ["154,000.00", 154_000],
    ["１５４，０００", 154_000],
    [" 154000 ", 154_000],
    ["0154000", 154_000],
  ])("%j is read", (text, value) => expect(wholeIn(text)).toEqual({ value }));
  it.each([
    ["154.000", 154_000],
    ["154,000", 154_000],
    ["154.000,00", 154_000],
    ["154000,00", 154_000],
  ])("%j is read where semicolons separate", (text, value) => expect(wholeIn(text, ";")).toEqual({ value }));
  it.each([
    ["154.000", "ambiguous"],
    ["154,00", "ambiguous"],
    ["154000,5", "ambiguous"],
    ["154.5", "decimals"],
    ["1,54,000", "notWhole"],
    ["1,5400", "ambiguous"],
    ["154 00", "notWhole"],
    ["154,000 000", "notWhole"],
    ["1e5", "notWhole"],
    ["1E+05", "notWhole"],
    ["0x10", "notWhole"],
    ["15만", "notWhole"],
    ["'154000", "notWhole"],
    ['="154000"', "notWhole"],
    ["10²", "notWhole"],
    ["١٥٤", "notWhole"],
    ["NaN", "notWhole"],
    ["Infinity", "notWhole"],
    ["free", "notWhole"],
    ["-5", "range"],
    ["−5", "range"],
    ["0", "range"],
    ["10,000,001", "range"],
    ["99999999999999999999999", "range"],
    ["$154", "currency"],
    ["154 USD", "currency"],
    ["", "blank"],
    [" ", "blank"],
  ])("%j is refused: %s", (text, code) => expect(wholeIn(text)).toMatchObject({ code }));
  it("are refused when the rest of the column makes them doubtful", () => {
    expect(wholeIn("154,000", ";", ["154,000", "154000,00"])).toMatchObject({ code: "ambiguous" });
    expect(wholeIn("154.000", ";", ["154.000", "154,000.00"])).toMatchObject({ code: "ambiguous" });
    expect(wholeIn("154.000", ",", ["154.000", "1.540.000"])).toEqual({ value: 154_000 });
  });
  it("of rows and seats have no currency", () => {
    expect(wholeOf("₩10", 1000, false, habits)).toMatchObject({ code: "notWhole" });
    expect(wholeOf("1001", 1000, false, habits)).toMatchObject({ code: "range" });
  });
  it("are never less than what the file says", () => {
    for (const text of ["154,000", "154.000", "154 000", "₩154,000", "154,000.00", "154.000,00", "154'000", "154,00"])
      for (const separator of [",", ";", "\t"]) {
        const found = wholeIn(text, separator);
        if ("value" in found) expect([text, found.value >= 154_000 || text === "154,00"]).toEqual([text, true]);
      }
  });
  it("are named by line and column, all of them", () =>
    expect(faults(`${kHead}A,x,1,1\nB,1,1,1e5\n,1,1,1\n`)).toEqual([
      [2, "rows", "notWhole"],
      [3, "price", "notWhole"],
      [4, "section", "blank"],
    ]));
});

describe("names", () => {
  it.each([
    ["  Floor   A ", "Floor A"],
    ["Floor\u00A0A", "Floor A"],
    ["Floor\nA", "Floor A"],
    ["1\u110E\u1173\u11BC", "1층"],
    ["Cafe\u0301", "Café"],
    ["Ложа", "Ложа"],
    ["Ω Hall", "Ω Hall"],
    ["R석", "R석"],
  ])("%j is %j", (text, name) => expect(readName(text)).toEqual({ name }));
  it.each([
    ["", "blank"],
    [" \u00A0\u3000", "blank"],
    ["\u200B", "invisible"],
    ["A\u200BB", "invisible"],
    ["A\u202EB", "invisible"],
    ["A\u0007", "invisible"],
    ["\u3164", "invisible"],
    ["\u2800", "invisible"],
    ["A\uFFFD", "invisible"],
    ["A\u00AD", "invisible"],
    ["Fl\u043E\u043Er", "lookAlike"],
    ["x".repeat(51), "longName"],
  ])("%j is refused: %s", (text, code) => expect(readName(text)).toMatchObject({ code }));
  it.each([
    ["A", "\u0410"],
    ["A", "Ａ"],
    ["A-1", "A–1"],
  ])("%j and %j look the same", (one, other) => expect(shapeOf(one)).toBe(shapeOf(other)));
  it("are each given once", () => {
    expect(faults(`${kHead}A,1,1,1\nB,1,1,1\n A ,1,1,1\n`)).toEqual([[4, "section", "repeatedName"]]);
    expect(faults(`${kHead}A,1,1,1\n\u0410,1,1,1\n`)).toEqual([[3, "section", "similarName"]]);
  });
});

describe("a hall", () => {
  it("has no more seats and sections than the server makes", () => {
    expect(faults(`${kHead}A,1000,101,1\n`)).toEqual([[null, null, "tooManySeats"]]);
    const many = Array.from({ length: 1001 }, (_, i) => `S${i},1,1,1`).join("\n");
    expect(faults(kHead + many)).toEqual([[null, null, "tooManySections"]]);
  });
});
