#include "http/bad_values.hpp"

namespace frontrow::test {

namespace {

const std::vector<std::string> kBadIntegers{"1.0",
                                            "1e3",
                                            "1E0",
                                            "-1",
                                            "0",
                                            "-0",
                                            "01",
                                            "9007199254740992",
                                            "9223372036854775807",
                                            "9223372036854775808",
                                            "18446744073709551616",
                                            "1e309",
                                            "NaN",
                                            "\"1\"",
                                            "\"\"",
                                            "true",
                                            "null",
                                            "[]",
                                            "{}",
                                            "[1]",
                                            "{\"a\":1}",
                                            "0x1",
                                            "+1",
                                            "1_000",
                                            "\"\\u0000\"",
                                            ".5",
                                            "-",
                                            "1.5"};

const std::vector<std::string> kBadBodies{"",
                                          " ",
                                          "null",
                                          "true",
                                          "1",
                                          "\"x\"",
                                          "[]",
                                          "[{}]",
                                          "{",
                                          "}",
                                          "{}",
                                          "{]",
                                          "{\"a\"}",
                                          "{\"a\":}",
                                          "{\"a\":1,}",
                                          "{,}",
                                          "{'a':1}",
                                          "{a:1}",
                                          "{}{}",
                                          "{} x",
                                          "{\"a\":1,\"a\":2}",
                                          "{\"a\":{\"b\":1,\"b\":1}}",
                                          "{\"a\":\"\xff\"}",
                                          "{\"\xc3\x28\":1}",
                                          "{\"a\":\"\xed\xa0\x80\"}",
                                          "{\"a\":\"\\ud800\"}",
                                          "{\"a\":\"\t\"}",
                                          "{\"a\":\"\\x\"}",
                                          "{\"a\":NaN}",
                                          "{\"a\":Infinity}",
                                          "{\"a\":1e999}",
                                          "\xef\xbb\xbf{}",
                                          std::string("{\"a\":\"\0\"}", 10),
                                          "// c\n{}",
                                          "{\"a\":tru}",
                                          "a=1&b=2",
                                          "<a/>"};

const std::vector<std::string> kBadIds{"0",
                                       "-1",
                                       "x",
                                       "1.0",
                                       "1e3",
                                       "9007199254740992",
                                       "99999999999999999999",
                                       "%31x",
                                       "%00",
                                       "%2e%2e",
                                       "%C3%28",
                                       "+1",
                                       "1%20",
                                       "%zz",
                                       "999999999"};

const std::vector<std::string> kBadQueryValues{
    "", "-1", "0x1", "1.5", "1e3", "9007199254740992", "x", "%zz", "%", "%1", "1%00", "%ff", "%C3%28", "true", "1&x", "1&=2"};

std::string repeated(std::string_view piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

std::string with_ids(std::string path, const std::string& value) {
  for (auto at = path.find("{id}"); at != std::string::npos; at = path.find("{id}")) path.replace(at, 4, value);
  return path;
}

std::string object(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += (text.empty() ? "\"" : ",\"") + name + "\":" + value;
  return "{" + text + "}";
}

HttpRequest good(const Operation& operation, const Credentials& credentials) {
  HttpRequest request{.method = operation.method, .target = with_ids(operation.path, "999999")};
  if (!operation.fields.empty()) request.body = object(operation.fields);
  if (operation.needs_ticket) request.headers.emplace_back("X-Queue-Token", credentials.ticket);
  if (operation.needs_admin) request.headers.emplace_back("Authorization", "Bearer " + credentials.admin);
  return request;
}

void vary_body(const Operation& operation, const HttpRequest& base, std::vector<HttpRequest>& out) {
  if (operation.fields.empty()) return;
  const auto add = [&](std::string body) { out.push_back(base), out.back().body = std::move(body); };
  for (std::size_t field = 0; field < operation.fields.size(); ++field) {
    auto fields = operation.fields;
    for (const auto& value : kBadIntegers) fields[field].second = value, add(object(fields));
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(field));
    add(object(fields));
    fields = operation.fields;
    fields.push_back(fields[field]);
    add(object(fields));  // a name twice
  }
  for (const auto& body : kBadBodies) add(body);
  add(repeated("[", 20'000));
  add(repeated("{\"a\":", 17) + "1" + repeated("}", 17));
  add("{\"a\":\"" + std::string(60'000, 'x') + "\"}");
  add("{\"a\":[" + repeated("1,", 20'000) + "1]}");
  add(std::string(5'000'000, ' '));
  for (const char* kind : {"text/plain",
                           "application/x-www-form-urlencoded",
                           "application/json; charset=latin1",
                           "application/xml",
                           "",
                           "x",
                           "application/jsonp"})
    out.push_back(base), out.back().content_type = kind;
  out.push_back(base), out.back().content_type.reset();
  for (const std::string& key : {std::string{}, std::string(65, 'k'), std::string{"caf\xc3\xa9"}, std::string{"a\tb"}})
    if (base.method == "POST") out.push_back(base.with("Idempotency-Key", key)), out.back().body = "{}";
}

void vary_target(const Operation& operation, const HttpRequest& base, std::vector<HttpRequest>& out) {
  const auto add = [&](std::string target) { out.push_back(base), out.back().target = std::move(target); };
  if (operation.path.find("{id}") != std::string::npos)
    for (const auto& id : kBadIds) add(with_ids(operation.path, id));
  std::vector<std::string> parameters = operation.parameters;
  parameters.insert(parameters.end(), {"unknown", "userId"});
  for (const auto& name : parameters)
    for (const auto& value : kBadQueryValues) add(base.target + "?" + name + "=" + value);
  for (const char* query : {"?&&&", "?=", "?=1", "?a=1&a=1", "?%zz=1", "?a%00b=1", "??", "?a;b", "#x", "?#"})
    add(base.target + query);
  add(base.target + "?" + repeated("a=1&", 3));
  add(base.target + "?q=" + std::string(9'000, 'x'));
  add(base.target + "/");
  add(base.target + "/x");
  add("/" + base.target);
  add(base.target + "%2f..");
  add(base.target.substr(1));
  add("http://localhost" + base.target);
}

void vary_head(const Operation& operation, const HttpRequest& base, const Credentials& credentials, std::vector<HttpRequest>& out) {
  for (const char* method : {"TRACE", "CONNECT", "OPTIONS", "get", "BREW", "PROPFIND"})
    out.push_back(base), out.back().method = method;
  out.push_back(base.with("Host", "a").with("Host", "b"));
  out.push_back(base.with("Content-Length", "5").with("Content-Length", "6"));
  out.push_back(base.with("Transfer-Encoding", "gzip"));
  out.push_back(base.with("Transfer-Encoding", "chunked").with("Content-Length", "3"));
  if (base.method != "GET") out.push_back(base.with("If-Match", "\"1\""));
  out.push_back(base.with("Bad Name", "x"));
  out.push_back(base.with("X-Long", std::string(17'000, 'x')));
  HttpRequest many = base;
  for (int i = 0; i < 101; ++i) many.headers.emplace_back("X-" + std::to_string(i), "1");
  out.push_back(many);
  HttpRequest bare = base;
  bare.headers.clear();
  if (operation.needs_ticket || operation.needs_admin) out.push_back(bare);
  if (operation.needs_ticket)
    for (const auto& ticket : credentials.bad_tickets) out.push_back(bare.with("X-Queue-Token", ticket));
  if (operation.needs_admin)
    for (const char* value : {"", "Bearer", "Bearer ", "Basic eDp5", "Bearer x", "bearer x"})
      out.push_back(bare.with("Authorization", value));
}

}  // namespace

std::vector<Operation> all_operations() {
  const std::string schedules =
      R"([{"startsAt":"2040-01-01T19:00:00Z","seats":{"count":5,"price":0}}])";  // a price of 0: never accepted
  return {
      {"POST", "/api/v1/queue/token", {{"userId", "77"}, {"concertId", "999999"}}, {}, false, false},
      {"GET", "/api/v1/queue/status", {}, {}, true, false},
      {"GET", "/api/v1/concerts", {}, {"limit", "cursor"}, false, false},
      {"GET", "/api/v1/concerts/{id}", {}, {}, false, false},
      {"GET", "/api/v1/concerts/{id}/schedules", {}, {"availableOnly", "includePast"}, false, false},
      {"GET", "/api/v1/concerts/{id}/schedules/{id}/seats", {}, {"status", "since"}, true, false},
      {"POST", "/api/v1/concerts/{id}/reservations", {{"scheduleId", "999999"}, {"seatId", "1"}}, {}, true, false},
      {"POST",
       "/api/v1/concerts/{id}/reservations",
       {{"scheduleId", "999999"}, {"seatIds", "[1,2]"}, {"userId", "78"}, {"expectedAmount", "100"}},
       {},
       true,
       false},
      {"GET", "/api/v1/reservations", {}, {"limit", "cursor"}, true, false},
      {"GET", "/api/v1/reservations/{id}", {}, {}, true, false},
      {"DELETE", "/api/v1/reservations/{id}", {}, {}, true, false},
      {"POST", "/api/v1/payments", {{"reservationId", "999999"}, {"userId", "77"}}, {}, true, false},
      {"GET", "/api/v1/points", {}, {}, false, false},
      {"POST", "/api/v1/points/charge", {{"userId", "77"}, {"amount", "0"}}, {}, false, false},
      {"GET", "/api/v1/points/history", {}, {"limit", "cursor"}, false, false},
      {"POST", "/api/v1/admin/concerts", {{"title", "\"T\""}, {"schedules", schedules}}, {}, false, true},
      {"PATCH",
       "/api/v1/admin/concerts/{id}",
       {{"title", "\"T\""},
        {"bookingOpensAt", "\"2040-01-01T19:00:00Z\""},
        {"timeZone", "\"Asia/Seoul\""},
        {"salesEndOffsetMinutes", "-30"}},
       {},
       false,
       true},
      {"POST", "/api/v1/admin/concerts/{id}/schedules", {{"schedules", schedules}}, {}, false, true},
      {"PATCH", "/api/v1/admin/concerts/{id}/schedules/{id}", {{"startsAt", "\"2040-01-01T19:00:00Z\""}}, {}, false, true},
      {"PATCH",
       "/api/v1/admin/concerts/{id}/schedules/{id}/seats",
       {{"prices", R"([{"price":0}])"}},  // never accepted
       {},
       false,
       true},
      {"PATCH",
       "/api/v1/admin/concerts/{id}/schedules/{id}/sections",
       {{"section", "\"A\""}, {"name", "\"B\""}},
       {},
       false,
       true},
      {"DELETE", "/api/v1/admin/concerts/{id}", {}, {}, false, true},
      {"PUT",
       "/api/v1/admin/concerts/{id}/queue",
       {{"enabled", "true"}, {"maxActive", "5"}, {"admissionsPerSecond", "5"}},
       {},
       false,
       true},
      {"GET", "/api/v1/admin/concerts/{id}/sales", {}, {}, false, true},
      {"GET", "/api/v1/admin/events", {}, {"after", "limit"}, false, true},
      {"GET", "/api/v1/info", {}, {}, false, false},
      {"GET", "/actuator/health", {}, {}, false, false},
      {"GET", "/actuator/health/liveness", {}, {}, false, false},
      {"GET", "/actuator/health/readiness", {}, {}, false, false},
      {"GET", "/actuator/info", {}, {}, false, false},
      {"GET", "/actuator/prometheus", {}, {}, false, false},
      {"GET", "/swagger-ui.html", {}, {}, false, false},
      {"GET", "/docs/openapi.yml", {}, {}, false, false},
  };
}

std::vector<HttpRequest> bad_requests(const Operation& operation, const Credentials& credentials) {
  const HttpRequest base = good(operation, credentials);
  std::vector<HttpRequest> all;
  vary_body(operation, base, all);
  vary_target(operation, base, all);
  vary_head(operation, base, credentials, all);
  return all;
}

}  // namespace frontrow::test
