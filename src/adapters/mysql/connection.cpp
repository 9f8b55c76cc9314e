#include "adapters/mysql/connection.hpp"

#include <algorithm>

#include "adapters/mysql/failure.hpp"
#include "base/check.hpp"

namespace frontrow::mysql {

namespace {

constexpr std::size_t kBytesPerRoundTrip = std::size_t{1} << 20;  // max_allowed_packet is 16 MiB or more

constexpr Duration kStewardPatience = std::chrono::minutes{10};  // for one statement of a migration or an audit

unsigned seconds(Duration time) { return static_cast<unsigned>(std::chrono::ceil<std::chrono::seconds>(time).count()); }

}  // namespace

Connection::Connection(const Endpoint& endpoint, Role role, const ConnectionSettings& settings, Traffic* traffic)
    : raw_(mysql_init(nullptr)), traffic_(traffic != nullptr ? *traffic : own_traffic_) {
  CHECK(raw_ != nullptr);
  const unsigned connect = seconds(settings.connect_timeout);
  mysql_options(raw_.get(), MYSQL_OPT_CONNECT_TIMEOUT, &connect);
  const unsigned answer = seconds(role == Role::steward ? kStewardPatience : settings.statement_timeout + std::chrono::seconds{1});
  mysql_options(raw_.get(), MYSQL_OPT_READ_TIMEOUT, &answer);
  mysql_options(raw_.get(), MYSQL_OPT_WRITE_TIMEOUT, &answer);
  mysql_options(raw_.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  open(endpoint);
  configure(role, settings);
}

void Connection::open(const Endpoint& endpoint) {
  if (!endpoint.tls_ca.empty()) {
    const my_bool yes = 1;
    mysql_options(raw_.get(), MYSQL_OPT_SSL_CA, endpoint.tls_ca.c_str());
    mysql_options(raw_.get(), MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(raw_.get(), MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  }
  const std::string password{endpoint.password.reveal()};
  // FOUND_ROWS: an UPDATE tells how many rows it found, whether or not it had to change them.
  MYSQL* const connected = mysql_real_connect(raw_.get(),
                                              endpoint.host.c_str(),
                                              endpoint.user.c_str(),
                                              password.c_str(),
                                              endpoint.database.c_str(),
                                              endpoint.port,
                                              nullptr,
                                              CLIENT_MULTI_STATEMENTS | CLIENT_FOUND_ROWS);
  if (connected == nullptr) fail("connect to " + endpoint.host + ":" + std::to_string(endpoint.port));
}

bool Connection::is_mariadb() const { return mariadb_connection(raw_.get()) != 0; }

void Connection::configure(Role role, const ConnectionSettings& settings) {
  Sql sql;
  sql << (role == Role::writer ? Literal{"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"}
                               : Literal{"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"});
  sql.end();
  sql << "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
      << ", autocommit = " << (role == Role::writer ? 0 : 1);
  if (role != Role::steward) {
    sql << ", wait_timeout = " << seconds(settings.idle_timeout)
        << ", innodb_lock_wait_timeout = " << seconds(settings.lock_timeout);
    // MariaDB limits every statement, MySQL those that only read; writes are limited by the wait for a lock and for the answer.
    if (is_mariadb())
      sql << ", max_statement_time = " << settings.statement_timeout.count() << " / 1000";
    else
      sql << ", max_execution_time = " << settings.statement_timeout.count();
  }
  sql.end();
  run(sql, "configure the session");
}

void Connection::fail(std::string_view doing) {
  is_lost_ |= mysql::is_lost(mysql_errno(raw_.get()));
  throw_failure(raw_.get(), doing);
}

std::vector<Rows> Connection::run(const Sql& sql, std::string_view doing) {
  std::vector<Rows> results;
  const std::span<const std::size_t> ends = sql.ends();
  std::size_t from = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const bool is_last = i + 1 == ends.size();
    if (!is_last && ends[i + 1] - from <= kBytesPerRoundTrip) continue;
    send(sql.text().substr(from, ends[i] - from), doing, results);
    from = ends[i];
  }
  return results;
}

void Connection::send(std::string_view statements, std::string_view doing, std::vector<Rows>& out) {
  ++traffic_.round_trips;
  heard_at_ = steady_now();
  if (mysql_real_query(raw_.get(), statements.data(), statements.size()) != 0) fail(doing);
  for (;;) {
    ++traffic_.statements;
    MYSQL_RES* const rows = mysql_store_result(raw_.get());
    if (rows == nullptr && mysql_errno(raw_.get()) != 0) fail(doing);
    out.emplace_back(
        rows, static_cast<std::int64_t>(mysql_affected_rows(raw_.get())), static_cast<std::int64_t>(mysql_insert_id(raw_.get())));
    const int more = mysql_next_result(raw_.get());
    if (more > 0) fail(doing);
    if (more < 0) return;
  }
}

bool Connection::answers() {
  ++traffic_.round_trips;
  heard_at_ = steady_now();
  is_lost_ |= mysql_ping(raw_.get()) != 0;
  return !is_lost_;
}

WriteTransaction::~WriteTransaction() {
  if (is_over_ || connection_.is_lost()) return;
  Sql sql;
  sql << "ROLLBACK";
  sql.end();
  try {
    connection_.run(sql, "roll back");
  } catch (const std::exception&) {
    connection_.give_up();  // the transaction may be open still, and must not become part of the next
  }
}

void WriteTransaction::commit() {
  Sql sql;
  sql << "COMMIT";
  sql.end();
  is_over_ = true;
  try {
    connection_.run(sql, "commit");
  } catch (const Waited& unsure) {  // a limit of time says nothing about the outcome
    lose(unsure);
  } catch (const Contended&) {
    is_over_ = false;  // the server has rolled back; said once more, in case it only refused
    throw;
  } catch (const std::exception& failed) {
    lose(failed);
  }
}

void WriteTransaction::lose(const std::exception& failed) {
  connection_.give_up();
  Unavailable lost = before_commit(failed);
  lost.outcome_unknown = true;
  throw lost;
}

}  // namespace frontrow::mysql
