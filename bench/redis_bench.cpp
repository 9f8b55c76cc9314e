// The speed of the cluster profile's operations in Redis, on the services of `make services`:
//
//   build/release/redis_bench build/services/services.env
//
// Each line has the operation, its rate a second, and the median and 99th percentile of one call. One connection and
// one caller, unless the line says otherwise.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <thread>

#include "adapters/redis/queue_boards.hpp"
#include "adapters/redis/seat_lock.hpp"
#include "adapters/redis/seat_map_cache.hpp"
#include "base/random.hpp"

namespace frontrow {
namespace {

using Samples = std::vector<double>;  // microseconds

redis::Settings settings_from(const char* file) {
  std::map<std::string, std::string> values;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) values[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  std::ifstream password(values["REDIS_PASSWORD_FILE"]);
  redis::Settings settings{.primary = values["REDIS_MASTER"],
                           .password = Secret(std::string(std::istreambuf_iterator<char>(password), {})),
                           .command_timeout = std::chrono::seconds{5}};
  std::istringstream list(values["REDIS_SENTINELS"]);
  for (std::string address; std::getline(list, address, ',');)
    settings.sentinels.push_back({address.substr(0, address.find(':')), std::stoi(address.substr(address.find(':') + 1))});
  return settings;
}

double used_cpu(redis::Client& client) {
  const redis::Reply reply = client.run({.words = {"INFO", "cpu"}});
  double seconds = 0;
  for (const std::string_view field : {"used_cpu_sys:", "used_cpu_user:"})
    seconds += std::stod(std::string(reply.text().substr(reply.text().find(field) + field.size(), 16)));
  return seconds;
}

// Runs `calls` calls, each with `items` items.
void measure(redis::Client& client, const char* what, int calls, int items, const std::function<void(int)>& call) {
  Samples samples;
  const double cpu_before = used_cpu(client);
  const auto start = steady_now();
  for (int i = 0; i < calls; ++i) {
    const auto before = steady_now();
    call(i);
    samples.push_back(std::chrono::duration<double, std::micro>(steady_now() - before).count());
  }
  const double seconds = std::chrono::duration<double>(steady_now() - start).count();
  std::ranges::sort(samples);
  std::printf("%-50s %9.0f /s   p50 %7.0f us   p99 %7.0f us   cpu %7.2f us\n",
              what,
              calls * items / seconds,
              samples[samples.size() / 2],
              samples[samples.size() * 99 / 100],
              (used_cpu(client) - cpu_before) * 1e6 / calls / items);
}

struct Bench {
  explicit Bench(const redis::Settings& settings) : client(settings) {}

  redis::Client client;
  SystemRandom dice;
  const std::int64_t first_id = static_cast<std::int64_t>(dice.below(1'000'000'000)) + 1;
  TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};

  void queues() {
    redis::QueueBoards boards(client);
    redis::Presence presence(client);
    const ConcertId concert{first_id};
    std::int64_t version = 0;
    measure(client, "board of a queue: publish", 2'000, 1, [&](int) {
      boards.publish(concert, {.row = {.tail = 70'000, .front = 500, .active = 500, .version = ++version}, .published_at = now});
    });
    const std::vector<ConcertId> concerts(64, concert);
    measure(client, "boards of queues: read 1", 2'000, 1, [&](int) { boards.read(std::span(concerts).first(1)); });
    measure(client, "boards of queues: read 64, one call", 500, 64, [&](int) { boards.read(concerts); });
    std::vector<Sighting> sightings;
    for (std::int64_t number = 1; number <= 500; ++number) sightings.push_back({.number = {number}, .at = now});
    measure(client, "sightings of 500 people inside, one call", 200, 500, [&](int) {
      now += Duration{1};
      for (Sighting& each : sightings) each.at = now;
      presence.seen(concert, sightings);
    });
    measure(client, "sightings of 500 people: read all", 500, 1, [&](int) { presence.all(concert, now - Duration{1'000}); });
  }

  void locks() {
    redis::SeatLock lock(client);
    measure(client, "one SET NX PX and nothing else", 5'000, 1, [&](int i) {
      client.run({.words = {"SET", "bench:" + std::to_string(first_id + i), "x", "NX", "PX", "5000"}});
    });
    for (const int groups : {1, 64}) {
      std::vector<std::vector<SeatId>> wanted;
      for (int i = 0; i < groups; ++i) wanted.push_back({{first_id + 2 * i}, {first_id + 2 * i + 1}});
      SeatLocks taken;
      const std::string what = "seat locks: take " + std::to_string(groups) + " groups of two";
      measure(client, what.c_str(), 2'000, groups, [&](int) { taken = lock.take(wanted), lock.release(taken); });
    }
  }

  void seat_maps() {
    Metrics metrics;
    redis::SeatMapCache cache(client, metrics);
    const ScheduleId schedule{first_id};
    std::vector<CachedSeat> seats;
    for (std::int64_t id = 1; id <= 50'000; ++id) seats.push_back({.id = {id}});
    std::int64_t version = 1;
    measure(client, "seat map of 50,000: fill", 5, 50'000, [&](int) {
      cache.fill(schedule, *cache.begin_fill(schedule), ++version, seats);
    });
    measure(client, "seat map of 50,000: read all", 10, 50'000, [&](int) { cache.changes(schedule, 0); });
    const auto put = [&](int i) {
      std::vector<CachedSeat> changed;
      for (int n = 0; n < 128; ++n)
        changed.push_back({.id = {1 + (i * 128 + n) % 50'000}, .status = SeatStatus::held, .holder = {7}});
      cache.put(schedule, ++version, changed);
    };
    measure(client, "seat map of 50,000: put 128 changed", 500, 1, put);
    measure(client, "seat map of 50,000: changes, none", 2'000, 1, [&](int) { cache.changes(schedule, version); });
    measure(client, "seat map of 50,000: changes, 128", 1'000, 1, [&](int) { cache.changes(schedule, version - 1); });
    measure(client, "seat map of 50,000: changes, 2,560", 100, 1, [&](int) { cache.changes(schedule, version - 20); });
    client.run({.words = {"UNLINK", "seats:schedule:" + std::to_string(schedule.value)}});
  }
};

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  if (argc != 2) return std::fprintf(stderr, "usage: redis_bench build/services/services.env\n"), 2;
  frontrow::Bench bench(frontrow::settings_from(argv[1]));
  bench.locks();
  bench.seat_maps();
  bench.queues();
  return 0;
}
