// Accounts of operators and their deeds: the calls.
import { state } from "../base/state";
import { ask, token } from "./api";

export const kRoles = ["VIEWER", "DOOR", "BOX_OFFICE", "MANAGER", "OWNER"] as const;
export type Role = (typeof kRoles)[number];

export interface Me {
  id: number | null;
  name: string;
  role: Role;
  expiresAt: string | null;
}

// Null: not signed in, or not known yet.
export const account = state<Me | null>(null);

// A role may do what those before it may.
export const may = (who: Me | null, least: Role): boolean =>
  who !== null && kRoles.indexOf(who.role) >= kRoles.indexOf(least);

// Learns whether the token is taken, and what it may do.
export async function knock(): Promise<void> {
  const asked = token.get();
  const me = await ask<Me>("GET", "/api/v1/admin/me");
  if (token.get() === asked) account.set(me);
}

export interface Operator {
  id: number;
  name: string;
  role: Role;
  madeAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
}

export const operators = () =>
  ask<{ operators: Operator[] }>("GET", "/api/v1/admin/operators").then((reply) => reply.operators);
export const addOperator = (name: string, role: Role, expiresAt: string | null) =>
  ask<{ operator: Operator; token: string }>("POST", "/api/v1/admin/operators", { name, role, expiresAt });
export const revokeOperator = (id: number) => ask<void>("DELETE", `/api/v1/admin/operators/${id}`);

export interface Deed {
  id: number;
  at: string;
  operatorId: number | null;
  operatorName: string;
  address: string | null;
  what: string;
  concertId: number | null;
  scheduleId: number | null;
  subjectId: number | null;
  changes: Record<string, { from?: unknown; to?: unknown } | unknown[]>;
  hash: string;
}

export interface DeedPage {
  deeds: Deed[];
  lastId: number;
  end: { id: number; hash: string };
}

export const deedsAfter = (after: number, limit: number) =>
  ask<DeedPage>("GET", `/api/v1/admin/deeds?after=${after}&limit=${limit}`);

// All deeds as lines of JSON, as they are: the hashes can be checked.
const kAtOnce = 1000;
const kPagesAtMost = 1000;
export async function allDeeds(): Promise<string> {
  const lines: string[] = [];
  let after = 0;
  for (let page = 0; page < kPagesAtMost; ++page) {
    const { deeds, lastId } = await deedsAfter(after, kAtOnce);
    lines.push(...deeds.map((deed) => `${JSON.stringify(deed)}\n`));
    after = lastId;
    if (deeds.length < kAtOnce) break;
  }
  return lines.join("");
}
