// The seat that the mouse or the keyboard is at.
import { useState } from "preact/hooks";
import { kStage, type Layout, neighbour, type SeatGrid } from "./geometry";
import { meaningOf } from "./keys";
import type { MapView } from "./map_view";
import { bringIn } from "./view";

const kAnyReach = 200;

export function useCursor(layout: Layout, grid: SeatGrid, map: MapView, onToggle: (index: number) => void) {
  const [at, goTo] = useState(-1);
  const [hasKeyboard, setKeyboard] = useState(false);
  const first = () => grid.find(layout.width / 2, kStage + 1, kAnyReach);
  const move = (dx: number, dy: number) => {
    const seat = at < 0 ? first() : neighbour(layout, at, dx, dy);
    goTo(seat);
    if (!map.isZoomed) return;
    const next = bringIn(map.view, map.size, layout.x[seat]!, layout.y[seat]!);
    if (next !== map.view) map.show(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    setKeyboard(true);
    const meaning = meaningOf(event.key);
    if (!meaning || (meaning.kind === "toggle" && at < 0)) return;
    event.preventDefault();
    if (meaning.kind === "move") move(meaning.dx, meaning.dy);
    else if (meaning.kind === "toggle") onToggle(at);
    else if (meaning.kind === "zoom") map.zoomBy(meaning.factor);
    else map.show(null);
  };
  const onFocus = (event: FocusEvent) => {
    if (!(event.currentTarget as Element).matches(":focus-visible")) return;
    setKeyboard(true);
    if (at < 0 && layout.x.length > 0) goTo(first());
  };
  return { at, goTo, hasKeyboard, setKeyboard, onKeyDown, onFocus };
}
