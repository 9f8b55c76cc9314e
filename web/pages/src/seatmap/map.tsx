// The seat map as people use it: mouse, touch, pen or keyboard. Draws with SVG, or on a canvas when the hall is large.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useWords } from "../base/words";
import { CanvasPainter } from "./canvas";
import { fit, keepInside, kStage, neighbour, SeatGrid, type View, zoom } from "./geometry";
import { coloursOf, type Picture, paths } from "./paint";

export const kCanvasAbove = 2000;
const kTapPixels = 8; // a finger that moved less has not moved
const kReadable = 20; // pixels a unit from which numbers are written
const kTouchable = 15; // pixels a unit from which a finger can tell seats apart
const kRowsReadable = 24;
const kNumbersAtMost = 600;

interface Props {
  picture: Picture;
  numbers: readonly number[]; // of seat i
  rows: readonly (number | null)[];
  nameOf: (index: number) => string;
  onPoint?: (index: number) => void; // touched, whether it can be chosen or not
  onToggle: (index: number) => void;
}

const kArrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function SeatMapView({ picture, numbers, rows, nameOf, onPoint, onToggle }: Props) {
  const w = useWords();
  const { layout } = picture;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useMemo(() => new SeatGrid(layout), [layout]);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const all = useMemo(() => fit(layout, Math.max(1, size.width), Math.max(1, size.height)), [layout, size]);
  const [wanted, setView] = useState<View | null>(null);
  const view = keepInside(wanted ?? all, layout, all, size.width, size.height);
  const [at, setAt] = useState(-1); // where the keyboard or the mouse is
  const [hasKeyboard, setKeyboard] = useState(false);
  const isCanvas = layout.x.length > kCanvasAbove;
  const isZoomed = view.scale > all.scale * 1.01;
  const [look, setLook] = useState(0); // changes with light and dark

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const box = entry!.contentRect;
      setSize({ width: box.width, height: box.height });
    });
    observer.observe(frame.current!);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const again = () => setLook((n) => n + 1);
    dark.addEventListener("change", again);
    const themes = new MutationObserver(again);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      observer.disconnect();
      themes.disconnect();
      dark.removeEventListener("change", again);
    };
  }, []);

  const painter = useRef<CanvasPainter | null>(null);
  useEffect(() => {
    painter.current = canvas.current && new CanvasPainter(canvas.current, grid, layout.x.length);
  }, [grid, isCanvas]);
  const colours = useMemo(() => (frame.current ? coloursOf(frame.current) : null), [look, size]);
  useEffect(() => {
    if (!isCanvas || !colours || size.width === 0) return;
    const turn = requestAnimationFrame(() => painter.current?.paint(picture, view, colours, size.width, size.height));
    return () => cancelAnimationFrame(turn);
  });

  const zoomBy = (factor: number, px = size.width / 2, py = size.height / 2) =>
    setView(zoom(view, all, factor, px, py));

  // Pointers.
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const inFrame = ({ x, y }: { x: number; y: number }) => {
    const box = frame.current!.getBoundingClientRect();
    return { x: x - box.left, y: y - box.top };
  };
  const onScreen = (event: PointerEvent | WheelEvent) => ({ x: event.clientX, y: event.clientY });
  const seatAt = (x: number, y: number, isFinger: boolean) =>
    grid.find(view.x + x / view.scale, view.y + y / view.scale, Math.max(0.55, isFinger ? 14 / view.scale : 0));

  const onDown = (event: PointerEvent) => {
    setKeyboard(false);
    pointers.current.set(event.pointerId, onScreen(event));
    if (pointers.current.size === 1) moved.current = 0;
    if (isZoomed || pointers.current.size > 1 || event.pointerType === "mouse")
      frame.current!.setPointerCapture(event.pointerId);
  };
  // A finger that has come to the edge of the picture goes on with the page.
  const panBy = (dx: number, dy: number, pointer: string) => {
    const next = { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale };
    const kept = keepInside(next, layout, all, size.width, size.height);
    setView(kept);
    const rest = (next.y - kept.y) * view.scale;
    if (pointer === "touch" && Math.abs(rest) >= 1) scrollBy(0, rest);
  };
  const onMove = (event: PointerEvent) => {
    const was = pointers.current.get(event.pointerId);
    const now = onScreen(event);
    if (!was) {
      const { x, y } = inFrame(now);
      if (event.pointerType === "mouse") setAt(seatAt(x, y, false));
      return;
    }
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    pointers.current.set(event.pointerId, now);
    moved.current += Math.hypot(now.x - was.x, now.y - was.y);
    if (moved.current < kTapPixels) return;
    const other = others[0];
    if (other) {
      const factor =
        Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(was.x - other.x, was.y - other.y));
      const { x, y } = inFrame(other);
      setView(zoom(view, all, factor, x, y));
    } else if (isZoomed) {
      panBy(now.x - was.x, now.y - was.y, event.pointerType);
    }
  };
  const onUp = (event: PointerEvent) => {
    const was = pointers.current.get(event.pointerId);
    pointers.current.delete(event.pointerId);
    if (!was || moved.current >= kTapPixels || event.type === "pointercancel") return;
    const isFinger = event.pointerType === "touch";
    const point = inFrame(was);
    // Too small to tell apart: the first tap comes closer, the next one chooses.
    if (view.scale < (isFinger ? kTouchable : kTouchable / 2))
      return zoomBy((isFinger ? 30 : 20) / view.scale, point.x, point.y);
    const seat = seatAt(point.x, point.y, isFinger);
    if (seat < 0) return;
    setAt(seat);
    onPoint?.(seat);
    onToggle(seat);
  };
  useEffect(() => {
    // Not passive: together with Ctrl (or two fingers on a touch pad) the wheel zooms the map and not the page.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { x, y } = inFrame(onScreen(event));
      zoomBy(Math.exp(-event.deltaY / 200), x, y);
    };
    const element = frame.current!;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });

  // Keyboard.
  const moveTo = (seat: number) => {
    setAt(seat);
    if (!isZoomed) return;
    const [x, y] = [layout.x[seat]! - view.x, layout.y[seat]! - view.y];
    const [right, bottom] = [size.width / view.scale, size.height / view.scale];
    if (x < 1 || y < 1 || x > right - 1 || y > bottom - 1)
      setView({ ...view, x: layout.x[seat]! - right / 2, y: layout.y[seat]! - bottom / 2 });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = kArrows[event.key];
    setKeyboard(true);
    if (arrow)
      moveTo(at < 0 ? grid.find(layout.width / 2, kStage + 1, 200) : neighbour(layout, at, arrow[0], arrow[1]));
    else if ((event.key === "Enter" || event.key === " ") && at >= 0) onToggle(at);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") setView(null);
    else return;
    event.preventDefault();
  };
  const onFocus = () => {
    if (at < 0 && layout.x.length > 0) setAt(grid.find(layout.width / 2, kStage + 1, 200));
  };

  const shapes = useMemo(() => (isCanvas ? null : paths(picture)), [picture, isCanvas]);
  const texts = view.scale < kReadable ? null : visibleTexts(grid, picture, numbers, view, size);
  const rowNames =
    view.scale < kRowsReadable || isCanvas ? null : rowNamesOf(picture, rows, w.locale === "ko" ? "열" : "");
  const isSeen = hasKeyboard || at >= 0;
  return (
    <div class="map">
      <div
        ref={frame}
        class={`map-frame${isZoomed ? " zoomed" : ""}`}
        tabIndex={0}
        role="application"
        aria-label={w.mapLabel}
        aria-describedby="map-help"
        data-seats={layout.x.length}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onPointerLeave={(event) => event.pointerType === "mouse" && !hasKeyboard && setAt(-1)}
        onKeyDown={onKey}
        onFocus={(event) => event.currentTarget.matches(":focus-visible") && (setKeyboard(true), onFocus())}
      >
        {isCanvas ? (
          <canvas ref={canvas} aria-hidden="true" />
        ) : (
          <svg aria-hidden="true">
            <g transform={`scale(${view.scale}) translate(${-view.x} ${-view.y})`}>
              <path
                class="stage"
                d={`M${layout.width / 2 - Math.min(layout.width * 0.3, 14)} ${kStage * 0.3}q${Math.min(layout.width * 0.3, 14)} ${kStage * 0.42} ${Math.min(layout.width * 0.6, 28)} 0`}
              />
              <text class="stage-name" x={layout.width / 2} y={kStage * 0.33} font-size={Math.min(1, 15 / view.scale)}>
                {w.stage}
              </text>
              {layout.blocks.map(
                (block) =>
                  block.name && (
                    <text
                      key={block.name}
                      class="block-name"
                      x={block.x + block.width / 2}
                      y={block.y - 0.5}
                      font-size={0.8}
                    >
                      {block.name.length > block.width * 1.6
                        ? `${block.name.slice(0, Math.ceil(block.width * 1.6))}…`
                        : block.name}
                    </text>
                  ),
              )}
              {[...shapes!].map(([name, d]) => (
                <path key={name} class={name} d={d} />
              ))}
              {rowNames}
              {texts}
              {at >= 0 && (
                <rect
                  class={`ring${hasKeyboard ? " strong" : ""}`}
                  x={layout.x[at]! - 0.47}
                  y={layout.y[at]! - 0.47}
                  width="0.94"
                  height="0.94"
                  rx="0.26"
                />
              )}
            </g>
          </svg>
        )}
        {isCanvas && at >= 0 && (
          <svg aria-hidden="true" class="over">
            <rect
              class={`ring${hasKeyboard ? " strong" : ""}`}
              transform={`scale(${view.scale}) translate(${-view.x} ${-view.y})`}
              x={layout.x[at]! - 0.47}
              y={layout.y[at]! - 0.47}
              width="0.94"
              height="0.94"
              rx="0.26"
            />
          </svg>
        )}
      </div>
      <div class="map-foot">
        <p class="map-line" role="status">
          {isSeen && at >= 0 ? nameOf(at) : "\u00a0"}
        </p>
        <button type="button" class="square" aria-label={w.zoomIn} title={w.zoomIn} onClick={() => zoomBy(1.6)}>
          +
        </button>
        <button
          type="button"
          class="square"
          aria-label={w.zoomOut}
          title={w.zoomOut}
          disabled={!isZoomed}
          onClick={() => zoomBy(1 / 1.6)}
        >
          −
        </button>
        <button
          type="button"
          class="square"
          aria-label={w.zoomAll}
          title={w.zoomAll}
          disabled={!isZoomed}
          onClick={() => setView(null)}
        >
          ⤢
        </button>
      </div>
      <p id="map-help" class="unseen">
        {w.mapHelp}
      </p>
    </div>
  );
}

