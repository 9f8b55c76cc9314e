// Small things every screen uses.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Offline, Refused } from "./api";
import { serverClock } from "./clock";
import { left, untilNextTick } from "./countdown";
import { stepAfter } from "./next_step";
import { browserWorld } from "./poll";
import { to } from "./route";
import { state } from "./state";
import { titleScreen } from "./title";
import { useWords, words } from "./words";

// Saying things to those who do not see them.

export const announced = state("");

export function announce(text: string): void {
  announced.set("");
  setTimeout(() => announced.set(text), 50);
}

// Refusals.

export function codeOf(error: unknown): string {
  if (error instanceof Refused) return error.code;
  return error instanceof Offline ? "OFFLINE" : "UNKNOWN";
}

export function sayRefusal(error: unknown): [say: string, next: string] {
  const { refusals } = words();
  return refusals[codeOf(error)] ?? refusals.UNKNOWN!;
}

// What has just been said is brought into view, where it is not: sticky bars are in the scroll padding of the page.
export function useInView<T extends HTMLElement>(what: unknown) {
  const shown = useRef<T>(null);
  useEffect(() => shown.current?.scrollIntoView({ block: "nearest" }), [what]);
  return shown;
}

export function Problem({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const w = useWords();
  const [say, next] = sayRefusal(error);
  const trace = error instanceof Refused && codeOf(error) === "UNKNOWN" ? error.problem.traceId : "";
  const shown = useInView<HTMLDivElement>(error);
  return (
    <div class="note bad" role="alert" data-code={codeOf(error)} ref={shown}>
      <p>
        <strong>{say}</strong> {next}
      </p>
      {trace && <p class="small">{w.trace(trace)}</p>}
      <NextStep code={codeOf(error)} onRetry={onRetry} />
    </div>
  );
}

function NextStep({ code, onRetry }: { code: string; onRetry: (() => void) | undefined }) {
  const w = useWords();
  const step = stepAfter(code);
  // The operator's page has other places to go to.
  const isBuyer = !location.pathname.startsWith("/admin");
  if (step === "retry" && onRetry)
    return (
      <button type="button" class="quiet" onClick={onRetry}>
        {w.retry}
      </button>
    );
  if (step === "reload")
    return (
      <button type="button" class="quiet" onClick={() => location.reload()}>
        {w.reload}
      </button>
    );
  if (step === "concerts" && isBuyer) return <a href={to.concerts()}>{w.back}</a>;
  if (step === "mine" && isBuyer) return <a href={to.reservations()}>{w.mine}</a>;
  return null;
}

// Time.

// Milliseconds left until a deadline by the server's clock; re-renders on its seconds.
export function useLeft(expiresAt: string | null): number {
  const [, again] = useState({});
  const now = left(expiresAt ?? 0, serverClock.now());
  useEffect(() => {
    if (!expiresAt || now <= 0) return;
    const timer = setTimeout(() => again({}), untilNextTick(now) + 5);
    return () => clearTimeout(timer);
  });
  return now;
}

// Loading.

export interface Loaded<T> {
  value: T | null;
  error: unknown;
  reload(): void;
  put(value: T): void;
}

// Loads when `key` changes; what comes too late is dropped. What is `known` already is shown meanwhile.
export function useLoaded<T>(key: string, load: () => Promise<T>, known: T | null = null): Loaded<T> {
  const [kept, keep] = useState<{ key: string; value: T | null; error: unknown }>({ key, value: known, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    load().then(
      (value) => isWanted && keep({ key, value, error: null }),
      (error) => isWanted && keep((was) => ({ key, value: was.key === key ? was.value : null, error })),
    );
    return () => {
      isWanted = false;
    };
  }, [key, round]);
  const fits = kept.key === key;
  return {
    value: fits ? kept.value : null,
    error: fits ? kept.error : null,
    reload: () => setRound((n) => n + 1),
    put: (value) => keep({ key, value, error: null }),
  };
}

// Runs when the page is looked at again or the network is back: what was loaded may be old by then.
export function useReturn(what: () => void): void {
  const latest = useRef(what);
  latest.current = what;
  useEffect(() => browserWorld.onReturn(() => latest.current()), []);
}

// One thing at a time: a click while it runs is no second click.
export function useDoing(): {
  isDoing: boolean;
  error: unknown;
  run: (what: () => Promise<void>) => void;
  clear: () => void;
} {
  const [isDoing, setDoing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const busy = useRef(false);
  const run = (what: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    setDoing(true);
    setError(null);
    what()
      .catch(setError)
      .finally(() => {
        busy.current = false;
        setDoing(false);
      });
  };
  return { isDoing, error, run, clear: () => setError(null) };
}

// Shapes.

// Asks before something that cannot be undone, in place.
export function Sure(props: {
  label: string;
  question: string;
  yes: string;
  no: string;
  disabled?: boolean;
  onYes: () => void;
}) {
  const [isAsking, ask] = useState(false);
  const label = useRef<HTMLButtonElement>(null);
  const wasAsking = useRef(false);
  // In the same breath as the change: later, base/focus.ts would have sent the keyboard elsewhere first.
  useLayoutEffect(() => {
    if (wasAsking.current && !isAsking) label.current?.focus();
    wasAsking.current = isAsking;
  }, [isAsking]);
  if (!isAsking)
    return (
      <button type="button" class="quiet" ref={label} disabled={props.disabled} onClick={() => ask(true)}>
        {props.label}
      </button>
    );
  return (
    <div class="sure" role="group" aria-label={props.question}>
      <p>{props.question}</p>
      <button
        type="button"
        class="danger"
        onClick={() => {
          ask(false);
          props.onYes();
        }}
      >
        {props.yes}
      </button>
      <button type="button" class="quiet" ref={(button) => button?.focus()} onClick={() => ask(false)}>
        {props.no}
      </button>
    </div>
  );
}

// Keeps the place while something is on its way.
export function Waiting({ lines = 3 }: { lines?: number }) {
  const w = useWords();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{w.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} class="bone" />
      ))}
    </div>
  );
}

