// Where in the page we are, after the #: works as static files anywhere, and nothing of it reaches the server.
import { state } from "./state";

export type Route =
  | { name: "concerts" }
  | { name: "concert"; concert: number }
  | { name: "sale"; concert: number; schedule: number }
  | { name: "reservations" }
  | { name: "reservation"; reservation: number }
  | { name: "nowhere" };

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#?\/?/, "").split("/");
  const id = (at: number) => {
    const value = Number(parts[at]);
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  };
  if (parts.length === 1 && parts[0] === "") return { name: "concerts" };
  if (parts[0] === "concerts") {
    const [concert, schedule] = [id(1), id(3)];
    if (parts.length === 2 && concert) return { name: "concert", concert };
    if (parts.length === 4 && parts[2] === "dates" && concert && schedule) return { name: "sale", concert, schedule };
  }
  if (parts[0] === "reservations") {
    const reservation = id(1);
    if (parts.length === 1) return { name: "reservations" };
    if (parts.length === 2 && reservation) return { name: "reservation", reservation };
  }
  return { name: "nowhere" };
}

export const to = {
  concerts: () => "#/",
  concert: (concert: number) => `#/concerts/${concert}`,
  sale: (concert: number, schedule: number) => `#/concerts/${concert}/dates/${schedule}`,
  reservations: () => "#/reservations",
  reservation: (id: number) => `#/reservations/${id}`,
};

export const route = state<Route>(parseRoute(location.hash));

// Only when it is another place: `go` has told it already.
function follow(): void {
  const next = parseRoute(location.hash);
  if (JSON.stringify(next) !== JSON.stringify(route.get())) route.set(next);
}

export function startRouting(): void {
  addEventListener("hashchange", follow);
}

// At once, and not with the event of the browser: what else changes at this moment is drawn together with it.
export function go(href: string): void {
  location.hash = href.slice(1);
  follow();
}
