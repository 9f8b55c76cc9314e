// Time left, in whole seconds as people read it: 0:01 until the very end, 0:00 only when it is over.
export type Phase = "calm" | "soon" | "over";

export const kSoonMs = 60_000;

export function left(expiresAt: string | number, now: number): number {
  return Math.max(0, (typeof expiresAt === "number" ? expiresAt : Date.parse(expiresAt)) - now);
}

export function phaseOf(leftMs: number): Phase {
  if (leftMs <= 0) return "over";
  return leftMs <= kSoonMs ? "soon" : "calm";
}

export function clockText(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  const minutes = Math.floor(seconds / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

// Milliseconds until the text of clockText changes, so that a display ticks on the second of the deadline.
export function untilNextTick(leftMs: number): number {
  return leftMs <= 0 ? 0 : ((leftMs - 1) % 1000) + 1;
}
