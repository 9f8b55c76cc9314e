// The one-seat holds a second that the embedded store commits in groups, each of another user with an idempotency key,
// scattered over the seats; and how long a checkpoint slice delays the writer. With a rate, groups are due at that many
// holds a second, and their latency counts from that time (0: each group at once after the one before).
//
//   store_bench [directory [seats [group [slice MiB [rate]]]]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "adapters/sqlite/store.hpp"
#include "base/clock.hpp"
#include "bench/store_commands.hpp"

namespace frontrow {
namespace {

using namespace bench;

using Seconds = std::chrono::duration<double>;

double milliseconds(Seconds time) { return time.count() * 1e3; }

double at_share(std::vector<Seconds>& times, double share) {
  std::ranges::sort(times);
  return milliseconds(times[std::min(times.size() - 1, static_cast<std::size_t>(static_cast<double>(times.size()) * share))]);
}

// Bytes that this process has passed to write calls.
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
