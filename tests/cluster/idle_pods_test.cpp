// What pods to which nobody comes keep open on MySQL's primary, and what they ask of it. It has to fit fifty pods into the 151
// connections that a server allows unless it is told otherwise.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "server_counts.hpp"
#include "support/processes/test_sale.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

constexpr int kPods = 3;
constexpr double kSeconds = 8;                // by the server's own clock, so that a slow machine is no matter
constexpr double kStarting = 7;               // a start asks in several connections, which are closed after five seconds
constexpr std::int64_t kMostConnections = 3;  // 151 / 50
constexpr double kMostStatements = 10;        // a second

class IdlePods : public testing::Test {
 protected:
  IdlePods() {
    while (std::ssize(pods_) < kPods - 1) pods_.push_back(sale_.another_pod());
  }

  TestSale sale_{test_settings(), true};
  std::vector<std::unique_ptr<SaleServer>> pods_;
  ServerCounts counts_{sale_.database()->endpoint()};
};

TEST_F(IdlePods, KeepFewConnectionsAndAskLittle) {
  const double started = counts_.status("Uptime");
  ASSERT_TRUE(eventually([&] {
    return counts_.status("Uptime") - started >= kStarting && counts_.connections() <= kMostConnections * kPods;
  })) << counts_.connections();
  const double began = counts_.status("Uptime"), before = counts_.status("Queries");
  double own = 1;  // statements
  std::int64_t most = 0;
  double uptime = 0;
  EXPECT_TRUE(eventually([&] {
    most = std::max(most, counts_.connections());
    uptime = counts_.status("Uptime") - began;
    own += 2;
    return uptime >= kSeconds;
  }));
  const double statements = (counts_.status("Queries") - before - own) / uptime / kPods;
  std::printf(
      "%d idle pods: %d connections at most, %.1f statements a second and pod\n", kPods, static_cast<int>(most), statements);
  EXPECT_LE(most, kMostConnections * kPods);
  EXPECT_LE(statements, kMostStatements);
}

}  // namespace
}  // namespace frontrow::test
