// A migrated database, and stores on it.
#pragma once

#include <gtest/gtest.h>

#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/store.hpp"
#include "support/fakes/manual_clock.hpp"
#include "support/services/mysql_database.hpp"
#include "support/store_moves.hpp"
#include "support/wait.hpp"

namespace frontrow::mysql {

class MysqlTest : public testing::Test {
 protected:
  MysqlTest() { migrate_database(database_.endpoint()); }
  // Every test leaves a sale in which all rules hold.
  void TearDown() override {
    for (const AuditLine& line : audit(database_.endpoint()))
      EXPECT_EQ(line.broken, 0) << line.rule << ' ' << line.what << ": " << line.example;
  }

  // With the test's clock, which stands still.
  StoreSettings settings() { return {.primary = database_.endpoint(), .clock = &clock_}; }
  std::unique_ptr<Store> open() { return open_store(settings()); }
  std::unique_ptr<Connection> session(Role role = Role::writer) {
    return std::make_unique<Connection>(database_.endpoint(), role, ConnectionSettings{.lock_timeout = test::kPatience});
  }
  std::string run(std::string_view statements) { return database_.run(statements); }
  // True once a batch has locked the user's guard row and reads the rows of seats.
  bool is_guarded(UserId user) {
    try {
      run("SELECT balance FROM accounts WHERE user_id = " + std::to_string(user.value) + " FOR UPDATE NOWAIT");
      return false;
    } catch (const Contended&) {
      return true;
    }
  }
  MadeConcert made_concert(Store& store, const NewConcert& what = {}) {
    const auto out = std::make_shared<MadeConcert>();
    execute(store, create(what, out));
    return *out;
  }

  test::MysqlDatabase database_;
  ManualClock clock_;
};

inline void run(Connection& connection, std::string_view statements) {
  connection.run(Sql::script(statements), "run a test's statements");
}

inline constexpr UserId kAnn{1}, kBen{2}, kCho{3};

}  // namespace frontrow::mysql
