// Which part of a layout the frame shows, and what zooming, moving and keeping within the picture make of it. Knows nothing of the DOM.
import type { Layout } from "./geometry";

export interface View {
  x: number; // of the left edge, in units
  y: number;
  scale: number; // pixels a unit
}

export interface Size {
  width: number; // of the frame, in pixels
  height: number;
}

export const kClosest = 56; // pixels a unit at most

// All of it, in the middle.
export function fit(layout: Layout, width: number, height: number): View {
  const pad = Math.max(0.6, layout.width * 0.015);
  const scale = Math.min(width / (layout.width + 2 * pad), height / (layout.height + 2 * pad), 44);
  return { x: layout.width / 2 - width / scale / 2, y: layout.height / 2 - height / scale / 2, scale };
}

// Closer by `factor`, with the point under (px, py) staying where it is; never farther than all of it.
export function zoom(view: View, all: View, factor: number, px: number, py: number): View {
  const scale = Math.min(Math.max(kClosest, all.scale), Math.max(all.scale, view.scale * factor));
  return {
    x: view.x + px / view.scale - px / scale,
    y: view.y + py / view.scale - py / scale,
    scale,
  };
}

// Keeps the picture in the frame: the middle of the frame is never off the layout, and all of it is shown when it fits.
export function keepInside(view: View, layout: Layout, all: View, width: number, height: number): View {
  if (view.scale <= all.scale * 1.001) return all;
  const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
  const [w, h] = [width / view.scale, height / view.scale];
  const along = (at: number, extent: number, whole: number) =>
    extent >= whole ? whole / 2 - extent / 2 : clamp(at, -0.6, whole - extent + 0.6);
  return { x: along(view.x, w, layout.width), y: along(view.y, h, layout.height), scale: view.scale };
}

// Moved by pixels, and how many of them up or down were left over at the edge of the picture.
export function pan(view: View, layout: Layout, all: View, size: Size, dx: number, dy: number): [View, number] {
  const next = { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale };
  const kept = keepInside(next, layout, all, size.width, size.height);
  return [kept, (next.y - kept.y) * view.scale];
}

// With the point in the middle of the frame; the same view when the point is well within it.
export function bringIn(view: View, size: Size, x: number, y: number): View {
  const [right, bottom] = [size.width / view.scale, size.height / view.scale];
  const [dx, dy] = [x - view.x, y - view.y];
  const isAtTheEdge = dx < 1 || dy < 1 || dx > right - 1 || dy > bottom - 1;
  return isAtTheEdge ? { ...view, x: x - right / 2, y: y - bottom / 2 } : view;
}

const kTouchable = 15; // pixels a unit from which a finger can tell seats apart

// How much closer a tap comes where seats are too small to tell apart; null where a tap chooses.
export function tapZoom(scale: number, isFinger: boolean): number | null {
  if (scale >= (isFinger ? kTouchable : kTouchable / 2)) return null;
  return (isFinger ? 30 : 20) / scale;
}
