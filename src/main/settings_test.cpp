// Which source of a setting counts, and which faults stop the start.
#include "main/settings.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "main/cluster_settings.hpp"
#include "main/settings_table.hpp"
#include "support/processes/temp_directory.hpp"

namespace frontrow {
namespace {

namespace fs = std::filesystem;

class SettingsTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) const {
    const fs::path file = folder_.path() / name;
    std::ofstream{file, std::ios::binary} << text;
    return file.string();
  }

  static std::expected<Parsed, Exit> parse(const std::vector<std::string>& arguments,
                                           const std::vector<std::string>& environment = {}) {
    std::vector<const char*> argv = {"frontrow"}, variables;
    for (const auto& each : arguments) argv.push_back(each.c_str());
    for (const auto& each : environment) variables.push_back(each.c_str());
    variables.push_back(nullptr);
    return parse_settings(static_cast<int>(argv.size()), argv.data(), variables.data());
  }

  static void expect_refused(const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                             const std::string& reason) {
    const auto parsed = parse(arguments, environment);
    ASSERT_FALSE(parsed) << reason;
    EXPECT_EQ(parsed.error().code, 2);
    EXPECT_NE(parsed.error().text.find(reason), std::string::npos) << parsed.error().text << "should say " << reason;
  }

  TempDirectory folder_;
};

TEST_F(SettingsTest, DefaultsAreThePublishedOnes) {
  const auto parsed = parse({"serve"});
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(parsed->subcommand, Subcommand::serve);
  const auto& settings = parsed->settings;
  EXPECT_EQ(settings.host, "127.0.0.1");
  EXPECT_EQ(settings.port, 8080);
  EXPECT_EQ(settings.data_dir, "./data");
  EXPECT_EQ(settings.hold, std::chrono::minutes{5});
  EXPECT_EQ(settings.max_seats_per_hold, 4);
  EXPECT_EQ(settings.queue_max_active, 500);
  EXPECT_EQ(settings.queue_admissions_per_second, 100);
  EXPECT_EQ(settings.queue_active, std::chrono::minutes{10});
  EXPECT_EQ(settings.queue_idle, std::chrono::minutes{2});
  EXPECT_EQ(settings.auth_mode, Settings::AuthMode::open);
  EXPECT_FALSE(settings.demo);
  EXPECT_FALSE(settings.admin_token);
}

TEST_F(SettingsTest, FlagOverEnvironmentOverFileOverDefault) {
  const std::string file = write("a.toml", "port = 1\nhold-seconds = 1\nhost = \"127.0.0.9\"\ndemo = true\n");
  const auto parsed = parse({"serve", "--config", file, "--port", "3"}, {"FRONTROW_PORT=2", "FRONTROW_HOLD_SECONDS=2", "HOME=/"});
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(parsed->settings.port, 3);
  EXPECT_EQ(parsed->settings.hold, std::chrono::seconds{2});
  EXPECT_EQ(parsed->settings.host, "127.0.0.9");
  EXPECT_TRUE(parsed->settings.demo);
  EXPECT_EQ(parsed->settings.queue_idle, std::chrono::seconds{120});
}

TEST_F(SettingsTest, TheFileMayBeNamedByTheEnvironmentAndOverruledByTheFlag) {
  const std::string one = write("one.toml", "port = 1");
  const std::string two = write("two.toml", "port = 2");
  EXPECT_EQ(parse({"serve"}, {"FRONTROW_CONFIG=" + one})->settings.port, 1);
  EXPECT_EQ(parse({"serve", "--config", two}, {"FRONTROW_CONFIG=" + one})->settings.port, 2);
}

TEST_F(SettingsTest, OptionsStandBeforeOrAfterTheCommand) {
  EXPECT_EQ(parse({"--port", "1", "audit"})->settings.port, 1);
  EXPECT_EQ(parse({"audit", "--port=1"})->subcommand, Subcommand::audit);
  EXPECT_TRUE(parse({"serve", "--demo"})->settings.demo);
  EXPECT_FALSE(parse({"serve", "--demo=false"}, {"FRONTROW_DEMO=1"})->settings.demo);
}

