// A whole pod with a Redis and sentinels that speak TLS only and ask for its certificate.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/clients/http_client.hpp"
#include "support/processes/server_process.hpp"
#include "support/services/mysql_database.hpp"
#include "support/services/services.hpp"
#include "support/services/tls_redis.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

class RedisTlsSale : public testing::Test {
 protected:
  // The settings and certificates of a pod.
  std::vector<std::string> told(const redis::TlsFiles& files) const {
    return {"FRONTROW_PROFILE=cluster",
            "FRONTROW_DEMO=true",
            "FRONTROW_MYSQL_PRIMARY=" + service("MYSQL_PRIMARY"),
            "FRONTROW_MYSQL_USER=" + service("MYSQL_USER"),
            "FRONTROW_MYSQL_PASSWORD_FILE=" + service("MYSQL_PASSWORD_FILE"),
            "FRONTROW_MYSQL_DATABASE=" + database.endpoint().database,
            "FRONTROW_MYSQL_STATEMENT_TIMEOUT_MS=5000",
            "FRONTROW_KAFKA_BROKERS=" + service("KAFKA_BROKERS"),
            "FRONTROW_TICKET_KEY=0123456789abcdef0123456789abcdef",
            "FRONTROW_ADMIN_TOKEN=the-operator-of-the-test-cluster",
            "FRONTROW_REDIS_SENTINELS=127.0.0.1:" + std::to_string(sentinel->address().port),
            "FRONTROW_REDIS_TIMEOUT_MS=1000",
            "FRONTROW_REDIS_CONNECT_TIMEOUT_MS=5000",
            "FRONTROW_REDIS_TLS=true",
            "FRONTROW_REDIS_TLS_CA_FILE=" + files.trusted.string(),
            "FRONTROW_REDIS_TLS_CERT_FILE=" + files.certificate.string(),
            "FRONTROW_REDIS_TLS_KEY_FILE=" + files.key.string()};
  }

  const MysqlDatabase database;
  const Authority authority;
  const redis::TlsFiles files = authority.sign("IP:127.0.0.1");
  TlsRedis server{files, {"tls-auth-clients yes"}};
  const std::unique_ptr<TlsRedis> sentinel = TlsRedis::sentinel(files, server, {"tls-auth-clients yes"});
  const TempDirectory data;
};

TEST_F(RedisTlsSale, GivesTicketsAndOutlivesItsRedis) {
  ServerProcess pod(data.path() / "pod", {.flags = {}, .environment = told(authority.sign("DNS:frontrow"))});
  pod.start();
  HttpClient client(pod.port());
  const auto status = [&] { return client.get("/actuator/health").text("status"); };
  EXPECT_TRUE(eventually([&] { return status() == "UP"; })) << client.get("/actuator/health");
  const std::int64_t concert = client.get("/api/v1/concerts").json().at("concerts").at(0).at("id").as_int64();
  const HttpRequest join{
      .method = "POST", .target = "/api/v1/queue/token", .body = R"({"userId":7,"concertId":)" + std::to_string(concert) + "}"};
  HttpResponse ticket;
  EXPECT_TRUE(eventually([&] { return (ticket = client.send(join)).status == 201; })) << ticket;
  server.kill();
  EXPECT_TRUE(eventually([&] { return status() == "DEGRADED"; }));
  EXPECT_EQ(client.get("/api/v1/concerts").status, 200);
  EXPECT_EQ(pod.stop(), 0) << pod.log_end();
}

TEST_F(RedisTlsSale, DoesNotStartWithoutWhatItsRedisAsksFor) {
  const Authority stranger;
  ServerProcess pod(data.path() / "pod", {.flags = {}, .environment = told(stranger.sign("DNS:frontrow"))});
  EXPECT_THROW(pod.start(), std::runtime_error);
  EXPECT_THAT(pod.log(), testing::HasSubstr("TLS: its certificate is refused: "));
}

}  // namespace
}  // namespace frontrow::test
