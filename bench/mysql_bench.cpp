// How many one-seat holds a second the MySQL store commits in batches of 64, on one connection; beside one transaction a hold on
// the same server, on as many connections as are best; and what each index costs. Everything as ratios, in turns, because the
// machine is never quiet.
//
//   FRONTROW_SERVICES=build/services/services.env mysql_bench [holds a round [rounds]]
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "adapters/mysql/store.hpp"
#include "bench/store_commands.hpp"

namespace frontrow {
namespace {

using namespace bench;

constexpr int kSeats = 20'000;
constexpr std::size_t kBatch = 64;

std::string service(const std::string& key) {
  std::ifstream file(std::getenv("FRONTROW_SERVICES"));
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + "=")) return line.substr(key.size() + 1);
  std::fprintf(stderr, "FRONTROW_SERVICES does not say %s\n", key.c_str());
  std::exit(2);
}

mysql::Endpoint endpoint(const std::string& database) {
  const std::string address = service("MYSQL_PRIMARY");
  std::ifstream password(service("MYSQL_PASSWORD_FILE"));
  const std::size_t colon = address.rfind(':');
  return {.host = address.substr(0, colon),
          .port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))),
          .user = service("MYSQL_USER"),
          .password = Secret{std::string{std::istreambuf_iterator<char>(password), {}}},
          .database = database,
          .tls_ca = {}};
}

void run(mysql::Connection& connection, std::string_view statements) { connection.run(mysql::Sql::script(statements), "bench"); }

// A database with one schedule, gone again at the end.
class Venue {
 public:
  Venue() {
    mysql::Connection server{endpoint(""), mysql::Role::steward, {}};
    run(server, "DROP DATABASE IF EXISTS frontrow_bench; CREATE DATABASE frontrow_bench");
    mysql::migrate_database(here());
    CreateCommand create{kSeats};
    Command* const creation[] = {&create};
    execute(*mysql::open_store({.primary = here()}), creation);
  }
  ~Venue() {
    mysql::Connection server{endpoint(""), mysql::Role::steward, {}};
    run(server, "DROP DATABASE frontrow_bench");
  }
  Venue(const Venue&) = delete;
  Venue& operator=(const Venue&) = delete;
  mysql::Endpoint here() const { return endpoint("frontrow_bench"); }
  void change(const char* ddl) const {
    mysql::Connection steward{here(), mysql::Role::steward, {}};
    run(steward, ddl);
  }
};

SeatId seat_of(int i) { return {(i * 7'919LL) % kSeats + 1}; }  // a prime step: no two neighbours on a page

template <class Work>
double per_second(int count, Work work) {
  const auto started = steady_now();
  work();
  return count / std::chrono::duration<double>(steady_now() - started).count();
}

double in_batches(const Venue& venue, int holds, std::size_t size) {
  const auto store = mysql::open_store({.primary = venue.here()});
  std::vector<HoldCommand> commands;
  for (int i = 0; i < holds; ++i) commands.emplace_back(UserId{i + 1}, seat_of(i), i);
  return per_second(holds, [&] {
    for (std::size_t first = 0; first < commands.size(); first += size) {
      std::vector<Command*> batch;
      for (std::size_t i = first; i < std::min(commands.size(), first + size); ++i) batch.push_back(&commands[i]);
      execute(*store, batch);
      store->tend();
    }
  });
}

// What a request handler with a pool would do: a transaction of its own for each hold, a statement a round trip.
void hold_one(mysql::Connection& connection, int i) {
  const auto one = [&](auto write) {
    mysql::Sql sql;
    write(sql);
    sql.end();
    connection.run(sql, "hold");
  };
  const SeatId seat = seat_of(i);
  mysql::WriteTransaction transaction{connection};
  one([&](mysql::Sql& sql) { sql << "SELECT status, held_until, price FROM seats WHERE id = " << seat << " FOR UPDATE"; });
  one([&](mysql::Sql& sql) {
    sql << "INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at, ticket_number, "
           "last_seq)"
           " VALUES ("
        << i + 1 << ", " << i + 1 << ", 1, 1, 'TEMPORARY', 50000, 0, 300000, 1, 1)";
  });
  one([&](mysql::Sql& sql) {
    sql << "INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live) VALUES (" << i + 1 << ", " << seat
        << ", 1, 50000, 1)";
  });
  one([&](mysql::Sql& sql) {
    sql << "UPDATE seats SET status = 'TEMPORARILY_RESERVED', reservation_id = " << i + 1
        << ", held_until = 300000 WHERE id = " << seat;
  });
  one([&](mysql::Sql& sql) {
    sql << "INSERT INTO events (type, reservation_id, seq, occurred_at) VALUES (1, " << i + 1 << ", 1, 0)";
  });
  transaction.commit();
}

double one_by_one(const Venue& venue, int holds, int threads) {
  return per_second(holds, [&] {
    std::vector<std::jthread> workers;
    for (int t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        mysql::Connection connection{venue.here(), mysql::Role::writer, {}};
        for (int i = t; i < holds; i += threads) hold_one(connection, i);
      });
  });
}

double middle(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Index {
  const char* name;
  const char* what;  // was done to be without it, or with one more like it
  const char* ddl;
  bool is_copy;
};
constexpr Index kIndexes[] = {
    {"idx_schedule_seat", "dropped", "ALTER TABLE seats DROP INDEX idx_schedule_seat", false},
    {"idx_seat_covering", "dropped", "ALTER TABLE seats DROP INDEX idx_seat_covering", false},
    {"idx_reservation_user_status", "one more like it", "ALTER TABLE reservations ADD INDEX again (user_id, status)", true},
    {"idx_active_seat_reservation", "dropped", "ALTER TABLE reservation_seats DROP INDEX idx_active_seat_reservation", false},
};

void measure_indexes(int holds, int rounds) {
  for (const Index& index : kIndexes) {
    std::vector<double> ratios;
    for (int round = 0; round < rounds; ++round) {
      double plain = 0, changed = 0;
      for (const bool is_changed : round % 2 == 0 ? std::array{false, true} : std::array{true, false}) {
        const Venue venue;
        if (is_changed) venue.change(index.ddl);
        (is_changed ? changed : plain) = in_batches(venue, holds, kBatch);
      }
      ratios.push_back(index.is_copy ? changed / plain : plain / changed);
    }
    std::printf("| `%s` | %s | %.2f |\n", index.name, index.what, middle(ratios));
    std::fflush(stdout);
  }
}

void measure_batches(int holds, int rounds) {
  std::map<std::string, std::vector<double>> rates;
  for (int round = 0; round < rounds; ++round) {
    rates["in batches of 64, one connection"].push_back(in_batches(Venue{}, holds, kBatch));
    rates["in batches of 256, one connection"].push_back(in_batches(Venue{}, holds, 256));
    for (const int threads : {1, 4, 16, 32})
      rates["a transaction each, " + std::to_string(threads) + " connections"].push_back(one_by_one(Venue{}, holds / 4, threads));
  }
  for (const auto& [what, values] : rates) std::printf("%-45s %8.0f holds/s\n", what.c_str(), middle(values));
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  frontrow::measure_batches(number(1, 6'400), number(2, 3));
  frontrow::measure_indexes(number(1, 6'400), number(2, 3));
}
