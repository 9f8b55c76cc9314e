// The operator's page: sign in, then concerts, one concert's sale, search, events and the audit.

import { useEffect, useState } from "preact/hooks";
import { useDoing } from "../base/doing";
import { Heading } from "../base/heading";
import { Logo } from "../base/logo";
import { useValue } from "../base/state";
import { language, speak } from "../base/words";
import { account, knock, may, type Role } from "./accounts";
import { signIn, token } from "./api";
import { AuditScreen } from "./audit";
import { ConcertsScreen } from "./concerts";
import { EventsScreen } from "./events";
import { lazy } from "./lazy";
import { Problem } from "./problem";
import { SearchScreen } from "./search";
import { useAdminWords } from "./words";
import "../base/style/top.css";
import "./app.css";
import "./box.css";
import "./table.css";

const NewConcertScreen = lazy(() => import("./new_concert").then((module) => module.NewConcertScreen));
const OperatorsScreen = lazy(() => import("./operators").then((module) => module.OperatorsScreen));
const DeedsScreen = lazy(() => import("./deeds").then((module) => module.DeedsScreen));
const ConcertScreen = lazy(() => import("./on_sale/concert").then((module) => module.ConcertScreen));

function useHash(): string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = () => setHash(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return hash.replace(/^#?\/?/, "").split("/");
}

function SignIn() {
  const w = useAdminWords();
  const [text, setText] = useState("");
  const doing = useDoing();
  const submit = (event: Event) => {
    event.preventDefault();
    doing.run(async () => {
      signIn(text.trim());
      await knock(); // a wrong token is forgotten again
    });
  };
  return (
    <section class="narrow">
      <Heading title={w.title}>{w.title}</Heading>
      <form class="box" onSubmit={submit}>
        <div class="field">
          <label for="token">{w.token}</label>
          <input
            id="token"
            type="password"
            autocomplete="off"
            required
            aria-describedby="token-help"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <p id="token-help" class="small">
            {w.tokenHelp}
          </p>
        </div>
        <button type="submit" class="main" disabled={doing.isDoing || !text.trim()}>
          {w.signIn}
        </button>
        <WhyNot error={doing.error} />
      </form>
    </section>
  );
}

function WhyNot({ error }: { error: unknown }) {
  const w = useAdminWords();
  if (error == null) return null;
  if ((error as { code?: string }).code === "FORBIDDEN")
    return (
      <p class="note bad" role="alert">
        {w.wrong}
      </p>
    );
  return <Problem error={error} />;
}

function Screen({ at }: { at: string[] }) {
  const id = Number(at[1]);
  if (at[0] === "concerts" && at[1] === "new") return <NewConcertScreen />;
  if (at[0] === "concerts" && Number.isSafeInteger(id) && id > 0) return <ConcertScreen key={id} id={id} />;
  if (at[0] === "search") return <SearchScreen />;
  if (at[0] === "events") return <EventsScreen />;
  if (at[0] === "audit") return <AuditScreen />;
  if (at[0] === "deeds") return <DeedsScreen />;
  if (at[0] === "accounts") return <OperatorsScreen />;
  return <ConcertsScreen />;
}

export function App() {
  const w = useAdminWords();
  const known = useValue(token);
  const at = useHash();
  const spoken = useValue(language);
  const [isIn, setIn] = useState(false);
  // Not shown as signed in before the server has said so.
  useEffect(() => {
    if (!known) return setIn(false);
    knock().then(
      () => setIn(token.get() === known),
      () => {},
    );
  }, [known]);
  const who = useValue(account);
  const tabs: [path: string, name: string, least: Role][] = [
    ["", w.concerts, "VIEWER"],
    ["search", w.search, "BOX_OFFICE"],
    ["events", w.events, "VIEWER"],
    ["audit", w.audit, "MANAGER"],
    ["deeds", w.deeds, "MANAGER"],
    ["accounts", w.accounts, "OWNER"],
  ];
  const current = at[0] === "concerts" ? "" : at[0];
  return (
    <>
      <header class="top operator">
        <Logo href="#/" />
        <div class="session">
          <button
            type="button"
            class="quiet"
            lang={spoken === "ko" ? "en" : "ko"}
            onClick={() => speak(spoken === "ko" ? "en" : "ko")}
          >
            {spoken === "ko" ? "English" : "한국어"}
          </button>
          {isIn && (
            <button type="button" class="quiet" onClick={() => signIn(null)}>
              {w.signOut}
            </button>
          )}
        </div>
        {isIn && (
          <nav class="tabs" aria-label={w.title}>
            {tabs
              .filter(([, , least]) => may(who, least))
              .map(([path, name]) => (
                <a key={path} href={`#/${path}`} aria-current={current === path ? "page" : undefined}>
                  {name}
                </a>
              ))}
          </nav>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {isIn ? <Screen at={at} /> : <SignIn />}
      </main>
    </>
  );
}