// The heading of a screen: named in the title, and where the keyboard starts after a change of screen.
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

export function Logo({ href }: { href: string }) {
  return (
    <a class="logo" href={href}>
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M5 11q11 6 22 0" />
        <circle cx="7" cy="21" r="3" />
        <circle cx="16" cy="23" r="3" />
        <circle cx="25" cy="21" r="3" />
      </svg>
      frontrow
    </a>
  );
}

// A picture of nothing but a number: lamps over a row of seats, the same for the same concert.
export function Poster({ seed }: { seed: number }) {
  const dice = (n: number) => {
    const x = Math.sin(seed * 127.1 + n * 311.7) * 43758.5453;
    return x - Math.floor(x);
  };
  const hue = Math.floor(dice(0) * 360);
  const beams = Array.from({ length: 3 + Math.floor(dice(1) * 3) }, (_, i) => {
    const top = 20 + dice(i + 2) * 120;
    const foot = 10 + dice(i + 12) * 140;
    const spread = 10 + dice(i + 22) * 22;
    return `M${top} -4L${foot - spread} 90H${foot + spread}Z`;
  });
  return (
    <svg class="poster" viewBox="0 0 160 90" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="160" height="90" fill={`hsl(${hue} 34% 22%)`} />
      {beams.map((beam, i) => (
        <path key={beam} d={beam} fill={`hsl(${(hue + 40 * i) % 360} 60% 62%)`} opacity="0.28" />
      ))}
      <path d="M0 90V80q80 -22 160 0v10z" fill={`hsl(${hue} 40% 12%)`} />
      {Array.from({ length: 13 }, (_, i) => (
        <circle
          key={i}
          cx={5 + i * 12.5}
          cy={86 - Math.sin((i / 12) * Math.PI) * 9}
          r="3.2"
          fill={`hsl(${hue} 34% 30%)`}
        />
      ))}
    </svg>
  );
}
