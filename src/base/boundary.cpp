#include "base/boundary.hpp"

#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/log_budget.hpp"

namespace frontrow {

namespace {

constexpr int kLinesASecond = 50;  // for each loop: a loop without a pause must not fill the disk with its failures

struct Budget : LogBudget {
  Budget() : LogBudget(kLinesASecond) {}
};

std::atomic<std::uint64_t> noted{0};

void log_failure(LogLevel level, std::string_view where, std::string_view reason) {
  static std::array<Budget, 61> budgets;  // one for each name, without allocation: memory may be used up here
  if (const auto left_out = budgets[std::hash<std::string_view>{}(where) % budgets.size()].take(steady_now()))
    log(level, "an exception was contained", {{"where", where}, {"reason", reason}, {"leftOut", *left_out}});
}

}  // namespace

void note_exception(std::string_view where) noexcept {
  noted.fetch_add(1, std::memory_order_relaxed);
  try {
    throw;
  } catch (const std::runtime_error& error) {  // a lost dependency throws these
    log_failure(LogLevel::warn, where, error.what());
  } catch (const std::exception& error) {
    log_failure(LogLevel::error, where, error.what());
  } catch (...) {
    log_failure(LogLevel::error, where, "an exception of an unknown type");
  }
}

std::uint64_t exceptions_noted() noexcept { return noted.load(std::memory_order_relaxed); }

}  // namespace frontrow
