// A whole server in this process, on a data directory of its own, spoken to over real HTTP.
#pragma once

#include <memory>
#include <string>

#include "main/assemble_embedded.hpp"
#include "support/sale_client.hpp"
#include "support/temp_dir.hpp"

namespace frontrow::test {

// Quick to start, quiet, as many people inside as come.
Settings test_settings();

class TestSale {
 public:
  TestSale() : TestSale(test_settings()) {}
  explicit TestSale(Settings settings);

  std::uint16_t port() const { return server_->port(); }
  const std::filesystem::path& data_dir() const { return dir_.path(); }
  const std::string& admin_token() const { return admin_token_; }
  HttpClient& http() { return http_; }
  NewConcert add_concert(const ConcertSpec& spec = {}) { return test::add_concert(http_, admin_token_, spec); }
  EmbeddedServer& server() { return *server_; }

 private:
  TempDir dir_;
  std::unique_ptr<EmbeddedServer> server_;
  std::string admin_token_;
  HttpClient http_;
};

// Every rule of the sale, checked by queries on the database, served at the moment or not.
void expect_clean_audit(const std::filesystem::path& data_dir);

}  // namespace frontrow::test
