// Light or dark: as the device says, or as chosen here.
import { state } from "./state";
import { prefer, preference } from "./storage";

export type Theme = "auto" | "light" | "dark";

export const theme = state<Theme>((preference("theme") as Theme | null) ?? "auto");

function show(): void {
  const chosen = theme.get();
  if (chosen === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

export function startTheme(): void {
  show();
  theme.watch(show);
}

export function wear(chosen: Theme): void {
  prefer("theme", chosen === "auto" ? null : chosen);
  theme.set(chosen);
}
