// The picture on a canvas, for large halls. The ring is an SVG above it, so that moving it paints nothing anew.
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { CanvasPainter } from "./canvas";
import type { SeatGrid } from "./geometry";
import { coloursOf, type Picture } from "./paint";
import { Ring, type Ringed } from "./svg_map";
import type { Size, View } from "./view";

// Another number whenever light turns to dark or back.
function useThemeChanges(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((n) => n + 1);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", changed);
    const themes = new MutationObserver(changed);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      themes.disconnect();
      dark.removeEventListener("change", changed);
    };
  }, []);
  return changes;
}

export function CanvasMap(props: {
  picture: Picture;
  grid: SeatGrid;
  frame: RefObject<HTMLElement | null>; // has the colours
  view: View;
  size: Size;
  ringed: Ringed;
}) {
  const { picture, grid, frame, view, size } = props;
  const { layout } = picture;
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<CanvasPainter | null>(null);
  useEffect(() => {
    painter.current = new CanvasPainter(canvas.current!, grid, layout.x.length);
  }, [grid]);
  const changes = useThemeChanges();
  const colours = useMemo(() => (frame.current ? coloursOf(frame.current) : null), [changes, size]);
  useEffect(() => {
    if (!colours || size.width === 0) return;
    const turn = requestAnimationFrame(() => painter.current?.paint(picture, view, colours, size.width, size.height));
    return () => cancelAnimationFrame(turn);
  });
  return (
    <>
      <canvas ref={canvas} aria-hidden="true" />
      {props.ringed.index >= 0 && (
        <svg aria-hidden="true" class="over">
          <Ring layout={layout} ringed={props.ringed} view={view} />
        </svg>
      )}
    </>
  );
}
