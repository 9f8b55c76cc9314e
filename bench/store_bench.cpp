// How many one-seat holds a second the embedded store commits, in groups, each of another user with an idempotency key, scattered
// over the seats; and how long a checkpoint slice keeps the writer. With a rate, groups are due at that many holds a second (0: at
// once after the one before), and their latency counts from then.
//
//   store_bench [directory [seats [group [slice MiB [rate]]]]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/sqlite/store.hpp"
#include "base/clock.hpp"

namespace frontrow {
namespace {

using Seconds = std::chrono::duration<double>;

class HoldCommand final : public Command {
 public:
  HoldCommand(UserId user, SeatId seat, std::int64_t key) : user_(user), seat_(seat) {
    key_ = {.owner = user, .operation = Operation::hold, .hash = {}};
    const std::uint64_t scattered = static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15ULL;
    std::memcpy(key_.hash.data(), &scattered, sizeof scattered);
  }
  void declare(Keys& keys) const override {
    keys.holders.push_back(user_);
    keys.concerts.push_back({1});
    keys.schedules.push_back({1});
    keys.seats.push_back(seat_);
    keys.idempotency.push_back(key_);
    ++keys.new_ids[static_cast<std::size_t>(IdKind::reservation)];
  }
  Verdict decide(WorkingSet& set) override {
    if (set.idempotency(key_) != nullptr || !set.reservations_of(user_).empty() || !set.seat(seat_)->seat.is_free(set.now))
      std::abort();
    Seat& seat = set.change_seat(seat_);
    Reservation made{.id = {set.take_id(IdKind::reservation)},
                     .user = user_,
                     .concert = {1},
                     .schedule = seat.place.schedule,
                     .seats = {{.id = seat_, .number = seat.place.number, .price = seat.place.price}},
                     .amount = seat.place.price,
                     .created_at = set.now,
                     .expires_at = set.now + std::chrono::minutes{5},
                     .ticket = {user_.value}};
    seat.status = SeatStatus::held;
    seat.reservation = made.id;
    seat.held_until = made.expires_at;
    const ReservationId id = made.id;
    set.add_idempotency(
        {.key = key_, .fingerprint = key_.owner.value, .result = id.value, .values = {3, 0, 0}, .created_at = set.now});
    set.add_reservation(std::move(made));
    set.add_event(EventType::reservation_created, id);
    return Verdict::decided;
  }
  void complete(CommitStatus) override {}

 private:
  const UserId user_;
  const SeatId seat_;
  IdempotencyKey key_;
};

class CreateCommand final : public Command {
 public:
  explicit CreateCommand(int seats) : seats_(seats) {}
  void declare(Keys& keys) const override {
    for (const IdKind kind : {IdKind::concert, IdKind::schedule, IdKind::section}) keys.new_ids[static_cast<std::size_t>(kind)] = 1;
    keys.new_ids[static_cast<std::size_t>(IdKind::seat)] = seats_;
  }
  Verdict decide(WorkingSet& set) override {
    set.new_concerts.push_back(
        {.id = {set.take_id(IdKind::concert)}, .title = "Bench", .artist = "", .venue = "", .booking = {}, .queue = {}});
    set.new_schedules.push_back({.id = {set.take_id(IdKind::schedule)}, .concert = {1}, .starts_at = set.now});
    set.new_sections.push_back({.id = {set.take_id(IdKind::section)}, .schedule = {1}, .name = ""});
    for (int number = 1; number <= seats_; ++number)
      set.new_seats.push_back(
          {.id = {set.take_id(IdKind::seat)}, .schedule = {1}, .section = {1}, .number = number, .price = {50'000}});
    return Verdict::decided;
  }
  void complete(CommitStatus) override {}

 private:
  const int seats_;
};

void execute(Store& store, std::span<Command* const> batch) {
  WorkingSet set;
  std::vector<Command*> again;
  store.execute(batch, set, again);
}

double milliseconds(Seconds time) { return time.count() * 1e3; }

double at_share(std::vector<Seconds>& times, double share) {
  std::ranges::sort(times);
  return milliseconds(times[std::min(times.size() - 1, static_cast<std::size_t>(static_cast<double>(times.size()) * share))]);
}

// Bytes this process has handed to write calls.
std::int64_t bytes_written() {
  std::ifstream io{"/proc/self/io"};
  std::string name;
  std::int64_t value = 0;
  while (io >> name >> value)
    if (name == "wchar:") return value;
  return 0;
}

void run(const std::filesystem::path& directory, int seats, int group, std::int64_t slice, int rate) {
  const SystemClock clock;
  const auto store = sqlite::open_store({.location = directory / "bench.db", .checkpoint = {.slice_bytes = slice << 20}}, clock);
  CreateCommand create{seats};
  Command* const creation[] = {&create};
  execute(*store, creation);

  std::vector<HoldCommand> holds;
  // A prime step visits every seat once, each on another page than the one before.
  for (int i = 0; i < seats; ++i) holds.emplace_back(UserId{(i * 7'919LL) % seats + 1}, SeatId{(i * 104'729LL) % seats + 1}, i);
  std::vector<Seconds> commits, slices, latencies;
  const std::int64_t written = bytes_written();
  const auto started = steady_now();
  for (std::size_t first = 0; first < holds.size(); first += static_cast<std::size_t>(group)) {
    std::vector<Command*> batch;
    for (std::size_t i = first; i < std::min(holds.size(), first + static_cast<std::size_t>(group)); ++i)
      batch.push_back(&holds[i]);
    auto due = steady_now();
    if (rate > 0) {
      due = started + std::chrono::duration_cast<std::chrono::nanoseconds>(Seconds(static_cast<double>(first) / rate));
      std::this_thread::sleep_until(due);
    }
    const auto before = steady_now();
    execute(*store, batch);
    const auto between = steady_now();
    latencies.push_back(between - due);
    store->tend();
    commits.push_back(between - before);
    slices.push_back(steady_now() - between);
  }
  const Seconds took = steady_now() - started;
  std::printf("%d holds in groups of %d: %.0f holds/s; from due p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, most %.2f ms; ",
              seats,
              group,
              seats / took.count(),
              at_share(latencies, 0.5),
              at_share(latencies, 0.95),
              at_share(latencies, 0.99),
              at_share(latencies, 1));
  std::printf("commit p50 %.2f ms, p99 %.2f ms; tend p99 %.2f ms, most %.2f ms; ",
              at_share(commits, 0.5),
              at_share(commits, 0.99),
              at_share(slices, 0.99),
              at_share(slices, 1));
  std::printf("%.1f KiB written a hold; wal %.1f MiB\n",
              static_cast<double>(bytes_written() - written) / seats / 1024,
              static_cast<double>(std::filesystem::file_size(directory / "bench.db-wal")) / (1 << 20));
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const std::filesystem::path base = argc > 1 ? std::filesystem::path{argv[1]} : std::filesystem::temp_directory_path();
  const std::filesystem::path directory = base / "frontrow-store-bench";
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  frontrow::run(directory, number(2, 100'000), number(3, 128), number(4, 32), number(5, 0));
  std::filesystem::remove_all(directory);
}
