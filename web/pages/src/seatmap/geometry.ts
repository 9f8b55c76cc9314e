// Where seats are drawn, from nothing but section, row and number; which seat is near a point, and which one an arrow key goes to.
//
// One unit is the distance of two neighbours in a row. The stage is at the top (y = 0). Sections keep the order of the server, are
// put side by side until a band is as wide as looks right, and each row bends a little towards the stage. Knows nothing of the DOM.

export interface PlacedSeat {
  section: string | null;
  row: number | null;
  number: number;
}

export interface Block {
  name: string | null;
  x: number; // of its left edge
  y: number; // of its top in its middle, below the name
  width: number;
  height: number;
}

export interface Layout {
  x: Float32Array; // of seat i
  y: Float32Array;
  rowOf: Int32Array; // a number per row of the drawing; seats of a row are next to each other in the input
  blocks: Block[];
  width: number;
  height: number;
}

export const kStage = 3.2; // height kept for the stage
const kLabel = 1.6; // height kept for the name of a section
const kGap = 1.6;
const kWanted = 1.5; // width to height of the whole
const kBend = 0.09;
const kWidthsTried = 24;

interface Part {
  name: string | null;
  rows: number[][]; // indices of seats
  width: number;
}

// A section without rows is cut into rows that make it about twice as wide as deep.
function cutIntoRows(indices: number[]): number[][] {
  const columns = Math.max(1, Math.min(indices.length, Math.ceil(Math.sqrt(indices.length * 2))));
  const rows: number[][] = [];
  for (let at = 0; at < indices.length; at += columns) rows.push(indices.slice(at, at + columns));
  return rows;
}

function partsOf(seats: readonly PlacedSeat[]): Part[] {
  const sections = new Map<string | null, Map<number | null, number[]>>();
  seats.forEach((seat, index) => {
    let rows = sections.get(seat.section);
    if (!rows) {
      rows = new Map();
      sections.set(seat.section, rows);
    }
    const row = rows.get(seat.row);
    if (row) row.push(index);
    else rows.set(seat.row, [index]);
  });
  return [...sections].map(([name, byRow]) => {
    const rows = [...byRow]
      .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
      .flatMap(([row, indices]) => {
        indices.sort((a, b) => seats[a]!.number - seats[b]!.number);
        return row === null ? cutIntoRows(indices) : [indices];
      });
    return { name, rows, width: Math.max(...rows.map((row) => row.length)) };
  });
}

function cutIntoBands(parts: Part[], limit: number): Part[][] {
  const bands: Part[][] = [];
  let width = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    if (width + kGap + part.width > limit) {
      bands.push([]);
      width = -kGap;
    }
    bands.at(-1)!.push(part);
    width += kGap + part.width;
  }
  return bands;
}

const widthOf = (band: Part[]) => band.reduce((sum, part) => sum + part.width + kGap, -kGap);
const depthOf = (band: Part[]) => Math.max(...band.map((part) => part.rows.length + (part.name === null ? 0 : kLabel)));

// Tries a few widths and takes the one that can be drawn largest in a frame of the wanted shape.
function bandsOf(parts: Part[]): Part[][] {
  const least = Math.max(...parts.map((part) => part.width));
  const most = widthOf(parts);
  let best: Part[][] = [];
  let smallest = Number.POSITIVE_INFINITY;
  for (let step = 0; step <= kWidthsTried; ++step) {
    const bands = cutIntoBands(parts, least + ((most - least) * step) / kWidthsTried + 0.001);
    const height = kStage + bands.reduce((sum, band) => sum + depthOf(band) + kGap, 0);
    const size = Math.max(...bands.map(widthOf), height * kWanted);
    if (size >= smallest) continue;
    smallest = size;
    best = bands;
  }
  return best;
}

export function layOut(seats: readonly PlacedSeat[]): Layout {
  const x = new Float32Array(seats.length);
  const y = new Float32Array(seats.length);
  const rowOf = new Int32Array(seats.length);
  const blocks: Block[] = [];
  if (seats.length === 0) return { x, y, rowOf, blocks, width: 10, height: kStage };
  const bands = bandsOf(partsOf(seats));
  const width = Math.max(8, ...bands.map(widthOf));
  const middle = width / 2;
  const bend = Math.min(width * kBend, 3);
  let top = kStage;
  let rows = 0;
  for (const band of bands) {
    let left = middle - widthOf(band) / 2;
    for (const part of band) {
      const named = part.name === null ? 0 : kLabel;
      part.rows.forEach((row, line) => {
        const start = left + (part.width - row.length) / 2 + 0.5;
        row.forEach((index, place) => {
          const at = start + place;
          x[index] = at;
          y[index] = top + named + line + 0.5 + bend * (1 - ((at - middle) / middle) ** 2);
          rowOf[index] = rows;
        });
        rows += 1;
      });
      blocks.push({
        name: part.name,
        x: left,
        y: top + named + bend * (1 - ((left + part.width / 2 - middle) / middle) ** 2),
        width: part.width,
        height: part.rows.length,
      });
      left += part.width + kGap;
    }
    top += depthOf(band) + kGap;
  }
  return { x, y, rowOf, blocks, width, height: top - kGap + bend + 0.5 };
}

// Seats by unit square, so that finding the one under a finger does not look at fifty thousand.
export class SeatGrid {
  readonly #cells = new Map<number, number[]>();

  constructor(private readonly layout: Layout) {
    for (let i = 0; i < layout.x.length; ++i) {
      const key = this.#key(Math.floor(layout.x[i]!), Math.floor(layout.y[i]!));
      const cell = this.#cells.get(key);
      if (cell) cell.push(i);
      else this.#cells.set(key, [i]);
    }
  }

  #key(column: number, line: number): number {
    return line * 100_003 + column;
  }

  // The nearest seat whose middle is within `reach` of the point; -1 when there is none.
  find(x: number, y: number, reach: number): number {
    let best = -1;
    let least = reach * reach;
    for (let line = Math.floor(y - reach); line <= Math.floor(y + reach); ++line)
      for (let column = Math.floor(x - reach); column <= Math.floor(x + reach); ++column)
        for (const i of this.#cells.get(this.#key(column, line)) ?? []) {
          const distance = (this.layout.x[i]! - x) ** 2 + (this.layout.y[i]! - y) ** 2;
          if (distance > least) continue;
          least = distance;
          best = i;
        }
    return best;
  }

  // Calls `visit` for every seat of the rectangle and a few around it.
  within(left: number, top: number, right: number, bottom: number, visit: (index: number) => void): void {
    for (let line = Math.floor(top) - 1; line <= Math.floor(bottom) + 1; ++line)
      for (let column = Math.floor(left) - 1; column <= Math.floor(right) + 1; ++column)
        for (const i of this.#cells.get(this.#key(column, line)) ?? []) visit(i);
  }
}

// The seat an arrow key goes to: ahead in that direction, sideways costs more; `from` itself when there is none.
export function neighbour(layout: Layout, from: number, dx: number, dy: number): number {
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < layout.x.length; ++i) {
    const ahead = (layout.x[i]! - layout.x[from]!) * dx + (layout.y[i]! - layout.y[from]!) * dy;
    if (ahead < 0.3) continue;
    const aside = Math.abs((layout.x[i]! - layout.x[from]!) * dy) + Math.abs((layout.y[i]! - layout.y[from]!) * dx);
    const isSameRow = layout.rowOf[i] === layout.rowOf[from];
    if (dx === 0 ? isSameRow : !isSameRow && aside > 2) continue; // rows bend: not every seat ahead is meant
    const cost = ahead + 2.5 * aside;
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  return best;
}
