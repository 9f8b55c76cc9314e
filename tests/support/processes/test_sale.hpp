// A whole server in this process, with its own store, used over real HTTP: the embedded profile on a data directory,
// or, if FRONTROW_TEST_PROFILE is `cluster`, the cluster profile on the started services.
#pragma once

#include <memory>
#include <string>

#include "main/sale_server.hpp"
#include "support/clients/sale_client.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/services/mysql_database.hpp"

namespace frontrow::test {

// Settings for a quick start, little log, no limit on people inside, and none on how often one of them asks.
Settings test_settings();
bool tests_the_cluster();

class TestSale {
 public:
  TestSale() : TestSale(test_settings()) {}
  explicit TestSale(Settings settings) : TestSale(std::move(settings), tests_the_cluster()) {}
  TestSale(Settings settings, bool is_cluster);  // two of the cluster profile would share one waiting room

  std::uint16_t port() const { return server_->port(); }
  const std::filesystem::path& data_dir() const { return dir_.path(); }  // in the embedded profile
  const std::string& admin_token() const { return admin_token_; }
  HttpClient& http() { return http_; }
  NewConcert add_concert(const ConcertSpec& spec = {}) { return test::add_concert(http_, admin_token_, spec); }
  SaleServer& server() { return *server_; }
  // In the cluster profile: starts one more pod on the same services.
  std::unique_ptr<SaleServer> another_pod() const;
  const MysqlDatabase* database() const { return database_.get(); }  // null: embedded

 private:
  const Settings settings_;
  TempDirectory dir_;
  std::unique_ptr<MysqlDatabase> database_;
  std::unique_ptr<SaleServer> server_;
  std::string admin_token_;
  HttpClient http_;
};

// The answer without its member `replayed`.
std::string said_once(const HttpResponse& answer);

// Checks every rule of the sale by queries on the database; a server may be serving it.
void expect_clean_audit(const std::filesystem::path& data_dir);
void expect_clean_audit(const TestSale& sale);

}  // namespace frontrow::test
