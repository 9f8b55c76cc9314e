// Mouse, finger and pen on the map: taps, moving the picture with one finger, zooming with two or with the wheel.
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { MapView } from "./map_view";

const kTapPixels = 8; // a finger that moved less has not moved

export interface Point {
  x: number;
  y: number;
}

interface Listener {
  onPress: () => void;
  onHover: (at: Point) => void; // a mouse without a button pressed
  onTap: (at: Point, isFinger: boolean) => void;
}

const onScreen = (event: PointerEvent | WheelEvent): Point => ({ x: event.clientX, y: event.clientY });
const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

// Together with Ctrl (or two fingers on a touch pad) the wheel zooms the map and not the page, so the listener is not passive.
function useWheel(frame: RefObject<HTMLElement | null>, onZoom: (factor: number, at: Point) => void): void {
  useEffect(() => {
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onZoom(Math.exp(-event.deltaY / 200), onScreen(event));
    };
    const element = frame.current!;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });
}

// Points are given within the frame. What comes back are the frame's handlers.
export function usePointers(frame: RefObject<HTMLElement | null>, map: MapView, listener: Listener) {
  const pressed = useRef(new Map<number, Point>());
  const moved = useRef(0);
  const inFrame = ({ x, y }: Point): Point => {
    const box = frame.current!.getBoundingClientRect();
    return { x: x - box.left, y: y - box.top };
  };
  const zoomAt = (factor: number, at: Point) => {
    const { x, y } = inFrame(at);
    map.zoomBy(factor, x, y);
  };
  useWheel(frame, zoomAt);
  const onPointerDown = (event: PointerEvent) => {
    listener.onPress();
    pressed.current.set(event.pointerId, onScreen(event));
    if (pressed.current.size === 1) moved.current = 0;
    if (map.isZoomed || pressed.current.size > 1 || event.pointerType === "mouse")
      frame.current!.setPointerCapture(event.pointerId);
  };
  const drag = (event: PointerEvent, was: Point, now: Point) => {
    const other = [...pressed.current].find(([id]) => id !== event.pointerId)?.[1];
    pressed.current.set(event.pointerId, now);
    moved.current += distance(now, was);
    if (moved.current < kTapPixels) return;
    if (other) return zoomAt(distance(now, other) / Math.max(1, distance(was, other)), other);
    if (!map.isZoomed) return;
    const rest = map.panBy(now.x - was.x, now.y - was.y);
    // A finger that has come to the edge of the picture goes on with the page.
    if (event.pointerType === "touch" && Math.abs(rest) >= 1) scrollBy(0, rest);
  };
  const onPointerMove = (event: PointerEvent) => {
    const was = pressed.current.get(event.pointerId);
    const now = onScreen(event);
    if (was) drag(event, was, now);
    else if (event.pointerType === "mouse") listener.onHover(inFrame(now));
  };
  const onPointerUp = (event: PointerEvent) => {
    const was = pressed.current.get(event.pointerId);
    pressed.current.delete(event.pointerId);
    if (!was || moved.current >= kTapPixels || event.type === "pointercancel") return;
    listener.onTap(inFrame(was), event.pointerType === "touch");
  };
  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp };
}
