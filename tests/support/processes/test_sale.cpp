#include "support/processes/test_sale.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "adapters/mysql/audit.hpp"
#include "adapters/sqlite/audit.hpp"
#include "base/log.hpp"
#include "support/services/redis_services.hpp"
#include "support/services/services.hpp"
#include "support/text_file.hpp"

namespace frontrow::test {

namespace {

constexpr std::string_view kAdminToken = "the-operator-of-the-test-cluster";
constexpr std::string_view kChargeToken = "the-payment-service-of-the-test-cluster";

HostPort host_port(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  return {.host = address.substr(0, colon), .port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)))};
}

std::vector<HostPort> host_ports(const std::string& list) {
  std::vector<HostPort> all;
  std::istringstream in(list);
  for (std::string address; std::getline(in, address, ',');) all.push_back(host_port(address));
  return all;
}

// Data of other tests in Redis belong to other databases.
std::unique_ptr<MysqlDatabase> empty_services() {
  redis::Client client(redis_settings());
  ask(client, {"FLUSHALL"});
  return std::make_unique<MysqlDatabase>();
}

void point_at_services(Settings& settings, const MysqlDatabase& database) {
  settings.profile = Settings::Profile::cluster;
  settings.mysql_primary = {host_port(service("MYSQL_PRIMARY"))};
  settings.mysql_replicas = host_ports(service("MYSQL_REPLICAS"));
  settings.mysql_user = service("MYSQL_USER");
  settings.mysql_password = Secret{service_password("MYSQL_PASSWORD_FILE")};
  settings.mysql_database = database.endpoint().database;
  settings.mysql_statement_timeout = std::chrono::seconds{5};
  settings.redis_sentinels = host_ports(service("REDIS_SENTINELS"));
  settings.redis_master = service("REDIS_MASTER");
  settings.redis_password = Secret{service_password("REDIS_PASSWORD_FILE")};
  settings.redis_timeout = std::chrono::seconds{1};  // for a machine with much other work
  settings.kafka_brokers = service("KAFKA_BROKERS");
  settings.ticket_key = Secret{"0123456789abcdef0123456789abcdef"};
  settings.admin_token = Secret{std::string{kAdminToken}};
  if (!settings.charge_token) settings.charge_token = Secret{std::string{kChargeToken}};
}

std::unique_ptr<SaleServer> started(Settings settings, const std::filesystem::path& data_dir, const MysqlDatabase* database) {
  configure_log({.level = LogLevel::error});
  settings.data_dir = data_dir;
  if (database != nullptr) point_at_services(settings, *database);
  auto server = make_server(settings);
  server->start();
  return server;
}

void expect_clean(const std::vector<AuditLine>& lines) {
  EXPECT_FALSE(lines.empty());
  for (const AuditLine& line : lines)
    EXPECT_EQ(line.broken, 0) << line.rule << " " << line.what << ": " << line.example << " (of " << line.checked << ")";
}

}  // namespace

bool tests_the_cluster() {
  const char* profile = std::getenv("FRONTROW_TEST_PROFILE");
  return profile != nullptr && std::string_view{profile} == "cluster";
}

Settings test_settings() {
  Settings settings;
  settings.port = 0;
  settings.http_threads = 2;
  settings.drain = std::chrono::seconds{1};
  settings.queue_max_active = 1'000'000;
  settings.queue_admissions_per_second = 100'000;
  settings.unpaid_holds_per_hour = 0;
  settings.seat_cool_down = {};
  settings.limits = {};  // a test asks as one user what many would ask; the limits have tests of their own
  return settings;
}

TestSale::TestSale(Settings settings, bool is_cluster)
    : settings_(std::move(settings)),
      database_(is_cluster ? empty_services() : nullptr),
      server_(started(settings_, dir_.path(), database_.get())),
      admin_token_(database_ ? std::string{kAdminToken} : read_line(dir_.path() / "admin.token")),
      http_(server_->port()) {}

std::unique_ptr<SaleServer> TestSale::another_pod() const { return started(settings_, dir_.path(), database_.get()); }

std::string said_once(const HttpResponse& answer) {
  std::string said = answer.body;
  for (const std::string_view word : {R"(,"replayed":true)", R"(,"replayed":false)"})
    if (const auto at = said.find(word); at != std::string::npos) said.erase(at, word.size());
  return said;
}

void expect_clean_audit(const std::filesystem::path& data_dir) { expect_clean(sqlite::audit(data_dir)); }

void expect_clean_audit(const TestSale& sale) {
  expect_clean(sale.database() != nullptr ? mysql::audit(sale.database()->endpoint()) : sqlite::audit(sale.data_dir()));
}

}  // namespace frontrow::test