function visibleTexts(
  grid: SeatGrid,
  { layout, codes }: Picture,
  numbers: readonly number[],
  view: View,
  size: { width: number; height: number },
) {
  const texts: preact.JSX.Element[] = [];
  if (layout.x.length > kCanvasAbove) return texts;
  grid.within(view.x, view.y, view.x + size.width / view.scale, view.y + size.height / view.scale, (i) => {
    if (codes[i]! > 1 || texts.length > kNumbersAtMost) return;
    texts.push(
      <text key={i} class={codes[i] === 0 ? "seat-number" : "seat-number dim"} x={layout.x[i]} y={layout.y[i]! + 0.13}>
        {numbers[i]}
      </text>,
    );
  });
  return texts;
}

function rowNamesOf({ layout }: Picture, rows: readonly (number | null)[], suffix: string) {
  const names: preact.JSX.Element[] = [];
  let last = -1;
  for (let i = 0; i < layout.x.length; ++i) {
    if (layout.rowOf[i] === last) continue;
    last = layout.rowOf[i]!;
    if (rows[i] === null) continue;
    names.push(
      <text key={`r${last}`} class="row-name" x={layout.x[i]! - 0.75} y={layout.y[i]! + 0.13}>
        {rows[i]}
        {suffix}
      </text>,
    );
  }
  return names;
}
