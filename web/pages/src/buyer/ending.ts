// How a turn or a place in line has ended, as far as this page can know it: the server only says that it has.
import type { Rules, Ticket } from "../base/sale";

export type Ending = "paid" | "left" | "time" | "idle" | "missed" | "unknown";

// What was last seen of the ticket, and when by the server's clock.
export interface Seen {
  status: Ticket["status"];
  expiresAt: string | null;
  at: number;
}

export function endingOf(
  status: "EXPIRED" | "COMPLETED",
  seen: Seen | null,
  now: number,
  rules: Pick<Rules, "idleSeconds" | "returnSeconds">,
): Ending {
  if (status === "COMPLETED") return "paid";
  const silentMs = seen ? now - seen.at : 0;
  // A place in line never ends by itself while its owner asks for it: the owner has given it up elsewhere.
  if (seen?.status === "WAITING") return silentMs < rules.returnSeconds * 1000 ? "left" : "missed";
  if (seen?.status !== "ACTIVE") return "unknown";
  if (seen.expiresAt !== null && now >= Date.parse(seen.expiresAt)) return "time";
  return silentMs < rules.idleSeconds * 1000 ? "left" : "idle";
}
