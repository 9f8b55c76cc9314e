// The stores that pass the contract suite.
#include "adapters/mysql/audit.hpp"
#include "adapters/mysql/store.hpp"
#include "adapters/sqlite/audit.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "contract/store_contract.hpp"
#include "support/fakes/model_store.hpp"
#include "support/fakes/numbering_store.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/services/mysql_database.hpp"

namespace frontrow {
namespace {

std::vector<std::string> broken_in(const std::vector<AuditLine>& lines) {
  std::vector<std::string> broken;
  for (const AuditLine& line : lines)
    if (line.broken > 0) broken.push_back(line.rule + " " + line.what + ": " + line.example);
  return broken;
}

class SqliteFileFixture final : public StoreFixture {
 public:
  SqliteFileFixture() { reopen(); }
  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = sqlite::open_store({.location = directory_.database(), .checkpoint = {.slice_bytes = 1 << 16}}, clock);
  }
  std::vector<std::string> broken_rules() override { return broken_in(sqlite::audit(directory_.path())); }

 private:
  TempDirectory home_;
  sqlite::DataDirectory directory_{home_.path() / "data"};
  std::unique_ptr<Store> store_;
};

class SqliteMemoryFixture final : public StoreFixture {
 public:
  SqliteMemoryFixture() : keeper_(location_, sqlite::Access::read_write, {}) { reopen(); }
  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = sqlite::open_store({.location = location_}, clock);
  }
  std::vector<std::string> broken_rules() override { return broken_in(sqlite::audit(keeper_)); }
  bool readers_never_wait() const override { return false; }

 private:
  const std::string location_ = "file:/store-contract?vfs=memdb";
  sqlite::Connection keeper_;  // the database lives as long as one connection is open
  std::unique_ptr<Store> store_;
};

class MysqlFixture final : public StoreFixture {
 public:
  MysqlFixture() {
    mysql::migrate_database(database_.endpoint());
    reopen();
  }
  Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = std::make_unique<test::NumberingStore>(mysql::StoreSettings{.primary = database_.endpoint(), .clock = &clock});
  }
  std::vector<std::string> broken_rules() override { return broken_in(mysql::audit(database_.endpoint())); }

 private:
  test::MysqlDatabase database_;
  std::unique_ptr<Store> store_;
};

class ModelFixture final : public StoreFixture {
 public:
  Store& store() override { return store_; }
  void reopen() override {}
  std::vector<std::string> broken_rules() override { return {}; }

 private:
  ModelState state_;
  ModelStore store_{state_, clock};
};

}  // namespace

std::vector<StoreAdapter> store_adapters() {
  return {{"SqliteFile", [] { return std::make_unique<SqliteFileFixture>(); }},
          {"SqliteMemory", [] { return std::make_unique<SqliteMemoryFixture>(); }},
          {"Mysql", [] { return std::make_unique<MysqlFixture>(); }},
          {"Model", [] { return std::make_unique<ModelFixture>(); }}};
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(store_adapters()), name_of_store);

}  // namespace frontrow
