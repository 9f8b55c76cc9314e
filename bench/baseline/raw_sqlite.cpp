// A limit for comparison: one thread that writes the rows of a hold, or of a full purchase, into SQLite, and does
// nothing else. No HTTP, no rules, no reads. The store, its pragmas, its checkpoints and the forms of its statements
// are the server's own.
//
//   raw_sqlite DIRECTORY hold|purchase|fill GROUP SECONDS SEATS STORED [SQL]      prints JSON
//
// SQL runs after the schema is made: to measure the cost of an index or a pragma.
// `fill` only makes the store, as a data directory for the server.
// GROUP effects share a commit. STORED reservations, held and run out, are in the store before the clock starts. Seats
// are taken in the order of frontrow-bench. A purchase has five commits (ticket, claim, charge, hold, payment): each is
// a transaction of its own, with GROUP users.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/checkpointer.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "adapters/sqlite/statement.hpp"
#include "bench/venue.hpp"

namespace frontrow::bench {
namespace {

using sqlite::Connection;
using sqlite::Statement;
using sqlite::WriteTransaction;

constexpr char kDatabase[] = "/frontrow.db";
constexpr std::int64_t kSeatsASchedule = 50'000;
constexpr std::int64_t kConcert = 1;
constexpr std::int64_t kPrice = 1000;
constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kFirstUser = 100'000'000;
constexpr std::int64_t kIdBlock = 1000;  // as adapters/sqlite/id_blocks takes them

struct Asked {
  std::string directory;
  bool is_purchase;
  std::int64_t group;
  double seconds;
  std::int64_t seats;
  std::int64_t stored;
  std::string sql;
};

class Loop {
 public:
  Loop(Connection& connection, const Asked& asked)
      : connection_(connection),
        asked_(asked),
        checkpointer_(connection, asked.directory + kDatabase, {}, {}),
        insert_reservation_(
            connection,
            "INSERT INTO reservations (id, user_id, concert_id, schedule_id, status, amount, created_at, expires_at,"
            " ended_at, ticket_number, last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
        insert_seat_(connection,
                     "INSERT INTO reservation_seats (reservation_id, seat_id, number, price, live) VALUES (?1, ?2, ?3, ?4, ?5)"),
        confirm_(connection,
                 "UPDATE reservations SET status = ?2, ended_at = ?3, last_seq = ?4 WHERE id = ?1 AND status = 'TEMPORARY'"),
        insert_payment_(
            connection,
            "INSERT INTO payments (reservation_id, id, user_id, amount, balance, paid_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        update_seat_(connection, "UPDATE seats SET status = ?2, reservation_id = ?3, held_until = ?4, price = ?5 WHERE id = ?1"),
        put_account_(connection,
                     "INSERT INTO accounts (user_id, balance) VALUES (?1, ?2)"
                     " ON CONFLICT (user_id) DO UPDATE SET balance = excluded.balance"),
        insert_line_(connection, "INSERT INTO ledger (account, entry_id, amount, reservation_id, at) VALUES (?1, ?2, ?3, ?4, ?5)"),
        insert_key_(connection,
                    "INSERT INTO idempotency (owner, operation, key_hash, fingerprint, result, v1, v2, v3, created_at)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
        put_queue_(connection,
                   "INSERT INTO queues (concert_id, tail, front) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT (concert_id) DO UPDATE SET tail = excluded.tail, front = excluded.front"),
        put_ticket_(
            connection,
            "INSERT INTO tickets (concert_id, number, user_id, state, issued_at, admitted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            " ON CONFLICT (concert_id, number) DO UPDATE SET state = excluded.state, admitted_at = excluded.admitted_at"),
        delete_ticket_(connection, "DELETE FROM tickets WHERE concert_id = ?1 AND number = ?2"),
        insert_event_(connection,
                      "INSERT INTO events (id, type, reservation_id, seq, occurred_at, concert_id, ticket, user_id)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
        raise_version_(connection,
                       "UPDATE schedules SET version = version + 1, available_version = version + 1, available_seats = CASE"
                       " WHEN available_version = version THEN available_seats + ?2 ELSE (SELECT count(*) FROM seats"
                       " WHERE seats.id >= first_seat_id AND seats.id < first_seat_id + seat_count AND status = 'AVAILABLE') END"
                       " WHERE id = ?1"),
        raise_mark_(connection, "UPDATE id_blocks SET next = ?2 WHERE kind = ?1") {}

  void fill() {
    WriteTransaction transaction(connection_);
    const std::int64_t schedules = (asked_.seats + kSeatsASchedule - 1) / kSeatsASchedule;
    connection_.run(
        fmt::format("INSERT INTO concerts (id, title, artist, venue, queue_enabled, queue_max_active, queue_admissions_per_second,"
                    " deeds_since) VALUES ({}, 'Load', '', '', 1, 1000000, 100000, 0)",
                    kConcert));
    for (std::int64_t i = 1; i <= schedules; ++i) {
      connection_.run(
          fmt::format("INSERT INTO schedules (id, concert_id, starts_at, first_seat_id, seat_count, version,"
                      " available_seats, available_version) VALUES ({0}, {1}, 0, {2}, {3}, 0, {3}, 0)",
                      i,
                      kConcert,
                      (i - 1) * kSeatsASchedule + 1,
                      std::min(kSeatsASchedule, asked_.seats - (i - 1) * kSeatsASchedule)));
      connection_.run(fmt::format("INSERT INTO sections (id, schedule_id, name) VALUES ({0}, {0}, '')", i));
    }
    Statement seat(connection_,
                   "INSERT INTO seats (id, schedule_id, section_id, row, number, price, status)"
                   " VALUES (?1, ?2, ?2, 0, ?3, ?4, 'AVAILABLE')");
    for (std::int64_t i = 0; i < asked_.seats; ++i) seat.run(i + 1, i / kSeatsASchedule + 1, i % kSeatsASchedule + 1, kPrice);
    for (std::int64_t i = 0; i < asked_.stored; ++i) {
      const std::int64_t id = ++reservation_;
      const std::int64_t place = scattered(i % asked_.seats, asked_.seats);
      insert_reservation_.run(
          id, i + 1, kConcert, schedule_of(place), std::string_view{"EXPIRED"}, kPrice, kNow, kNow + 300'000, kNow + 300'000, 0, 2);
      insert_seat_.run(id, place + 1, place % kSeatsASchedule + 1, kPrice, 0);
      event(1, id, 1, kNow);
      event(2, id, 2, kNow + 300'000);
    }
    raise_marks(schedules);
    transaction.commit();
    checkpointer_.finish();
  }

  struct Done {
    std::int64_t effects;
    double seconds;
    double processor_seconds;
  };
  Done run() {
    const double processor = processor_seconds();
    const auto start = std::chrono::steady_clock::now();
    const auto length = std::chrono::duration<double>(asked_.seconds);
    std::int64_t done = 0;
    while (done + asked_.group <= asked_.seats && std::chrono::steady_clock::now() - start < length) {
      if (asked_.is_purchase) {
        commit([&] { tickets(done, 0); });
        commit([&] { tickets(done, 1); });
        commit([&] { charges(done); });
        commit([&] { holds(done); });
        commit([&] { payments(done); });
      } else {
        commit([&] { holds(done); });
      }
      done += asked_.group;
    }
    return {done, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), processor_seconds() - processor};
  }

 private:
  static double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }

  // The rows that are stored before the run have taken ids as well, in blocks where the server takes blocks.
  void raise_marks(std::int64_t schedules) {
    reservation_ = (reservation_ + kIdBlock - 1) / kIdBlock * kIdBlock;
    raise_mark_.run(std::string_view{"concert"}, kConcert + 1);
    raise_mark_.run(std::string_view{"schedule"}, schedules + 1);
    raise_mark_.run(std::string_view{"section"}, schedules + 1);
    raise_mark_.run(std::string_view{"seat"}, asked_.seats + 1);
    raise_mark_.run(std::string_view{"reservation"}, reservation_ + 1);
  }

  template <class Write>
  void commit(Write write) {
    WriteTransaction transaction(connection_);
    write();
    transaction.commit();
    checkpointer_.tend();
  }

  static std::int64_t schedule_of(std::int64_t place) { return place / kSeatsASchedule + 1; }
  static std::int64_t user_of(std::int64_t index) { return kFirstUser + index; }

  void event(int type, std::int64_t reservation, std::int64_t seq, std::int64_t at) {
    insert_event_.run(++event_, type, reservation, seq, at, std::nullopt, std::nullopt, std::nullopt);
  }

  // Ids come in blocks, whose mark is raised in the transaction that begins one.
  std::int64_t next_id(std::int64_t& last, std::string_view kind) {
    if (last % kIdBlock == 0) raise_mark_.run(kind, last + kIdBlock + 1);
    return ++last;
  }

  void tickets(std::int64_t from, int state) {
    for (std::int64_t i = from; i < from + asked_.group; ++i) {
      const std::int64_t number = i + 1;
      put_ticket_.run(kConcert, number, user_of(i), state, kNow, state == 0 ? std::nullopt : std::optional{kNow});
      if (state == 1) insert_event_.run(++event_, 5, std::nullopt, 0, kNow, kConcert, number, user_of(i));
    }
    put_queue_.run(kConcert, from + asked_.group, state == 0 ? from : from + asked_.group);
  }

  void ledger(std::int64_t user, std::int64_t amount, int mirror, std::optional<std::int64_t> reservation) {
    const std::int64_t entry = next_id(entry_, "ledger_entry");
    insert_line_.run(user, entry, amount, reservation, kNow);
    insert_line_.run(mirror, entry, -amount, reservation, kNow);
  }

  void charges(std::int64_t from) {
    std::array<std::byte, 16> hash{};
    for (std::int64_t i = from; i < from + asked_.group; ++i) {
      put_account_.run(user_of(i), kPrice);
      ledger(user_of(i), kPrice, -1, std::nullopt);
      // A hash can be any number; these are scattered in the same way.
      const std::uint64_t bits = static_cast<std::uint64_t>(i) * 0x9E3779B97F4A7C15u;
      std::memcpy(hash.data(), &bits, sizeof bits);
      insert_key_.run(user_of(i), 4, sqlite::Bytes{hash}, i, i, kPrice, kPrice, 0, kNow);
    }
  }

  void holds(std::int64_t from) {
    const std::int64_t first = reservation_;
    for (std::int64_t i = from; i < from + asked_.group; ++i) {
      const std::int64_t place = scattered(i, asked_.seats);
      const std::int64_t id = next_id(reservation_, "reservation");
      insert_reservation_.run(id,
                              user_of(i),
                              kConcert,
                              schedule_of(place),
                              std::string_view{"TEMPORARY"},
                              kPrice,
                              kNow,
                              kNow + 300'000,
                              std::nullopt,
                              asked_.is_purchase ? i + 1 : 0,
                              1);
      insert_seat_.run(id, place + 1, place % kSeatsASchedule + 1, kPrice, 1);
      event(1, id, 1, kNow);
    }
    seats(from, first, "TEMPORARILY_RESERVED", kNow + 300'000);
  }

  void seats(std::int64_t from, std::int64_t first, std::string_view status, std::optional<std::int64_t> held_until) {
    // In the order of ids, so that neighbours share pages.
    changed_.clear();
    for (std::int64_t i = from; i < from + asked_.group; ++i)
      changed_.emplace_back(scattered(i, asked_.seats), first + 1 + i - from);
    std::ranges::sort(changed_);
    std::map<std::int64_t, std::int64_t> change;  // of the available seats of each date
    for (const auto& [place, reservation] : changed_) {
      update_seat_.run(place + 1, status, reservation, held_until, kPrice);
      change[schedule_of(place)] -= held_until ? 1 : 0;
    }
    for (const auto& [schedule, seats] : change) raise_version_.run(schedule, seats);
  }

  void payments(std::int64_t from) {
    const std::int64_t first = reservation_ - asked_.group;
    for (std::int64_t i = from; i < from + asked_.group; ++i) {
      const std::int64_t id = first + 1 + i - from;
      confirm_.run(id, std::string_view{"CONFIRMED"}, kNow + 1, 2);
      insert_payment_.run(id, next_id(payment_, "payment"), user_of(i), kPrice, 0, kNow + 1);
      put_account_.run(user_of(i), 0);
      ledger(user_of(i), -kPrice, -2, id);
      event(4, id, 2, kNow + 1);
      delete_ticket_.run(kConcert, i + 1);
    }
    seats(from, first, "RESERVED", std::nullopt);
  }

  Connection& connection_;
  const Asked& asked_;
  sqlite::Checkpointer checkpointer_;
  Statement insert_reservation_;
  Statement insert_seat_;
  Statement confirm_;
  Statement insert_payment_;
  Statement update_seat_;
  Statement put_account_;
  Statement insert_line_;
  Statement insert_key_;
  Statement put_queue_;
  Statement put_ticket_;
  Statement delete_ticket_;
  Statement insert_event_;
  Statement raise_version_;
  Statement raise_mark_;
  std::vector<std::pair<std::int64_t, std::int64_t>> changed_;
  std::int64_t reservation_ = 0;
  std::int64_t payment_ = 0;
  std::int64_t entry_ = 0;
  std::int64_t event_ = 0;
};

void run(const Asked& asked) {
  std::filesystem::remove_all(asked.directory);
  std::filesystem::create_directories(asked.directory);
  Connection connection(asked.directory + kDatabase, sqlite::Access::read_write, {});
  sqlite::migrate(connection);
  if (!asked.sql.empty()) connection.run(asked.sql);
  Loop loop(connection, asked);
  loop.fill();
  if (asked.group == 0) {
    std::puts("{}");
    return;
  }
  const Loop::Done done = loop.run();
  const auto effects = static_cast<double>(done.effects);
  std::printf("{\"perSecond\": %.0f, \"done\": %lld, \"seconds\": %.3f, \"processorUs\": %.2f}\n",
              effects / done.seconds,
              static_cast<long long>(done.effects),
              done.seconds,
              done.processor_seconds / effects * 1e6);
}

}  // namespace
}  // namespace frontrow::bench

int main(int argc, char** argv) {
  const std::string_view what = argc == 7 || argc == 8 ? argv[2] : "";
  if (what != "hold" && what != "purchase" && what != "fill") {
    std::fputs("raw_sqlite DIRECTORY hold|purchase|fill GROUP SECONDS SEATS STORED [SQL]\n", stderr);
    return 2;
  }
  try {
    frontrow::bench::run({.directory = argv[1],
                          .is_purchase = what == "purchase",
                          .group = what == "fill" ? 0 : std::atoll(argv[3]),
                          .seconds = std::atof(argv[4]),
                          .seats = std::atoll(argv[5]),
                          .stored = std::atoll(argv[6]),
                          .sql = argc == 8 ? argv[7] : ""});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "raw_sqlite: %s\n", error.what());
    return 1;
  }
}
