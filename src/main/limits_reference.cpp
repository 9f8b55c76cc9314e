// Writes docs/reference/limits.md from the table of limits; a golden test compares them.
#include <fmt/format.h>

#include <string>

#include "api/limit_rules.hpp"
#include "main/settings.hpp"

namespace frontrow {

namespace {

constexpr std::string_view kHead = R"(# Limits

Generated from the program (`frontrow limits-reference`); do not edit.

A request over a limit gets 429 `TOO_MANY_REQUESTS`, and nothing of it is done. The answer says which limit that was (`limit`), when to come back
(`Retry-After`, in seconds), and the limit itself in the fields of draft-ietf-httpapi-ratelimit-headers:

```
HTTP/1.1 429 Too Many Requests
Retry-After: 3
RateLimit-Policy: "joins-by-address";q=2000;w=60
RateLimit: "joins-by-address";r=0;t=3
```

`2000/minute, burst 2000` allows 2,000 at once, and gives 2,000 back in each minute, evenly. The defaults let a campus of 1,000 people behind
one address join within one second and buy unhindered; 12,000 joins in a second from one address do not pass.

## Rules

| setting | counts | for each | default | counted in |
|---|---|---|---|---|
)";

constexpr std::string_view kTail = R"(
**Counted in a pod** means: in its memory, from its start. Of several pods each counts what it sees, so that a balancer over three pods allows up to three
times as much. That is enough to keep a sale usable, and never decides about a seat. **Counted in the store** means: decided in the transaction, the
same for all pods and after a restart. What protects seats is decided there.

Fixed memory: 2 MiB for addresses and 2 MiB for users, and 2 MiB for what is under way. When a flood of addresses or users fills a table, those
that owe least are forgotten. Nobody is refused for what others did.

## What counts how often

- A **repetition** with the `Idempotency-Key` of a request that is still under way costs nothing (128 of them at most): its client could not know that the first would be answered.
- A bearer token with a **wrong signature** costs its address as much as `failed-signature-cost` requests, and so does an operator's token that is nobody's.
- After too many **failed sign-ins of operators** from an address, tokens of accounts are still looked up; the admin token is not compared until `Retry-After` is over.
- With `auth-mode open` a user is the `userId` that the request names, so anybody can use up what another user may do. Limits by address stay.
- **Health, liveness and readiness** are free: a balancer that is refused would take the pod out.
- Operators' requests on an address of their own (`admin-host`) are not limited.

## Uses

| use | requests |
|---|---|
)";

constexpr std::string_view kAddresses = R"(
## Addresses

An IPv4 address counts as itself, IPv6 by its /64: what one customer of a provider has.

Behind proxies, name them with `trusted-proxies`, and where they say whose request it is with `client-address-from`:

| value | the client is |
|---|---|
| `x-forwarded-for` | in the header `X-Forwarded-For`: the last address that is no trusted proxy. What stands before it, the client may have written |
| `forwarded` | the same in `Forwarded` (RFC 7239), by its `for=` |
| `proxy-protocol` | in the header of version 2 of the PROXY protocol, with which every connection of a trusted proxy has to begin |

Only the one that is set is read, only from trusted proxies. A proxy that sets one of them has to remove what clients send in it or add its own
at the end; [haproxy.cfg](../../deploy/haproxy.cfg) does the first. If a trusted proxy does not say whose request it is, no limit by address holds for it.

**Not told apart.** If `trusted-proxies` is empty, a private address (loopback, RFC 1918, 4193, 6598, link-local) may be a proxy that stands for all buyers, and is
not limited. The log says so once (`limits by address are off`), health shows it (`addressLimits`), and the metric `address_limits_on` is 0. More than 32 of them are
taken for clients. A public address is always a client. `address-limits on` limits every peer, `off` none; load tests with one machine need `off`.
)";

struct Use {
  http::Traffic traffic;
  std::string_view requests;
};
constexpr Use kUses[] = {
    {http::Traffic::join, "`POST /api/v1/queue/token`"},
    {http::Traffic::poll, "`GET /api/v1/queue/status`"},
    {http::Traffic::look, "`GET` of seats, reservations, points and their history"},
    {http::Traffic::hold, "`POST …/reservations`, `DELETE` of a reservation, `DELETE /api/v1/queue/token`"},
    {http::Traffic::pay, "`POST /api/v1/payments`"},
    {http::Traffic::charge, "`POST /api/v1/points/charge`"},
    {http::Traffic::read, "concerts, times, pages, everything else: by address only"},
    {http::Traffic::free, "`/actuator/health` and what is below it"},
};

std::string_view name_of(http::Who who) { return who == http::Who::address ? "address" : "user"; }

std::string row(std::string_view setting, std::string_view meaning, std::string_view who, std::string_view usual) {
  return fmt::format("| `{}` | {} | {} | `{}` | a pod |\n", setting, meaning, who, usual);
}

}  // namespace

std::string limits_reference() {
  const Settings usual;
  std::string out{kHead};
  for (const http::LimitRow& each : http::limit_table())
    out += row(fmt::format("limit-{}", each.name), each.meaning, name_of(each.who), http::show_rate(each.usual));
  out += row("commands-under-way-per-user",
             "Joins, holds, payments and charges that wait for their answer at once.",
             "user",
             std::to_string(usual.commands_under_way_per_user));
  out += row("connections-per-address", "Open connections.", "address", "a quarter of max-connections");
  out +=
      "| `max-seats-per-user` | Live seats in one concert; 409 `SEAT_LIMIT_EXCEEDED` and not 429. | user | "
      "`" +
      std::to_string(usual.max_seats_per_user) + "` | the store |\n";
  out += fmt::format(
      "| `unpaid-holds-per-hour` | Holds in one concert that ended unpaid within an hour; 409 `TOO_MANY_UNPAID_HOLDS`. | user | "
      "`{}` | "
      "the store |\n"
      "| `seat-cool-down-seconds` | Seconds between two holds of a seat, after the second that ended unpaid within an hour; 409 "
      "`SEAT_COOLING_DOWN`. | user | `{}` | the store |\n"
      "| `join-pass` | One new place for each pass, where passes are wanted; 403 `JOIN_PASS_USED`. | pass | `1` | the store |\n",
      usual.unpaid_holds_per_hour,
      usual.seat_cool_down.count());
  out += kTail;
  for (const Use& use : kUses) out += fmt::format("| {} | {} |\n", http::name_of(use.traffic), use.requests);
  out += kAddresses;
  return out;
}

}  // namespace frontrow