TEST_F(SettingsTest, OriginsAreAListOfExactOnes) {
  EXPECT_TRUE(parse({"serve"})->settings.cors_origins.empty());
  const auto named = parse({"serve"}, {"FRONTROW_CORS_ORIGINS=https://a.example, http://localhost:5173,https://a.example"});
  ASSERT_TRUE(named) << named.error().text;
  EXPECT_EQ(named->settings.cors_origins, (std::vector<std::string>{"https://a.example", "http://localhost:5173"}));
}

TEST_F(SettingsTest, AnEmptyVariableIsNotSet) { EXPECT_EQ(parse({"serve"}, {"FRONTROW_PORT="})->settings.port, 8080); }

TEST_F(SettingsTest, EveryCommandIsKnown) {
  EXPECT_EQ(parse({"migrate"})->subcommand, Subcommand::migrate);
  EXPECT_EQ(parse({"demo"})->subcommand, Subcommand::demo);
}

TEST_F(SettingsTest, AccountsHaveCommandsOfTheirOwn) {
  const auto add = parse({"operator", "add", "ann", "--role", "box-office", "--days", "30", "--port", "1"});
  ASSERT_TRUE(add) << add.error().text;
  EXPECT_EQ(add->subcommand, Subcommand::operator_add);
  EXPECT_EQ(add->operator_wish.name, "ann");
  EXPECT_EQ(add->operator_wish.role, Role::box_office);
  EXPECT_EQ(add->operator_wish.days, 30);
  EXPECT_EQ(add->settings.port, 1);
  EXPECT_EQ(parse({"operator", "add", "ann", "--role=OWNER"})->operator_wish.role, Role::owner);
  EXPECT_EQ(parse({"--data-dir", "x", "operator", "list"})->subcommand, Subcommand::operator_list);
  EXPECT_EQ(parse({"operator", "revoke", "ann"})->subcommand, Subcommand::operator_revoke);
}

struct Refused {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string reason;
};

