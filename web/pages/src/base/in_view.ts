// What has just been said is brought into view, where it is not: sticky bars are in the scroll padding of the page.
import { useEffect, useRef } from "preact/hooks";

export function useInView<T extends HTMLElement>(what: unknown) {
  const shown = useRef<T>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [what]);
  return shown;
}
