#include "support/test_sale.hpp"

#include <gtest/gtest.h>

#include "adapters/sqlite/audit.hpp"
#include "base/log.hpp"
#include "support/text_file.hpp"

namespace frontrow::test {

namespace {

std::unique_ptr<EmbeddedServer> started(Settings settings, const std::filesystem::path& data_dir) {
  configure_log({.level = LogLevel::error});
  settings.data_dir = data_dir;
  auto server = std::make_unique<EmbeddedServer>(settings);
  server->start();
  return server;
}

}  // namespace

Settings test_settings() {
  Settings settings;
  settings.port = 0;
  settings.http_threads = 2;
  settings.drain = std::chrono::seconds{1};
  settings.queue_max_active = 1'000'000;
  settings.queue_admissions_per_second = 100'000;
  return settings;
}

TestSale::TestSale(Settings settings)
    : server_(started(std::move(settings), dir_.path())),
      admin_token_(read_line(dir_.path() / "admin.token")),
      http_(server_->port()) {}

void expect_clean_audit(const std::filesystem::path& data_dir) {
  const auto lines = sqlite::audit(data_dir);
  EXPECT_FALSE(lines.empty());
  for (const AuditLine& line : lines)
    EXPECT_EQ(line.broken, 0) << line.rule << " " << line.what << ": " << line.example << " (of " << line.checked << ")";
}

}  // namespace frontrow::test
