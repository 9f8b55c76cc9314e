// The speed of the cluster profile's operations in Redis, on the services of `make services`:
//
//   cmake --build --preset release --target redis_bench && build/release/redis_bench build/services/services.env
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

#include "adapters/redis/seat_lock.hpp"
#include "adapters/redis/seat_map_cache.hpp"
#include "adapters/redis/waiting_room.hpp"
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
  RoomMarks marks{.epoch = 1, .tail = 100'000'000, .front = 100'000'000};

  std::vector<Ticket> joined(redis::WaitingRoom& room, ConcertId concert, const RoomRules& rules, int count) {
    std::vector<Ticket> tickets;
    for (int first = 1; first <= count; first += 500) {
      std::vector<UserId> users;
      for (int i = 0; i < 500; ++i) users.push_back({first + i});
      for (const JoinedPlace& place : room.join(concert, rules, marks, users, now))
        tickets.push_back(
            {.concert = concert, .number = place.number, .user = users[tickets.size() % 500], .issued_at = place.issued_at});
    }
    return tickets;
  }

  void rooms() {
    redis::WaitingRoom room(client);
    RoomRules rules{.settings = {.max_active = 500, .admissions_per_second = 100}};
    for (const int batch : {1, 64, 512}) {
      const ConcertId concert{first_id + batch};
      room.fence(concert, rules, {.marks = marks}, now);
      const std::string what = "join, " + std::to_string(batch) + " users a call";
      measure(client, what.c_str(), 20'000 / batch + 20, batch, [&](int i) {
        std::vector<UserId> users;
        for (int n = 0; n < batch; ++n) users.push_back({static_cast<std::int64_t>(i) * batch + n + 1});
        room.join(concert, rules, marks, users, now);
      });
    }
    rules.settings = {.max_active = 200'000, .admissions_per_second = 100'000};
    rules.booking.opens_at = now + Duration{1};
    for (const int batch : {1, 64, 512}) {
      const ConcertId concert{first_id + 10'000 + batch};
      room.fence(concert, rules, {.marks = marks}, now);
      const auto tickets = joined(room, concert, rules, 40'000);
      do now += Duration{200};
      while (room.tick(concert, rules, marks, now)->front < 40'000);
      const std::string what = "claim, all admitted, " + std::to_string(batch) + " tickets a call";
      measure(client, what.c_str(), 20'000 / batch, batch, [&](int i) {
        room.claim(
            concert, rules, std::span(tickets).subspan(static_cast<std::size_t>(i * batch), static_cast<std::size_t>(batch)), now);
      });
    }
  }

  void boards() {
    redis::WaitingRoom room(client), fresh(client);
    const ConcertId concert{first_id + 20'000};
    RoomRules rules{.settings = {.max_active = 500, .admissions_per_second = 100}};
    room.fence(concert, rules, {.marks = marks}, now);
    const auto tickets = joined(room, concert, rules, 100'000);
    for (int i = 0; i < 400; ++i) {
      now += Duration{200};
      room.tick(concert, rules, marks, now);
      const std::int64_t front = room.board(concert)->front;
      for (auto n = std::max<std::int64_t>(0, front - 30); n < front; ++n)
        room.claim(concert, rules, std::span(tickets).subspan(static_cast<std::size_t>(n), 1), now);
    }
    for (std::size_t i = 50'000; i < 80'000; i += 500) room.leave(concert, std::span(tickets).subspan(i, 500), now);
    std::printf("%-58s %10zu inside, %ld waiting\n",
                "  (a room with)",
                room.board(concert)->inside->size(),
                static_cast<long>(room.board(concert)->waiting()));
    std::vector<Sign> signs;
    for (const InsidePlace& place : *room.board(concert)->inside) signs.push_back({.number = place.number});
    measure(client, "signs of life of everybody inside, one call", 200, static_cast<int>(signs.size()), [&](int) {
      now += Duration{1};
      for (Sign& sign : signs) sign.seen_at = now;
      room.touch(concert, rules, signs, now);
    });
    measure(client, "tick and board of it", 500, 1, [&](int) { now += Duration{200}, room.tick(concert, rules, marks, now); });
    measure(client, "board of it, nothing new", 2'000, 1, [&](int) { room.board(concert); });
    measure(client, "board of it, for a pod that has just started", 50, 1, [&](int) { redis::WaitingRoom(client).board(concert); });
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
  bench.rooms();
  bench.boards();
  return 0;
}
