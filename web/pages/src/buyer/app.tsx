// The frame around every screen: where am I, who am I, is the line up, what do I hold.
import { useEffect, useRef } from "preact/hooks";
import { announced } from "../base/announce";
import { Heading } from "../base/heading";
import { Logo } from "../base/logo";
import { type Route, route, to } from "../base/route";
import { useValue } from "../base/state";
import { userId } from "../base/storage";
import { useWords } from "../base/words";
import { ConcertScreen } from "./concert";
import { ConcertsScreen } from "./concerts";
import { MeMenu } from "./me";
import { ReservationScreen } from "./reservation";
import { ReservationsScreen } from "./reservations";
import { SaleScreen } from "./sale";
import { Strips } from "./strips";
import "../base/style/top.css";

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

export function App() {
  const w = useWords();
  const at = useValue(route);
  const user = useValue(userId);
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
      <Strips at={at} />
      <main id="main" ref={main} tabIndex={-1} key={user}>
        <Screen at={at} />
      </main>
      <div class="unseen" role="status" aria-live="assertive">
        {said}
      </div>
    </>
  );
}
