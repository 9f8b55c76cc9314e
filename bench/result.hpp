// A finished run, and its forms: a table, JSON, a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/options.hpp"
#include "bench/tally.hpp"
#include "bench/verify.hpp"

namespace frontrow::bench {

// One sample of the curves; rates cover the time since the previous sample.
struct Sample {
  double at = 0;  // seconds since the start
  double ok = 0;  // answers a second
  double refused = 0;
  double errors = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::int64_t backlog = 0;
  std::int64_t users_left = 0;
  std::int64_t waiting = -1;  // -1: not asked
  std::int64_t active = -1;
  std::int64_t seats_left = -1;
  double server_mib = 0;
  std::int64_t server_connections = 0;
  double batch = 0;  // commands a commit, on average
};

struct Result {
  Options options;
  std::int64_t concert = 0;
  std::string started_at;
  bool has_address_limits = false;  // the server limits clients by address
  double seconds = 0;               // from the start to the last answer
  Tally tally;
  std::vector<Sample> samples;
  Verdict verdict;

  double rate_of(std::uint64_t count) const { return seconds > 0 ? static_cast<double>(count) / seconds : 0; }
};

std::string as_text(const Result& result);
std::string as_json(const Result& result);
// The page is complete in itself: figures, style and drawing are inside.
std::string as_page(const Result& result);

std::string text_of(const Verdict& verdict);

}  // namespace frontrow::bench
