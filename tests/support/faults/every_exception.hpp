// Every type of exception that a port, a driver, a command or a defect of ours can throw: for tests of the boundaries
// where exceptions end.
#pragma once

#include <functional>
#include <new>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "adapters/kafka/client.hpp"
#include "adapters/mysql/server_check.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "ports/store.hpp"

namespace frontrow::test {

struct Thrown {
  const char* name;
  std::function<void()> now;

  friend void PrintTo(const Thrown& thrown, std::ostream* out) { *out << thrown.name; }
};

inline const std::vector<Thrown>& every_exception() {
  static const std::vector<Thrown> all{
      {"Unavailable", [] { throw Unavailable("store", "away"); }},
      {"Unavailable of Redis", [] { throw Unavailable("redis", "away"); }},
      {"Unavailable, outcome unknown", [] { throw Unavailable("store", "lost", true); }},
      {"Contended", [] { throw Contended("busy"); }},
      {"ConstraintBroken", [] { throw ConstraintBroken("UNIQUE"); }},
      {"NotUsable of MySQL", [] { throw mysql::NotUsable("newer"); }},
      {"NotUsable of SQLite", [] { throw sqlite::NotUsable("newer"); }},
      {"KafkaRefused", [] { throw kafka::KafkaRefused("no rights"); }},
      {"runtime_error", [] { throw std::runtime_error("odd"); }},
      {"out_of_range", [] { throw std::out_of_range("at"); }},
      {"bad_function_call", [] { throw std::bad_function_call(); }},
      {"bad_alloc", [] { throw std::bad_alloc(); }},
      {"a type of nobody's", [] { throw 7; }},
      {"text", [] { throw "text"; }},
  };
  return all;
}

}  // namespace frontrow::test
