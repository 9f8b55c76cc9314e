// The part of the picture that is in the frame: how large the frame is, and where people have zoomed and moved to.
import type { RefObject } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Layout } from "./geometry";
import { fit, keepInside, pan, type Size, type View, zoom } from "./view";

export interface MapView {
  view: View;
  size: Size;
  isZoomed: boolean;
  show: (view: View | null) => void; // null: all of it
  zoomBy: (factor: number, px?: number, py?: number) => void; // with the point of the frame staying where it is
  panBy: (dx: number, dy: number) => number; // pixels up or down that were left over at the edge
}

function useSize(frame: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect;
      setSize({ width, height });
    });
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);
  return size;
}

export function useMapView(layout: Layout, frame: RefObject<HTMLElement | null>): MapView {
  const size = useSize(frame);
  const all = useMemo(() => fit(layout, Math.max(1, size.width), Math.max(1, size.height)), [layout, size]);
  const [wanted, show] = useState<View | null>(null);
  const view = keepInside(wanted ?? all, layout, all, size.width, size.height);
  return {
    view,
    size,
    isZoomed: view.scale > all.scale * 1.01,
    show,
    zoomBy: (factor, px = size.width / 2, py = size.height / 2) => show(zoom(view, all, factor, px, py)),
    panBy: (dx, dy) => {
      const [next, rest] = pan(view, layout, all, size, dx, dy);
      show(next);
      return rest;
    },
  };
}
