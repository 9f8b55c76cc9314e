// Scrolls a new message into view. Sticky bars are in the scroll padding of the page, so they do not cover it.
import { useEffect, useRef } from "preact/hooks";

export function useInView<T extends HTMLElement>(what: unknown) {
  const shown = useRef<T>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [what]);
  return shown;
}
