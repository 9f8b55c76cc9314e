// The frame around every screen: where am I, who am I, is the line up, what do I hold.
import { useEffect, useRef, useState } from "preact/hooks";
import { isConnected } from "../base/api";
import { clockText } from "../base/countdown";
import { announced, Heading, Logo, useLeft } from "../base/parts";
import { type Route, route, to } from "../base/route";
import type { Reservation } from "../base/sale";
import { useValue } from "../base/state";
import { userId } from "../base/storage";
import { useWords } from "../base/words";
import { ConcertScreen } from "./concert";
import { ConcertsScreen } from "./concerts";
import { expectedHolds, isLive, mine } from "./holds";
import { MeMenu } from "./me";
import { ReservationScreen } from "./reservation";
import { ReservationsScreen } from "./reservations";
import { SaleScreen } from "./sale";

function Screen({ at }: { at: Route }) {
  const w = useWords();
  switch (at.name) {
    case "concerts":
      return <ConcertsScreen />;
    case "concert":
      return <ConcertScreen key={at.concert} id={at.concert} />;
    case "sale":
      return <SaleScreen key={`${at.concert}/${at.schedule}`} concertId={at.concert} scheduleId={at.schedule} />;
    case "reservations":
      return <ReservationsScreen />;
    case "reservation":
      return <ReservationScreen key={at.reservation} id={at.reservation} />;
    case "nowhere":
      return (
        <section>
          <Heading title={w.notThere}>{w.notThere}</Heading>
          <a href={to.concerts()}>{w.back}</a>
        </section>
      );
  }
}

function ConnectionBanner() {
  const w = useWords();
  const isUp = useValue(isConnected);
  const [wasDown, setWasDown] = useState(false);
  useEffect(() => {
    if (!isUp) return setWasDown(true);
    const timer = setTimeout(() => setWasDown(false), 3000);
    return () => clearTimeout(timer);
  }, [isUp]);
  useEffect(() => {
    const down = () => isConnected.set(false);
    addEventListener("offline", down);
    return () => removeEventListener("offline", down);
  }, []);
  return (
    <div role="status" class="banners">
      {!isUp && <p class="banner bad">{w.offline}</p>}
      {isUp && wasDown && <p class="banner good">{w.backOnline}</p>}
    </div>
  );
}

function HoldBanner({ hold }: { hold: Reservation }) {
  const w = useWords();
  const ms = useLeft(hold.temporaryExpiresAt);
  if (ms <= 0) return null;
  return (
    <p class="banner hold">
      <span>{w.holdBanner(hold.seats.length, clockText(ms))}</span>{" "}
      <a href={to.reservation(hold.reservationId)}>{w.payNow}</a>
    </p>
  );
}

export function App() {
  const w = useWords();
  const at = useValue(route);
  const user = useValue(userId);
  const known = useValue(mine);
  const isHere = (id: number) => at.name === "reservation" && at.reservation === id;
  const said = useValue(announced);
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    scrollTo(0, 0);
    main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  }, [at]);
  const shown = (known ?? []).filter((hold) => isLive(hold) && !isHere(hold.reservationId));
  const expected = known === null ? expectedHolds().filter(([id]) => !isHere(id)) : [];
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {w.skip}
      </a>
      <header class="top">
        <Logo href={to.concerts()} />
        <nav>
          <a href={to.reservations()} aria-current={at.name === "reservations" ? "page" : undefined}>
            {w.mine}
          </a>
          <MeMenu />
        </nav>
      </header>
      <ConnectionBanner />
      {expected.map(([id]) => (
        <p key={id} class="banner hold">
          {"\u00a0"}
        </p>
      ))}
      {shown.map((hold) => (
        <HoldBanner key={hold.reservationId} hold={hold} />
      ))}
      <main id="main" ref={main} tabIndex={-1} key={user}>
        <Screen at={at} />
      </main>
      <div class="unseen" role="status" aria-live="assertive">
        {said}
      </div>
    </>
  );
}
