// The heading of a screen: named in the title, and where the keyboard starts after a change of screen.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { titleScreen } from "./title";

export function Heading({ children, title }: { children: ComponentChildren; title: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => titleScreen(`${title} · frontrow`), [title]);
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} dir="auto">
      {children}
    </h1>
  );
}