TEST_F(SettingsTest, RefusesWithTheNameAndTheReason) {
  const std::vector<Refused> table = {
      {{}, {}, "a command is needed"},
      {{"--port", "1"}, {}, "a command is needed"},
      {{"sell"}, {}, "sell"},
      {{"operator"}, {}, "subcommand"},
      {{"operator", "add", "ann"}, {}, "--role"},
      {{"operator", "add", "--role", "owner"}, {}, "name"},
      {{"operator", "add", "ann", "--role", "king"}, {}, "\"king\" is no role"},
      {{"operator", "add", "ann", "--role", "owner", "--days", "0"}, {}, "--days"},
      {{"operator", "revoke"}, {}, "name"},
      {{"serve", "audit"}, {}, "audit"},
      {{"serve", "--prot", "1"}, {}, "--prot"},
      {{"serve", "--port"}, {}, "--port"},
      {{"serve", "--port", "1", "--port", "2"}, {}, "--port"},
      {{"serve", "--port", "65536"}, {}, "--port: 65536 is out of range, allowed is 0 to 65535"},
      {{"serve", "--port", "-1"}, {}, "--port: -1 is out of range"},
      {{"serve", "--port", "99999999999999999999"}, {}, "is out of range"},
      {{"serve", "--port", "80x"}, {}, "--port: \"80x\" is not a whole number"},
      {{"serve", "--port", ""}, {}, "is not a whole number"},
      {{"serve", "--port", "8.5"}, {}, "is not a whole number"},
      {{"serve", "--port", " 80"}, {}, "is not a whole number"},
      {{"serve", "--hold-seconds", "0"}, {}, "allowed is 1 to 86400"},
      {{"serve", "--hold-seconds", "86401"}, {}, "allowed is 1 to 86400"},
      {{"serve", "--auth-mode", "closed"}, {}, "--auth-mode: \"closed\" is unknown, allowed is one of open, jwt"},
      {{"serve", "--jwt-algorithm", "none"}, {}, "HS256, RS256, RS384"},
      {{"serve", "--host", "example.org"}, {}, "no IPv4 or IPv6 address"},
      {{"serve", "--data-dir", ""}, {}, "must not be empty"},
      {{"serve", "--cors-origins", "*"}, {}, "--cors-origins: \"*\" is not allowed, wanted is https://host[:port]"},
      {{"serve", "--cors-origins", "https://a.example,null"}, {}, "\"null\" is not allowed"},
      {{"serve", "--cors-origins", "https://a.example/"}, {}, "\"https://a.example/\" is not allowed"},
      {{"serve", "--demo=maybe"}, {}, "neither true nor false"},
      {{"serve", "--host", "0.0.0.0"}, {}, "auth-mode open believes anybody and is refused on 0.0.0.0"},
      {{"serve", "--host", "0.0.0.0", "--admin-host", "127.0.0.1"}, {}, "--believe-anybody"},
      {{"serve", "--host", "192.0.2.7", "--believe-anybody"}, {}, "name another one for operators with admin-host"},
      {{"serve", "--host", "::", "--auth-mode", "jwt"}, {"FRONTROW_JWT_KEY=k"}, "admin-host"},
      {{"serve", "--admin-port", "9000"}, {}, "admin-port needs admin-host"},
      {{"serve", "--admin-host", "127.0.0.1", "--admin-port", "8080"}, {}, "are the buyers' address"},
      {{"serve", "--swagger", "yes"}, {}, "auto, on, off"},
      {{"serve", "--trusted-proxies", "10.0.0.1/8"}, {}, "\"10.0.0.1/8\" is not allowed"},
      {{"serve", "--trusted-proxies", "proxy.example"}, {}, "is not allowed"},
      {{"serve", "--limit-joins-by-user", "10"}, {}, "\"10\" is no rate"},
      {{"serve", "--limit-joins-by-user", "10/day, burst 1"}, {}, "is no rate"},
      {{"serve"}, {"FRONTROW_LIMIT_JOINS_BY_USER=fast"}, "FRONTROW_LIMIT_JOINS_BY_USER: \"fast\" is no rate"},
      {{"serve", "--allowed-hosts", "shop.example:8080"}, {}, "is not allowed"},
      {{"serve", "--config", "/nowhere/a.toml"}, {}, "/nowhere/a.toml: no such file"},
      {{"serve", "--config", "/tmp"}, {}, "/tmp: no such file"},
      {{"serve", "--auth-mode", "jwt"}, {}, "needs jwt-key-file"},
      {{"serve", "--join-pass", "always"}, {}, "needs join-pass-key-file"},
      {{"serve", "--join-pass-key-set-file", "nothing.json"}, {}, "join-pass-key-set-file nothing.json: no such file"},
      {{"serve", "--join-pass-key-set-file", "nothing.json"}, {"FRONTROW_JOIN_PASS_KEY=k"}, "exclude each other"},
      {{"serve", "--join-pass-key-set-file", "nothing.json", "--join-pass-algorithm", "HS256"}, {}, "public keys only"},
      {{"serve", "--join-pass-algorithm", "ES256, RS256"}, {"FRONTROW_JOIN_PASS_KEY=k"}, "a single key has one algorithm"},
      {{"serve", "--admin-token-file", "/nowhere/token"}, {}, "admin-token-file /nowhere/token: no such file"},
      {{"serve"}, {"FRONTROW_PORT=x"}, "FRONTROW_PORT: \"x\" is not a whole number"},
      {{"serve"}, {"FRONTROW_HOLD_SECOND=3"}, "FRONTROW_HOLD_SECOND: unknown setting; did you mean FRONTROW_HOLD_SECONDS?"},
      {{"serve"}, {"FRONTROW_FAVOURITE_COLOUR=red"}, "FRONTROW_FAVOURITE_COLOUR: unknown setting; see"},
      {{"serve"}, {"FRONTROW_PORT=tcp://10.0.0.1:80"}, "enableServiceLinks"},
      {{"serve"}, {"FRONTROW_SERVICE_HOST=10.0.0.1"}, "enableServiceLinks"},
  };
  for (const auto& row : table) expect_refused(row.arguments, row.environment, row.reason);
}

