// A year of daily sales on one store: each day a concert opens, people join, and the sale ends. Only the queue of the
// present sale is stored, counted and loaded, none of earlier sales.
#include <gtest/gtest.h>

#include <atomic>

#include "adapters/local/event_bus.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "app/commands/concert.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/live_state.hpp"
#include "app/queue/queue.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/processes/temp_directory.hpp"
#include "workers/queue_ticker.hpp"
#include "workers/sale_end.hpp"

namespace frontrow {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr int kDays = 365;
constexpr int kPeopleADay = 40;
constexpr int kInside = 5;

// The embedded profile's core as a server assembles it, with a clock that the test moves.
struct Shop {
  Shop(const std::string& location, const Clock& time)
      : clock(time),
        store(sqlite::open_store({.location = location, .writer = {.durable = false}}, clock)),
        live(clock, {}, metrics, bus, &commits),
        commits(
            *store, clock, metrics, {}, [this](const WorkingSet& set) { live.apply(set); }, [this] { live.rebuild(*store); }),
        ticker(live.catalog(), clock, metrics),
        sale_end(live.catalog(), clock) {
    live.rebuild(*store);
  }
  void settle() {
    while (commits.run_batch()) {
    }
  }
  // One round of each worker, and of the commands that it has submitted.
  void work() {
    ticker.run_once();
    sale_end.run_once();
    settle();
  }

  const Clock& clock;
  std::unique_ptr<Store> store;
  local::LocalEventBus bus;
  Metrics metrics;
  LiveState live;
  CommitQueue commits;
  QueueTicker ticker;
  SaleEnd sale_end;
};

class SaleYear : public testing::Test {
 protected:
  // Half of the sales end by their window, the others by their date. Every third has no queue.
  ConcertId open_sale(int day) {
    ConcertPlan plan{.title = "Day " + std::to_string(day),
                     .artist = "",
                     .venue = "",
                     .booking = {},
                     .queue = {.enabled = day % 3 != 0, .max_active = kInside, .admissions_per_second = 100},
                     .schedules = {}};
    const TimePoint ends = clock.now() + hours{20};
    if (day % 2 == 0) plan.booking.closes_at = ends;
    plan.schedules.push_back({.starts_at = day % 2 == 0 ? ends + days{30} : ends,
                              .sections = {{.name = {}, .rows = 0, .seats_per_row = 2, .price = {50'000}}}});
    ConcertId id;
    shop->commits.submit(std::make_unique<CreateConcert>(
                             std::move(plan), std::nullopt, [&](const Result<MadeConcert>& made) { id = made.value().id; }),
                         CommandClass::settle);
    shop->settle();
    return id;
  }
  void people_join(ConcertId concert) {
    const auto queue = shop->live.queue(concert);
    for (int i = 1; i <= kPeopleADay; ++i)
      shop->commits.submit(std::make_unique<JoinQueue>(queue, UserId{i}, std::nullopt, [](auto) {}), CommandClass::join);
    shop->settle();
  }
  std::int64_t stored_tickets() const {
    std::int64_t tickets = 0;
    LoadVisitor visitor;
    visitor.ticket = [&](ConcertId, const TicketRow&) { ++tickets; };
    shop->store->load(visitor);
    return tickets;
  }
  std::int64_t counted() const {
    std::int64_t people = 0;
    for (const auto& [id, entry] : shop->live.catalog().picture()->concerts) {
      const QueueCounts counts = entry->queue->counts();
      people += counts.waiting + counts.active;
    }
    return people;
  }

  TempDirectory home;
  const std::string location = sqlite::DataDirectory::database_in(home.path()).string();
  ManualClock clock;
  std::unique_ptr<Shop> shop = std::make_unique<Shop>(location, clock);
};

TEST_F(SaleYear, LeavesNoTicketOfASaleThatIsOver) {
  for (int day = 1; day <= kDays; ++day) {
    const ConcertId concert = open_sale(day);
    people_join(concert);
    ASSERT_EQ(stored_tickets(), kPeopleADay) << "on day " << day;
    clock.advance(days{1});
    shop->work();
    ASSERT_EQ(counted(), 0) << "after day " << day;
  }
  EXPECT_EQ(stored_tickets(), 0);
  shop->work();
  EXPECT_EQ(shop->metrics.queue_waiting.Value(), 0) << "the operator's figure";
  const TimePoint newest = sqlite::newest_time(location);
  shop.reset();
  shop = std::make_unique<Shop>(location, clock);
  EXPECT_EQ(counted(), 0) << "after a start";
  EXPECT_EQ(sqlite::newest_time(location), newest) << "ending tickets takes no time back";
  shop->work();
  EXPECT_FALSE(shop->commits.run_batch()) << "nothing is left to do";
}

}  // namespace
}  // namespace frontrow
