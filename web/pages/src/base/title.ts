// The title of the tab: what is urgent first, then the screen. Set at once and not by an effect, for effects of a hidden page come late.
let urgent = "";
let screen = "";
let isLoud = false;

function show(): void {
  document.title = [isLoud ? "" : urgent, screen].filter(Boolean).join(" · ");
}

// A loud one, a countdown, is the most urgent itself.
export function titleScreen(text: string, isLoudToo = false): void {
  screen = text;
  isLoud = isLoudToo;
  show();
}

export function titleUrgent(text: string): void {
  urgent = text;
  show();
}