TEST_F(SettingsTest, AnAddressThatOthersReachNeedsToBeMeant) {
  const auto open = parse({"serve", "--host", "0.0.0.0", "--believe-anybody", "--admin-host", "127.0.0.1"});
  ASSERT_TRUE(open) << open.error().text;
  EXPECT_TRUE(is_apart(open->settings));
  EXPECT_EQ(open->settings.admin_port, 8081);
  EXPECT_TRUE(parse({"serve", "--host", "0.0.0.0", "--auth-mode", "jwt", "--admin-host", "10.0.0.1"}, {"FRONTROW_JWT_KEY=k"}));
  for (const char* loopback : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    const auto one = parse({"serve", "--host", loopback});
    ASSERT_TRUE(one) << loopback << one.error().text;
    EXPECT_FALSE(is_apart(one->settings)) << loopback;
  }
  EXPECT_TRUE(parse({"audit", "--host", "0.0.0.0"})) << "only serving listens";
}

TEST_F(SettingsTest, RatesAreReadFromEverySource) {
  const auto parsed =
      parse({"serve", "--limit-joins-by-address", "7/hour, burst 3", "--config", write("a.toml", "limit-polls-by-user = \"off\"")},
            {"FRONTROW_LIMIT_CHARGES_BY_USER=2/minute, burst 1"});
  ASSERT_TRUE(parsed) << parsed.error().text;
  const auto rate = [&](http::LimitRule rule) { return parsed->settings.limits[static_cast<std::size_t>(rule)]; };
  EXPECT_EQ(rate(http::LimitRule::joins_by_address), (Rate{.count = 7, .per = std::chrono::hours{1}, .burst = 3}));
  EXPECT_FALSE(rate(http::LimitRule::polls_by_user).is_limited());
  EXPECT_EQ(rate(http::LimitRule::charges_by_user), (Rate{.count = 2, .per = std::chrono::minutes{1}, .burst = 1}));
}

TEST_F(SettingsTest, RefusesALineOfTheFile) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"# sale\nprot = 1", "a.toml:2: prot: unknown setting; did you mean port?"},
      {"port = 1\n\nhold-seconds = 0", "a.toml:3: hold-seconds: 0 is out of range"},
      {"port = \"80\"", "a.toml:1: port: needs a whole number, without quotes"},
      {"host = 1", "a.toml:1: host: needs a text in quotes"},
      {"demo = 1", "a.toml:1: demo: needs true or false"},
      {"port = ", "a.toml:1: Error while parsing key-value pair"},
      {"config = \"b.toml\"", "a.toml:1: config: unknown setting"},
      {"admin-token = \"x\"", "a.toml:1: admin-token: unknown setting"},
  };
  for (const auto& [text, reason] : table) expect_refused({"serve", "--config", write("a.toml", text)}, {}, reason);
}

TEST_F(SettingsTest, AWrongValueStopsTheStartEvenWhenOverruled) {
  const std::string file = write("a.toml", "port = 99999");
  expect_refused({"serve", "--config", file, "--port", "1"}, {}, "a.toml:1: port");
}

