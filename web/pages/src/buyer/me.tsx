// Who am I: the user number (auth-mode open) or the sign-in token (jwt), language and looks.
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { authMode, bearer, setBearer } from "../base/sale";
import { useValue } from "../base/state";
import { setUser, userId } from "../base/storage";
import { type Theme, theme, wear } from "../base/theme";
import { language, speak, useWords } from "../base/words";
import "./me.css";

function UserField() {
  const w = useWords();
  const user = useValue(userId);
  const [text, setText] = useState(String(user));
  const [said, say] = useState<"" | "saved" | "bad">("");
  useEffect(() => setText(String(user)), [user]);
  const save = (event: Event) => {
    event.preventDefault();
    const id = Number(text.trim());
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(id) || id < 1) return say("bad");
    setUser(id);
    say("saved");
  };
  return (
    <form onSubmit={save}>
      <label for="user-id">{w.userId}</label>
      <div class="with-button">
        <input
          id="user-id"
          inputMode="numeric"
          autocomplete="off"
          value={text}
          aria-describedby="user-id-help user-id-said"
          aria-invalid={said === "bad"}
          onInput={(event) => (setText(event.currentTarget.value), say(""))}
        />
        <button type="submit">{w.save}</button>
      </div>
      <p id="user-id-said" role="status" class={said === "bad" ? "bad-text" : "good-text"}>
        {said === "bad" ? w.badUserId : said === "saved" ? w.saved : ""}
      </p>
      <p id="user-id-help" class="small">
        {w.userIdHelp}
      </p>
    </form>
  );
}

function BearerField() {
  const w = useWords();
  const token = useValue(bearer);
  return (
    <div>
      <label for="bearer">{w.bearer}</label>
      <input
        id="bearer"
        type="password"
        autocomplete="off"
        value={token ?? ""}
        aria-describedby="bearer-help"
        onChange={(event) => setBearer(event.currentTarget.value.trim())}
      />
      <p id="bearer-help" class="small">
        {w.bearerHelp}
      </p>
    </div>
  );
}

// An open menu closes when something else is clicked, and by Escape, which brings the keyboard back to its button.
function useMenu(root: RefObject<HTMLElement | null>, button: RefObject<HTMLElement | null>) {
  const [isOpen, open] = useState(false);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) open(false);
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      open(false);
      button.current?.focus();
    };
    addEventListener("pointerdown", outside);
    addEventListener("keydown", onEscape);
    return () => {
      removeEventListener("pointerdown", outside);
      removeEventListener("keydown", onEscape);
    };
  }, [isOpen]);
  return { isOpen, open };
}

function LanguageChoice() {
  const w = useWords();
  const spoken = useValue(language);
  return (
    <fieldset class="choice">
      <legend>{w.language}</legend>
      {[
        ["ko", "한국어"],
        ["en", "English"],
      ].map(([tag, name]) => (
        <label key={tag} lang={tag}>
          <input type="radio" name="language" checked={spoken === tag} onChange={() => speak(tag!)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

function ThemeChoice() {
  const w = useWords();
  const worn = useValue(theme);
  const themes: [Theme, string][] = [
    ["auto", w.themeAuto],
    ["light", w.themeLight],
    ["dark", w.themeDark],
  ];
  return (
    <fieldset class="choice">
      <legend>{w.theme}</legend>
      {themes.map(([which, name]) => (
        <label key={which}>
          <input type="radio" name="theme" checked={worn === which} onChange={() => wear(which)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}

export function MeMenu() {
  const w = useWords();
  const mode = useValue(authMode);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { isOpen, open } = useMenu(root, button);
  return (
    <div class="menu" ref={root}>
      <button
        type="button"
        class="quiet"
        ref={button}
        aria-expanded={isOpen}
        aria-controls="me"
        onClick={() => open(!isOpen)}
      >
        <svg class="face" viewBox="0 0 20 20" aria-hidden="true">
          <circle cx="10" cy="7" r="3.6" />
          <path d="M3 17.5q7-8 14 0" />
        </svg>
        {w.me}
      </button>
      <div id="me" class="panel" hidden={!isOpen} role="group" aria-label={w.whoAmI}>
        {mode === "jwt" ? <BearerField /> : <UserField />}
        <LanguageChoice />
        <ThemeChoice />
      </div>
    </div>
  );
}
