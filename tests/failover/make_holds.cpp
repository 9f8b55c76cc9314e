// Holds of one seat each, all with the same deadline, made as the server makes them: by the use case, in batches, on
// the cluster's store. Over HTTP they would take so long that they could not end in the same second.
//
//   make_holds DEADLINE CONCERT FIRST_USER COUNT SCHEDULE:FIRST_SEAT…     deadline: ms since 1970; of each schedule COUNT seats
//
// The FRONTROW_MYSQL_… variables of a pod name the database.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "adapters/mysql/store.hpp"
#include "app/commands/reservation.hpp"

namespace frontrow {
namespace {

constexpr std::int64_t kBatch = 200;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string("not set: ") + name);
  return value;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

mysql::Endpoint endpoint() {
  const std::string address = variable("FRONTROW_MYSQL_PRIMARY");
  std::ifstream file(variable("FRONTROW_MYSQL_PASSWORD_FILE"));
  std::string password;
  std::getline(file, password);
  const std::size_t colon = address.rfind(':');
  return {.host = address.substr(0, colon),
          .port = static_cast<std::uint16_t>(number(std::string_view(address).substr(colon + 1))),
          .user = variable("FRONTROW_MYSQL_USER"),
          .password = Secret{password},
          .database = variable("FRONTROW_MYSQL_DATABASE"),
          .tls_ca = {}};
}

struct Lot {
  TimePoint deadline;
  ConcertId concert;
  ScheduleId schedule;
  SeatId first_seat;
  UserId first_user;
  std::int64_t count = 0;
};

// Returns the number of holds made.
std::int64_t make(const Lot& lot) {
  const auto store = mysql::open_store({.primary = endpoint()});
  const SystemClock clock;
  Metrics metrics;
  std::int64_t made = 0;
  for (std::int64_t at = 0; at < lot.count; at += kBatch) {
    // The batch reads its time a few milliseconds later.
    const HoldLimits limits{.hold = lot.deadline - clock.now()};
    std::vector<std::unique_ptr<Command>> commands;
    std::vector<Command*> batch;
    for (std::int64_t i = at; i < std::min(lot.count, at + kBatch); ++i) {
      HoldRequest request{.user = {lot.first_user.value + i},
                          .concert = lot.concert,
                          .schedule = lot.schedule,
                          .seats = {{lot.first_seat.value + i}},
                          .ticket = {},
                          .entry_refusal = {},
                          .idempotent = {}};
      commands.push_back(std::make_unique<HoldSeats>(
          std::move(request), limits, metrics, [&](const Result<HoldOutcome>& outcome) { made += outcome.has_value(); }));
      batch.push_back(commands.back().get());
    }
    WorkingSet set;
    std::vector<Command*> again;
    store->execute(batch, set, again);
    for (Command* command : batch) command->complete(CommitStatus::committed);
    store->tend();
  }
  return made;
}

int run(std::span<char*> arguments) {
  std::vector<std::jthread> threads;
  std::atomic<std::int64_t> made{0};
  const std::int64_t count = number(arguments[4]);
  for (std::size_t i = 5; i < arguments.size(); ++i) {
    const std::string_view where = arguments[i];
    const std::size_t colon = where.find(':');
    const Lot lot{.deadline = TimePoint{Duration{number(arguments[1])}},
                  .concert = {number(arguments[2])},
                  .schedule = {number(where.substr(0, colon))},
                  .first_seat = {number(where.substr(colon + 1))},
                  .first_user = {number(arguments[3]) + count * static_cast<std::int64_t>(i)},
                  .count = count};
    threads.emplace_back([lot, &made] { made += make(lot); });
  }
  threads.clear();
  std::printf("%lld\n", static_cast<long long>(made.load()));
  return 0;
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  try {
    return frontrow::run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_holds: %s\n", error.what());
    return 1;
  }
}