TEST_F(SettingsTest, SecretsComeFromAFileOrTheEnvironmentButNotBoth) {
  const std::string file = write("token", "s3cret\r\n");
  const auto from_file = parse({"serve", "--admin-token-file", file});
  ASSERT_TRUE(from_file) << from_file.error().text;
  EXPECT_EQ(from_file->settings.admin_token->reveal(), "s3cret");
  const auto from_environment = parse({"serve", "--auth-mode", "jwt"}, {"FRONTROW_JWT_KEY=k", "FRONTROW_TICKET_KEY=t"});
  ASSERT_TRUE(from_environment) << from_environment.error().text;
  EXPECT_EQ(from_environment->settings.jwt_key->reveal(), "k");
  EXPECT_EQ(from_environment->settings.ticket_key->reveal(), "t");
  const auto both = parse({"serve", "--admin-token-file", file}, {"FRONTROW_ADMIN_TOKEN=0ther"});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().text.find("0ther"), std::string::npos);
  EXPECT_EQ(both.error().text.find("s3cret"), std::string::npos);
  expect_refused({"serve", "--admin-token-file", write("empty", "\n")}, {}, "is empty");
}

// Each command starts with the settings that it uses, where the files of all others are missing.
TEST_F(SettingsTest, ACommandNeedsOnlyWhatItUses) {
  struct Row {
    const char* command;
    const char* profile;
    std::vector<std::string> needs;
  };
  const std::vector<std::string> mysql{"mysql-password-file"},
      stores{"mysql-password-file", "redis-password-file", "redis-sentinel-password-file", "kafka-password-file"};
  auto all = stores;
  all.insert(all.end(), {"admin-token-file", "charge-token-file", "ticket-key-file", "jwt-key-file"});
  const std::vector<Row> table = {
      {"serve", "cluster", all},
      {"worker", "cluster", stores},
      {"migrate", "cluster", mysql},
      {"audit", "cluster", mysql},
      {"demo", "cluster", mysql},
      {"serve", "embedded", {"admin-token-file", "charge-token-file", "ticket-key-file", "jwt-key-file"}},
      {"migrate", "embedded", {}},
      {"audit", "embedded", {}},
      {"demo", "embedded", {}},
  };
  const std::string present = write("present", "secret"), charging = write("charging", std::string(32, 'c'));
  for (const Row& row : table) {
    const auto words = [&](const std::string& missing) {
      std::vector<std::string> given{row.command,
                                     "--profile",
                                     row.profile,
                                     "--host",
                                     "0.0.0.0",
                                     "--admin-host",
                                     "127.0.0.1",
                                     "--auth-mode",
                                     "jwt",
                                     "--kafka-security",
                                     "sasl-tls",
                                     "--kafka-user",
                                     "u",
                                     "--redis-tls"};
      for (const std::string& each : all) {
        const bool is_needed = std::ranges::find(row.needs, each) != row.needs.end();
        given.insert(given.end(),
                     {"--" + each,
                      !is_needed || each == missing ? "/nowhere/" + each
                      : each == "charge-token-file" ? charging
                                                    : present});
      }
      if (std::ranges::find(row.needs, "redis-password-file") == row.needs.end())
        given.insert(given.end(), {"--redis-tls-ca-file", "/nowhere/ca.pem"});
      return given;
    };
    const auto parsed = parse(words(""));
    EXPECT_TRUE(parsed) << row.command << " " << row.profile << ": " << (parsed ? "" : parsed.error().text);
    for (const std::string& each : row.needs) expect_refused(words(each), {}, each + " /nowhere/" + each + ": no such file");
  }
}

