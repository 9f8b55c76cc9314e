// The seat map on a canvas, for halls too large for SVG: draws what is in view, grouped by colour.
import { kStage, type SeatGrid } from "./geometry";
import { type Colours, kFree, kHalf, kHeld, kSold, type Picture } from "./paint";
import type { View } from "./view";

const kNameAbove = 9; // pixels a unit from which a section's name stands above it
const kLevels = [3, 9]; // device pixels a unit at which the whole is kept drawn
const kLargest = 4096; // pixels of a side
const kGapsFrom = 4; // nearer, gaps between seats are drawn; from afar they would only shimmer
const kFullHalf = 0.52;
const kRoundFrom = 12; // pixels a unit from which corners are round

function group(picture: Picture, visible: Int32Array, count: number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let at = 0; at < count; ++at) {
    const i = visible[at]!;
    const code = picture.codes[i]!;
    const key = code === kFree ? picture.classes[i]! : 100 + code;
    const list = groups.get(key);
    if (list) list.push(i);
    else groups.set(key, [i]);
  }
  return groups;
}

function drawSeats(
  g: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: Picture,
  colours: Colours,
  { x, y, scale: k }: View,
  visible: Int32Array,
  count: number,
): void {
  const { layout } = picture;
  for (const [key, seats] of group(picture, visible, count)) {
    const code = key >= 100 ? key - 100 : kFree;
    const half = (code === kSold ? 0.15 : k < kGapsFrom ? kFullHalf : kHalf) * k;
    g.fillStyle = g.strokeStyle = code === kFree ? colours.free[key]! : colours.taken[code]!;
    g.lineWidth = Math.max(1, 0.1 * k);
    if (k < kRoundFrom) {
      for (const i of seats)
        g.fillRect((layout.x[i]! - x) * k - half, (layout.y[i]! - y) * k - half, 2 * half, 2 * half);
      continue;
    }
    g.beginPath();
    for (const i of seats)
      g.roundRect((layout.x[i]! - x) * k - half, (layout.y[i]! - y) * k - half, 2 * half, 2 * half, half / 2);
    if (code === kHeld) g.stroke();
    else g.fill();
  }
}

export class CanvasPainter {
  #visible: Int32Array;
  #levels = new Map<number, OffscreenCanvas>();
  #picture: Picture | null = null;
  #colours: Colours | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly grid: SeatGrid,
    seats: number,
  ) {
    this.#visible = new Int32Array(seats);
  }

  paint(picture: Picture, view: View, colours: Colours, width: number, height: number): void {
    const density = devicePixelRatio;
    if (this.canvas.width !== Math.round(width * density) || this.canvas.height !== Math.round(height * density)) {
      this.canvas.width = Math.round(width * density);
      this.canvas.height = Math.round(height * density);
    }
    const g = this.canvas.getContext("2d")!;
    g.setTransform(density, 0, 0, density, 0, 0);
    g.clearRect(0, 0, width, height);
    const { layout } = picture;
    const { x, y, scale } = view;
    const ready = this.#drawn(picture, colours, scale * density);
    if (ready) {
      g.imageSmoothingQuality = "medium";
      g.drawImage(ready, -x * scale, -y * scale, layout.width * scale, layout.height * scale);
    } else {
      let count = 0;
      this.grid.within(x, y, x + width / scale, y + height / scale, (i) => {
        this.#visible[count++] = i;
      });
      drawSeats(g, picture, colours, view, this.#visible, count);
    }
    this.#label(picture, view, colours, width);
  }

  // From afar tens of thousands of seats are in view: they are drawn once after every change and then only scaled.
  #drawn(picture: Picture, colours: Colours, scale: number): OffscreenCanvas | null {
    const { layout } = picture;
    const level = kLevels.find((each) => scale <= each);
    if (!level || Math.max(layout.width, layout.height) * level > kLargest) return null;
    this.#renew(picture, colours);
    const known = this.#levels.get(level);
    if (known) return known;
    const made = new OffscreenCanvas(Math.ceil(layout.width * level), Math.ceil(layout.height * level));
    for (let i = 0; i < layout.x.length; ++i) this.#visible[i] = i;
    drawSeats(made.getContext("2d")!, picture, colours, { x: 0, y: 0, scale: level }, this.#visible, layout.x.length);
    this.#levels.set(level, made);
    return made;
  }

  // A change of some seats is painted over; anything else begins anew.
  #renew(picture: Picture, colours: Colours): void {
    const before = this.#picture;
    if (before === picture && this.#colours === colours) return;
    const isSameHall = before?.layout === picture.layout && before.classes === picture.classes;
    this.#picture = picture;
    if (!isSameHall || this.#colours !== colours) {
      this.#colours = colours;
      this.#levels.clear();
      return;
    }
    let count = 0;
    for (let i = 0; i < picture.codes.length; ++i) if (picture.codes[i] !== before.codes[i]) this.#visible[count++] = i;
    for (const [level, drawn] of this.#levels) {
      const g = drawn.getContext("2d")!;
      for (let at = 0; at < count; ++at) {
        const i = this.#visible[at]!;
        // Its square and nothing of its neighbours, which are one unit away.
        g.clearRect((picture.layout.x[i]! - 0.5) * level, (picture.layout.y[i]! - 0.5) * level, level, level);
      }
      drawSeats(g, picture, colours, { x: 0, y: 0, scale: level }, this.#visible, count);
    }
  }

  #label({ layout }: Picture, { x, y, scale }: View, colours: Colours, width: number): void {
    const g = this.canvas.getContext("2d")!;
    g.fillStyle = colours.text;
    g.textAlign = "center";
    g.font = `600 12px ${colours.font}`;
    g.textBaseline = "middle";
    for (const block of layout.blocks) {
      if (!block.name || block.width * scale < 24) continue;
      // From afar the gap above is too small: the name lies on the seats.
      if (scale < kNameAbove) {
        const [cx, cy] = [(block.x + block.width / 2 - x) * scale, (block.y + block.height / 2 - y) * scale];
        const half = Math.min(g.measureText(block.name).width / 2 + 10, (block.width * scale) / 2);
        g.fillStyle = colours.ground;
        g.beginPath();
        g.roundRect(cx - half, cy - 12, 2 * half, 24, 12);
        g.fill();
        g.fillStyle = colours.text;
        g.fillText(block.name, cx, cy + 1, 2 * half - 12);
        continue;
      }
      g.fillText(block.name, (block.x + block.width / 2 - x) * scale, (block.y - 0.5 - y) * scale, block.width * scale);
    }
    g.strokeStyle = colours.text;
    g.lineWidth = 2;
    g.beginPath();
    const middle = (layout.width / 2 - x) * scale;
    const half = Math.min(layout.width * 0.3, 14) * scale;
    const top = (kStage * 0.35 - y) * scale;
    g.moveTo(middle - half, top);
    g.quadraticCurveTo(middle, top + kStage * 0.4 * scale, middle + half, top);
    if (middle > -half && middle < width + half) g.stroke();
  }
}
