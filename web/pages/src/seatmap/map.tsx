// The seat map as people use it: mouse, touch, pen or keyboard. Drawn with SVG, or on a canvas when the hall is large.
import { useMemo, useRef } from "preact/hooks";
import { useWords } from "../base/words";
import { CanvasMap } from "./canvas_map";
import { useCursor } from "./cursor";
import { SeatGrid } from "./geometry";
import { type MapView, useMapView } from "./map_view";
import type { Picture } from "./paint";
import { type Point, usePointers } from "./pointers";
import { SvgMap } from "./svg_map";
import { tapZoom } from "./view";
import "./map.css";

const kCanvasAbove = 2000; // seats
const kCloser = 1.6;

function Foot({ map, text }: { map: MapView; text: string }) {
  const w = useWords();
  const button = (sign: string, name: string, isDisabled: boolean, onClick: () => void) => (
    <button type="button" class="square" aria-label={name} title={name} disabled={isDisabled} onClick={onClick}>
      {sign}
    </button>
  );
  return (
    <div class="map-foot">
      <p class="map-line" role="status">
        {text}
      </p>
      {button("+", w.zoomIn, false, () => map.zoomBy(kCloser))}
      {button("−", w.zoomOut, !map.isZoomed, () => map.zoomBy(1 / kCloser))}
      {button("⤢", w.zoomAll, !map.isZoomed, () => map.show(null))}
    </div>
  );
}

export function SeatMapView(props: {
  picture: Picture;
  numbers: readonly number[]; // of seat i
  rows: readonly (number | null)[];
  nameOf: (index: number) => string;
  onPoint?: (index: number) => void; // touched, whether it can be chosen or not
  onToggle: (index: number) => void;
}) {
  const w = useWords();
  const { layout } = props.picture;
  const frame = useRef<HTMLDivElement>(null);
  const grid = useMemo(() => new SeatGrid(layout), [layout]);
  const map = useMapView(layout, frame);
  const cursor = useCursor(layout, grid, map, props.onToggle);
  const { view, size } = map;
  const seatAt = ({ x, y }: Point, isFinger: boolean) =>
    grid.find(view.x + x / view.scale, view.y + y / view.scale, Math.max(0.55, isFinger ? 14 / view.scale : 0));
  // Where seats are too small to tell apart the first tap comes closer, and the next one chooses.
  const onTap = (point: Point, isFinger: boolean) => {
    const closer = tapZoom(view.scale, isFinger);
    if (closer !== null) return map.zoomBy(closer, point.x, point.y);
    const seat = seatAt(point, isFinger);
    if (seat < 0) return;
    cursor.goTo(seat);
    props.onPoint?.(seat);
    props.onToggle(seat);
  };
  const pointers = usePointers(frame, map, {
    onPress: () => cursor.setKeyboard(false),
    onHover: (point) => cursor.goTo(seatAt(point, false)),
    onTap,
  });
  const drawn = { ...props, grid, view, size, ringed: { index: cursor.at, isStrong: cursor.hasKeyboard } };
  return (
    <div class="map">
      <div
        ref={frame}
        class={`map-frame${map.isZoomed ? " zoomed" : ""}`}
        tabIndex={0}
        role="application"
        aria-label={w.mapLabel}
        aria-describedby="map-help"
        data-seats={layout.x.length}
        {...pointers}
        onPointerLeave={(event) => event.pointerType === "mouse" && !cursor.hasKeyboard && cursor.goTo(-1)}
        onKeyDown={cursor.onKeyDown}
        onFocus={cursor.onFocus}
      >
        {layout.x.length > kCanvasAbove ? <CanvasMap {...drawn} frame={frame} /> : <SvgMap {...drawn} />}
      </div>
      <Foot map={map} text={cursor.at >= 0 ? props.nameOf(cursor.at) : "\u00a0"} />
      <p id="map-help" class="unseen">
        {w.mapHelp}
      </p>
    </div>
  );
}