TEST_F(SettingsTest, APaymentServiceHasALongTokenOfItsOwn) {
  const std::string token(32, 'c'), jwt = "FRONTROW_JWT_KEY=" + std::string(32, 'j');
  const std::vector<std::string> open{"serve"}, closed{"serve", "--auth-mode", "jwt"};
  EXPECT_FALSE(is_charged_by_service(parse(open)->settings));
  EXPECT_TRUE(is_charged_by_service(parse(closed, {jwt})->settings));
  EXPECT_TRUE(is_charged_by_service(parse({"serve", "--charge-by", "service"})->settings));
  EXPECT_FALSE(is_charged_by_service(parse({"serve", "--auth-mode", "jwt", "--charge-by", "user"}, {jwt})->settings));
  expect_refused(closed, {jwt, "FRONTROW_CHARGE_TOKEN=" + token.substr(1)}, "the charge token is too short: 32 bytes at least");
  expect_refused(closed,
                 {jwt, "FRONTROW_CHARGE_TOKEN=" + token, "FRONTROW_ADMIN_TOKEN=" + token},
                 "the charge token must not be the admin token");
  const std::vector<std::string> pods{"FRONTROW_TICKET_KEY=t", "FRONTROW_ADMIN_TOKEN=a", jwt};
  expect_refused({"serve", "--profile", "cluster", "--auth-mode", "jwt"}, pods, "needs charge-token-file");
  EXPECT_TRUE(parse({"serve", "--profile", "cluster", "--auth-mode", "jwt", "--charge-by", "user"}, pods));
  for (const char* wrong : {"javascript:alert(1)", "points.example", "https://a b", "https://a\"b"})
    expect_refused({"serve", "--top-up-url", wrong}, {}, "is no address of the web");
  EXPECT_EQ(parse({"serve", "--top-up-url", "https://points.example/buy?a=1"})->settings.top_up_url,
            "https://points.example/buy?a=1");
}

TEST_F(SettingsTest, PassesNeedAKey) {
  expect_refused({"serve", "--join-pass", "always"}, {}, "join-pass always needs join-pass-key-file");
  EXPECT_TRUE(parse({"serve", "--join-pass", "always"}, {"FRONTROW_JOIN_PASS_KEY=k"}));
  expect_refused({"serve", "--join-pass-seconds", "3001"}, {}, "allowed is 1 to 3000");
}

TEST_F(SettingsTest, KafkasSaslNeedsAUserAndAPassword) {
  const std::vector<std::string> cluster{"serve", "--profile", "cluster", "--kafka-security", "sasl-tls"};
  const std::vector<std::string> keys{"FRONTROW_TICKET_KEY=t", "FRONTROW_ADMIN_TOKEN=a"};
  expect_refused(cluster, keys, "needs kafka-user and kafka-password-file");
  auto named = cluster;
  named.insert(named.end(), {"--kafka-user", "frontrow", "--kafka-sasl-mechanism", "scram-sha-256"});
  expect_refused(named, keys, "needs kafka-user and kafka-password-file");
  auto with_password = keys;
  with_password.emplace_back("FRONTROW_KAFKA_PASSWORD=p");
  const auto parsed = parse(named, with_password);
  ASSERT_TRUE(parsed) << parsed.error().text;
  EXPECT_EQ(parsed->settings.kafka_sasl_mechanism, Settings::KafkaMechanism::scram_sha_256);
  expect_refused({"serve", "--kafka-sasl-mechanism", "GSSAPI"}, {}, "scram-sha-512, scram-sha-256, plain");
}

TEST_F(SettingsTest, TlsToRedisNeedsFilesThatCanBeReadAndToBeOn) {
  const std::vector<std::string> keys{"FRONTROW_TICKET_KEY=t", "FRONTROW_ADMIN_TOKEN=a"};
  const std::string file = write("some.pem", "some");
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"serve", "--profile", "cluster"});
    return more;
  };
  for (const std::string name : {"redis-tls-ca-file", "redis-tls-cert-file", "redis-tls-key-file"}) {
    expect_refused(with({"--" + name, file}), keys, name + " needs redis-tls");
    expect_refused(with({"--redis-tls", "--" + name, "/nowhere/a.pem"}), keys, name + " /nowhere/a.pem: no such file");
  }
  expect_refused(with({"--redis-tls-server-name", "redis"}), keys, "redis-tls-server-name needs redis-tls");
  expect_refused(with({"--redis-tls", "--redis-tls-cert-file", file}), keys, "need each other");
  expect_refused(with({"--redis-tls", "--redis-tls-key-file", file}), keys, "need each other");
  EXPECT_TRUE(parse(with({"--redis-tls", "--redis-tls-cert-file", file, "--redis-tls-key-file", file}), keys)->settings.redis_tls);
  EXPECT_FALSE(parse(with({}), keys)->settings.redis_tls);
}

