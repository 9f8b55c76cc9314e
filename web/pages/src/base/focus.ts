// Keeps the keyboard where it was. When what has the focus is taken away or cannot be used any more, browsers let the focus fall to the
// body, and the next Tab begins at the top. Here it goes to the nearest thing that is left: in the same box, else in the box around it.
const kFocusable = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex='0']";

const isShown = (element: HTMLElement) => element.getClientRects().length > 0;

function within(box: Element): HTMLElement | undefined {
  const all = [...box.querySelectorAll<HTMLElement>(kFocusable)].filter(isShown);
  return all.find((each) => each.matches("button.main")) ?? all[0];
}

function pathOf(element: Element): HTMLElement[] {
  const path: HTMLElement[] = [];
  for (let at: Element | null = element; at && at !== document.body; at = at.parentElement)
    path.push(at as HTMLElement);
  return path;
}

function giveOn(path: readonly HTMLElement[]): void {
  for (const box of path) {
    if (!box.isConnected) continue;
    if (box.matches("main") || box.querySelector("main")) break;
    const next = box === path[0] && box.matches(":enabled, [tabindex]") ? box : within(box);
    if (!next) continue;
    next.focus();
    return;
  }
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}

export function keepFocus(): void {
  let path: HTMLElement[] = [];
  addEventListener("focusin", (event) => {
    path = pathOf(event.target as Element);
  });
  // A click on nothing takes the focus away, and is meant so; one on what has the focus already brings no `focusin`.
  addEventListener("pointerdown", (event) => {
    const meant = (event.target as Element).closest(kFocusable);
    path = meant ? pathOf(meant) : [];
  });
  const check = () => {
    const at = document.activeElement;
    if (path.length === 0 || (at && at !== document.body)) return;
    const had = path[0]!;
    if (had.isConnected && isShown(had) && had.matches(":disabled")) return; // it is waited for
    giveOn(path);
  };
  new MutationObserver(check).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["disabled", "hidden"],
  });
}
