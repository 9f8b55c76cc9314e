#include "http/all_routes.hpp"

#include "adapters/local/event_bus.hpp"
#include "adapters/local/hmac_signer.hpp"
#include "adapters/sqlite/store.hpp"
#include "api/api.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/live_state.hpp"
#include "app/live/sale.hpp"

namespace frontrow::test {

namespace {

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";

const char* name_of(http::Needs needs) {
  switch (needs) {
    case http::Needs::none: return "-";
    case http::Needs::ticket: return "ticket";
    case http::Needs::admin: return "admin";
    case http::Needs::service: return "service";
  }
  return "";
}

const char* name_of(http::Audience audience) {
  switch (audience) {
    case http::Audience::buyers: return "buyers";
    case http::Audience::operators: return "operators";
    case http::Audience::both: return "both";
  }
  return "";
}

}  // namespace

std::vector<RouteRow> all_route_rows() {
  const SystemClock clock;
  local::LocalEventBus bus;
  Metrics metrics;
  const auto store = sqlite::open_store({.location = "file:/routes?vfs=memdb"}, clock);
  LiveState live(clock, {}, metrics, bus);
  CommitQueue commits(*store, clock, metrics, {}, [](const WorkingSet&) {}, [] {});
  const local::HmacSigner signer(std::as_bytes(std::span(kKey)));
  const TicketMint mint(signer);
  Halls halls([](ScheduleId, const Halls::Answer&) { return false; }, {}, clock, metrics);
  Readers readers(*store, 1, 1);
  Operators operators;
  Sale sale{.clock = clock,
            .catalog = live.catalog(),
            .halls = halls,
            .operators = operators,
            .commits = commits,
            .readers = readers,
            .bus = bus,
            .mint = mint,
            .metrics = metrics,
            .holds = {},
            .queues = {},
            .default_queue = {}};
  http::Api api(sale, {.admin_token = "x", .jwt = nullptr, .version = "0", .profile = "embedded", .started_at = {}});
  std::vector<RouteRow> rows;
  for (const http::Route& route : http::all_routes(api))
    rows.push_back({std::string{route.method},
                    std::string{route.pattern},
                    name_of(route.needs),
                    route.body_limit == http::BodyLimit::large,
                    name_of(route.audience),
                    std::string{http::name_of(route.traffic)},
                    route.needs == http::Needs::admin ? std::string{name_of(route.role)} : std::string{}});
  return rows;
}

}  // namespace frontrow::test