TEST_F(SettingsTest, ARefusalIsWrittenInTheFormatThatIsAskedFor) {
  const auto format = [](const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {}) {
    std::vector<const char*> argv = {"frontrow"}, variables;
    for (const auto& each : arguments) argv.push_back(each.c_str());
    for (const auto& each : environment) variables.push_back(each.c_str());
    variables.push_back(nullptr);
    return asked_log_format(static_cast<int>(argv.size()), argv.data(), variables.data());
  };
  const std::string file = write("json.toml", "log-format = \"json\"\nport = -1\n");
  EXPECT_EQ(format({}), LogFormat::console);
  EXPECT_EQ(format({"serve", "--log-format"}), LogFormat::console);
  EXPECT_EQ(format({"serve", "--log-format", "json", "--what"}), LogFormat::json);
  EXPECT_EQ(format({"serve", "--log-format=json"}), LogFormat::json);
  EXPECT_EQ(format({"serve", "--log-formats", "json"}), LogFormat::console);
  EXPECT_EQ(format({"serve"}, {"FRONTROW_LOG_FORMAT=json"}), LogFormat::json);
  EXPECT_EQ(format({"serve", "--log-format", "console"}, {"FRONTROW_LOG_FORMAT=json"}), LogFormat::console);
  EXPECT_EQ(format({"serve", "--config", file}), LogFormat::json);
  EXPECT_EQ(format({"serve"}, {"FRONTROW_CONFIG=" + file}), LogFormat::json);
  EXPECT_EQ(format({"serve", "--config", "/nowhere"}), LogFormat::console);
  EXPECT_EQ(format({"serve", "--config", write("broken.toml", "= = =")}), LogFormat::console);
}

TEST_F(SettingsTest, HelpAndVersionEndWell) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"}, {"serve", "--help"}, {"-h"}}) {
    const auto help = parse(arguments);
    ASSERT_FALSE(help);
    EXPECT_EQ(help.error().code, 0);
    for (const auto& setting : settings_table()) {
      EXPECT_NE(help.error().text.find("--" + std::string{setting.name}), std::string::npos) << setting.name;
    }
  }
  const auto shown = parse({"--version"});
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, 0);
  EXPECT_EQ(shown.error().text, "frontrow " + std::string{version()} + "\n");
}

TEST(SettingsTable, EveryDefaultIsAllowedAndShownAsItIsWritten) {
  for (const auto& setting : settings_table()) {
    Settings settings;
    const std::string fallback = setting.show(settings);
    if (fallback.empty()) continue;  // a file that is optional
    EXPECT_TRUE(setting.store(settings, fallback)) << setting.name;
    EXPECT_EQ(setting.show(settings), fallback) << setting.name;
  }
}

TEST(SettingsTable, NamesAreUnique) {
  std::vector<std::string_view> names;
  for (const auto& setting : settings_table()) names.push_back(setting.name);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

// MariaDB ends a statement that waits for a lock as if it were slow.
TEST(ClusterSettings, AWaitForAQueuesRowIsNotCutByTheLimitOfStatements) {
  const Settings settings;
  const mysql::ConnectionSettings queue = writer_connection_of(settings);
  EXPECT_GE(queue.lock_timeout, std::chrono::seconds{2});
  EXPECT_EQ(queue.statement_timeout, queue.lock_timeout + settings.mysql_statement_timeout);
}

TEST(ClusterSettings, SentinelsGetAPasswordOfTheirOwn) {
  Settings settings;
  settings.redis_password = Secret{"of-redis"};
  EXPECT_EQ(redis_of(settings).sentinel_password.reveal(), "");
  settings.redis_sentinel_password = Secret{"of-the-sentinels"};
  EXPECT_EQ(redis_of(settings).sentinel_password.reveal(), "of-the-sentinels");
  EXPECT_EQ(redis_of(settings).password.reveal(), "of-redis");
}

}  // namespace
}  // namespace frontrow
