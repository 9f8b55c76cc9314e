// One session with a MySQL or MariaDB server. One thread at a time.
#pragma once

#include <mysql.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/mysql/result.hpp"
#include "adapters/mysql/sql.hpp"
#include "base/secret.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;
  std::string user = "frontrow";
  Secret password{""};
  std::string database = "frontrow";
  std::string tls_ca;  // file of certificates the server's must be signed by; empty: no TLS
};

struct ConnectionSettings {
  // The client library counts its waits in whole seconds: connect, and the wait for an answer, are rounded up.
  Duration connect_timeout{500};
  Duration statement_timeout{1'000};  // sent to the server; the client waits one second longer for an answer
  Duration lock_timeout{1'000};       // of a lock in whose line all writers wait: a seat map's version, the marks of ids
  Duration row_patience{150};         // of a batch, in all, with the rows it names: see row_locks.hpp
  // The server ends a session that says nothing for so long: a paused process must not keep its row locks.
  Duration idle_timeout{5'000};
  // Off only in tests: a server that may lose commits with the machine is not refused.
  bool must_be_durable = true;
};

// writer: READ COMMITTED, a transaction begins by itself and must be ended. reader: REPEATABLE READ, each statement by itself.
// steward: a reader with much more time, for migrations, the load at start and the audit.
enum class Role { writer, reader, steward };

struct Traffic {
  std::int64_t statements = 0;
  std::int64_t round_trips = 0;
};

class Connection {
 public:
  // Throws Unavailable. Adds to `traffic` what it does, when there is one.
  Connection(const Endpoint& endpoint, Role role, const ConnectionSettings& settings, Traffic* traffic = nullptr);

  // Sends all statements at once (a megabyte a round trip) and reads the result of each. Stops at the first that fails; `doing`
  // names it all in the error. Throws as failure.hpp says.
  std::vector<Rows> run(const Sql& sql, std::string_view doing);
  // Runs a single statement.
  Rows ask(const Sql& sql, std::string_view doing) { return std::move(run(sql, doing).front()); }
  bool answers();  // a ping
  bool is_lost() const { return is_lost_; }
  void give_up() { is_lost_ = true; }  // its state is unknown
  bool is_mariadb() const;
  std::chrono::steady_clock::time_point heard_at() const { return heard_at_; }  // when the server last had to do with us

 private:
  struct Close {
    void operator()(MYSQL* raw) const { mysql_close(raw); }
  };
  void open(const Endpoint& endpoint);
  void configure(Role role, const ConnectionSettings& settings);
  void send(std::string_view statements, std::string_view doing, std::vector<Rows>& out);
  void fail(std::string_view doing);

  std::unique_ptr<MYSQL, Close> raw_;
  bool is_lost_ = false;
  std::chrono::steady_clock::time_point heard_at_{};
  Traffic own_traffic_;
  Traffic& traffic_;
};

// Commits in commit(); destroyed without it, nothing has happened.
class WriteTransaction {
 public:
  explicit WriteTransaction(Connection& connection) : connection_(connection) {}
  ~WriteTransaction();
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  // Durable when it returns. Throws Contended if the server says that a conflict undid the transaction. Any other failure is
  // Unavailable with an unknown outcome: see batch_log.hpp.
  void commit();

 private:
  [[noreturn]] void lose(const std::exception& failed);

  Connection& connection_;
  bool is_over_ = false;
};

}  // namespace frontrow::mysql
