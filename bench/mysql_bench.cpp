// The one-seat holds a second that the MySQL store commits in batches of 64 on one connection, compared with one
// transaction for each hold on the same server at its best number of connections; and the cost of each index. All as
// ratios of alternating rounds, because the machine is never quiet.
//
//   FRONTROW_SERVICES=build/services/services.env mysql_bench [holds a round [rounds [batches | indexes]]]
//   FRONTROW_SERVICES=… mysql_bench one-by-one HOLDS THREADS     only that many transactions, a hold in each; prints JSON
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include <unistd.h>

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

// A database with one schedule, dropped at the end.
class Venue {
 public:
  Venue() {
    mysql::Connection server{endpoint(""), mysql::Role::steward, {}};
    run(server, "DROP DATABASE IF EXISTS frontrow_bench; CREATE DATABASE frontrow_bench");
    mysql::migrate_database(here());
    CreateCommand create{kSeats};
    Command* const creation[] = {&create};
    execute(*mysql::open_store({.primary = here()}), creation);
    change(
        "INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version)"
        " SELECT id + 1, concert_id, starts_at, 0, 0, 0 FROM schedules;"
        "INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version)"
        " SELECT id + 2, concert_id, starts_at, 0, 0, 0 FROM schedules;"
        "UPDATE seats SET schedule_id = 1 + id % 4");
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

SeatId seat_of(int i) { return {(i * 7'919LL) % kSeats + 1}; }  // a prime step: neighbours in time are never on one page

// Processor time of a process. On a shared machine it says more than the clock.
double processor_seconds(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string field;
  double ticks = 0;
  for (int i = 1; i <= 15 && file >> field; ++i)
    if (i >= 14) ticks += std::stod(field);
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Bytes of InnoDB's log: they have to be flushed, and do not depend on other programs.
double redo_bytes() {
  mysql::Connection server{endpoint(""), mysql::Role::steward, {}};
  mysql::Rows rows = server.ask(mysql::Sql::script("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'"), "bench");
  return rows.next() ? static_cast<double>(rows.integer(1)) : 0;
}

struct Rate {
  double per_second = 0;
  double server_us = 0, client_us = 0;  // processor time of each hold
  double redo = 0;                      // bytes of each hold
};

template <class Work>
Rate measure(int count, Work work) {
  const std::string server = service("MYSQL_PRIMARY_PID");
  const double redo_before = redo_bytes();
  const double server_before = processor_seconds(server), client_before = processor_seconds("self");
  const auto started = steady_now();
  work();
  const double took = std::chrono::duration<double>(steady_now() - started).count();
  return {.per_second = count / took,
          .server_us = (processor_seconds(server) - server_before) * 1e6 / count,
          .client_us = (processor_seconds("self") - client_before) * 1e6 / count,
          .redo = (redo_bytes() - redo_before) / count};
}

// Each connection has a schedule of its own with a quarter of the seats, as a server shards them.
Rate in_batches(const Venue& venue, int holds, std::size_t size, int connections = 1) {
  std::vector<std::vector<HoldCommand>> commands(static_cast<std::size_t>(connections));
  for (int i = 0; i < holds; ++i) {
    const SeatId seat = seat_of(i);
    commands[static_cast<std::size_t>(seat.value % connections)].emplace_back(UserId{i + 1}, seat, i);
  }
  return measure(holds, [&] {
    std::vector<std::jthread> writers;
    for (auto& mine : commands)
      writers.emplace_back([&] {
        const auto store = mysql::open_store({.primary = venue.here()});
        for (std::size_t first = 0; first < mine.size(); first += size) {
          std::vector<Command*> batch;
          for (std::size_t i = first; i < std::min(mine.size(), first + size); ++i) batch.push_back(&mine[i]);
          execute(*store, batch);
          store->tend();
        }
      });
  });
}

// As a request handler with a pool would do it: a transaction for each hold, a round trip for each statement.
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

Rate one_by_one(const Venue& venue, int holds, int threads) {
  return measure(holds, [&] {
    std::vector<std::jthread> workers;
    for (int t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        mysql::Connection connection{venue.here(), mysql::Role::writer, {}};
        for (int i = t; i < holds; i += threads) hold_one(connection, i);
      });
  });
}

double middle(const std::vector<Rate>& rates, double Rate::* what) {
  std::vector<double> values;
  for (const Rate& rate : rates) values.push_back(rate.*what);
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Index {
  const char* name;
  const char* what;  // the change: "dropped", or "one more like it"
  const char* ddl;
  bool is_copy;
};
constexpr Index kIndexes[] = {
    {"idx_schedule_seat", "dropped", "ALTER TABLE seats DROP INDEX idx_schedule_seat", false},
    {"idx_seat_covering", "dropped", "ALTER TABLE seats DROP INDEX idx_seat_covering", false},
    {"idx_reservation_user_status",
     "one more like it",
     "ALTER TABLE reservations ADD INDEX again (user_id, concert_id, status)",
     true},
    {"idx_reservation_user_time", "one more like it", "ALTER TABLE reservations ADD INDEX again (user_id, created_at)", true},
    {"idx_reservation_concert_status",
     "one more like it",
     "ALTER TABLE reservations ADD INDEX again (concert_id, status, amount)",
     true},
    {"idx_active_seat_reservation", "dropped", "ALTER TABLE reservation_seats DROP INDEX idx_active_seat_reservation", false},
};

void measure_indexes(int holds, int rounds) {
  std::printf(
      "| index | without it | holds/s without over with | server processor time, with over without | log bytes a hold, with and "
      "without |\n");
  for (const Index& index : kIndexes) {
    std::vector<Rate> more, fewer;
    for (int round = 0; round < rounds; ++round) {
      for (const bool is_changed : round % 2 == 0 ? std::array{false, true} : std::array{true, false}) {
        const Venue venue;
        if (is_changed) venue.change(index.ddl);
        (is_changed == index.is_copy ? more : fewer).push_back(in_batches(venue, holds, kBatch));
      }
    }
    std::printf("| `%s` | %s | %.2f | %.2f | %.0f and %.0f |\n",
                index.name,
                index.what,
                middle(fewer, &Rate::per_second) / middle(more, &Rate::per_second),
                middle(more, &Rate::server_us) / middle(fewer, &Rate::server_us),
                middle(more, &Rate::redo),
                middle(fewer, &Rate::redo));
    std::fflush(stdout);
  }
}

void measure_batches(int holds, int rounds) {
  std::map<std::string, std::vector<Rate>> rates;
  for (int round = 0; round < rounds; ++round) {
    rates["in batches of 64, one connection"].push_back(in_batches(Venue{}, holds, kBatch));
    rates["in batches of 256, one connection"].push_back(in_batches(Venue{}, holds, 256));
    rates["in batches of 64, 2 connections"].push_back(in_batches(Venue{}, holds, kBatch, 2));
    rates["in batches of 64, 4 connections"].push_back(in_batches(Venue{}, holds, kBatch, 4));
    for (const int threads : {1, 4, 16, 32})
      rates["a transaction each, " + std::to_string(threads) + " connections"].push_back(one_by_one(Venue{}, holds / 4, threads));
  }
  for (const auto& [what, of] : rates)
    std::printf("%-36s %7.0f holds/s; processor time a hold: server %4.0f us, client %4.0f us\n",
                what.c_str(),
                middle(of, &Rate::per_second),
                middle(of, &Rate::server_us),
                middle(of, &Rate::client_us));
  std::fflush(stdout);
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  if (argc > 3 && std::string_view{argv[1]} == "one-by-one") {
    const frontrow::Rate rate = frontrow::one_by_one(frontrow::Venue{}, number(2, 0), number(3, 0));
    std::printf(R"({"perSecond":%.1f,"serverUs":%.1f,"clientUs":%.1f})"
                "\n",
                rate.per_second,
                rate.server_us,
                rate.client_us);
    return 0;
  }
  const std::string_view only = argc > 3 ? argv[3] : "";
  if (only != "indexes") frontrow::measure_batches(number(1, 6'400), number(2, 3));
  if (only != "batches") frontrow::measure_indexes(number(1, 6'400), number(2, 3));
}
