// frontrow-bench: options in, a run, its figures, exit code out.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "bench/api.hpp"
#include "bench/generator.hpp"
#include "bench/options.hpp"
#include "bench/result.hpp"
#include "bench/verify.hpp"

namespace frontrow::bench {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr Seconds kSampleEvery{1};
constexpr std::chrono::milliseconds kTick{20};

volatile sig_atomic_t interrupted = 0;

std::string read_secret(const std::string& path) {
  std::ifstream in(path);
  std::string token;
  if (!std::getline(in, token) || token.empty()) throw std::runtime_error("cannot read the token in " + path);
  return token;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  if (!(out << text).flush()) throw std::runtime_error("cannot write " + path);
}

// Watches a run from outside: the curves, the progress line, and whether the concert is sold out.
class Watch {
 public:
  Watch(const Options& options, Api& api, Generators& generators, const Venue& venue)
      : options_(options), api_(api), generators_(generators), venue_(venue), is_terminal_(isatty(STDERR_FILENO) != 0) {}

  void start() {
    before_ = generators_.tally();
    started_ = sampled_ = steady_now();
    read_server(first_);
  }
  void sample_if_due() {
    if (steady_now() - sampled_ >= kSampleEvery) sample();
  }
  // Also at the end, for the last part of a second.
  void sample() {
    const auto now = steady_now();
    const double length = Seconds{now - sampled_}.count();
    if (length < 0.05) return;
    const Tally tally = generators_.tally();
    const Histogram latency = tally.latency().since(before_.latency());
    Sample sample{.at = Seconds{now - started_}.count(),
                  .ok = rate(tally, Kind::ok, length),
                  .refused = rate(tally, Kind::refused, length),
                  .errors = rate(tally, Kind::error, length),
                  .p50_ms = Seconds{latency.quantile(0.5)}.count() * 1e3,
                  .p99_ms = Seconds{latency.quantile(0.99)}.count() * 1e3,
                  .backlog = static_cast<std::int64_t>(tally.backlog),
                  .users_left = static_cast<std::int64_t>(tally.users_left)};
    read_server(sample);
    sampled_ = now;
    before_ = tally;
    samples_.push_back(sample);
    show(sample);
  }
  void finish() {
    sample();
    if (!options_.quiet && is_terminal_) std::fputs("\n", stderr);
  }
  std::chrono::steady_clock::time_point started() const { return started_; }
  std::vector<Sample> take_samples() { return std::move(samples_); }

 private:
  double rate(const Tally& tally, Kind kind, double length) const {
    return static_cast<double>(tally.count(kind) - before_.count(kind)) / length;
  }

  // An overloaded server may not answer this within a second: then the sample is without these values.
  void read_server(Sample& sample) {
    try {
      auto metrics = api_.metrics();
      sample.server_mib = metrics["process_resident_memory_bytes"] / (1 << 20);
      sample.server_connections = static_cast<std::int64_t>(metrics["http_connections"]);
      const double batches = metrics["commit_batch_size_count"];
      const double commands = metrics["commit_batch_size_sum"];
      if (batches > batches_) sample.batch = (commands - commands_) / (batches - batches_);
      batches_ = batches;
      commands_ = commands;
      if (options_.scenario != ScenarioName::rush && options_.scenario != ScenarioName::poll) return;
      const SaleState sale = api_.sale(venue_.concert);
      sample.waiting = sale.waiting;
      sample.active = sale.active;
      sample.seats_left = sale.sales.seats - sale.sales.held - sale.sales.sold;
      if (sale.sales.sold == sale.sales.seats) generators_.control().is_sold_out = true;
    } catch (const std::runtime_error&) {
    }
  }

  void show(const Sample& sample) const {
    if (options_.quiet) return;
    std::string line = fmt::format("{:6.1f} s  {:>7.0f} ok/s  {:>6.0f} refused/s  {:>5.0f} errors/s  p50 {:.1f} ms  p99 {:.1f} ms",
                                   sample.at,
                                   sample.ok,
                                   sample.refused,
                                   sample.errors,
                                   sample.p50_ms,
                                   sample.p99_ms);
    if (sample.waiting >= 0)
      line += fmt::format("  waiting {}  active {}  seats left {}", sample.waiting, sample.active, sample.seats_left);
    if (sample.backlog > 0) line += fmt::format("  backlog {}", sample.backlog);
    std::fputs(fmt::format("{}{:<130}{}", is_terminal_ ? "\r" : "", line, is_terminal_ ? "" : "\n").c_str(), stderr);
  }

  const Options& options_;
  Api& api_;
  Generators& generators_;
  const Venue& venue_;
  const bool is_terminal_;
  Tally before_;
  Sample first_;
  std::vector<Sample> samples_;
  double batches_ = 0;
  double commands_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point sampled_;
};

void check_for_failure(Generators& generators) {
  generators.is_any_running();
  if (generators.control().failed > 0) throw std::runtime_error("a generator process has failed");
}

void wait_for_preparation(Generators& generators, int processes) {
  while (generators.control().prepared < processes) {
    check_for_failure(generators);
    if (interrupted != 0) throw std::runtime_error("interrupted");
    std::this_thread::sleep_for(kTick);
  }
}

ConcertWish wish_of(const Options& options) {
  return {.seats = options.seats,
          .seats_per_schedule = options.seats_per_schedule,
          .price = options.price,
          .has_queue = options.has_queue(),
          .max_active = std::max<std::int64_t>(1, options.max_active),
          .admissions_per_second = std::max<std::int64_t>(1, options.admissions)};
}

int run(const Options& options) {
  Api api(options.host, options.port, read_secret(options.admin_token_file));
  ToldHeader header{.seats = options.seats};
  header.events_before = static_cast<std::int64_t>(api.metrics()["events_last_id"]);
  const Venue venue = api.make_concert(wish_of(options));
  header.concert = venue.concert;
  for (const std::uint16_t port : options.more_ports) Api(options.host, port, {}).await_concert(venue.concert);

  Result result{.options = options, .concert = venue.concert};
  std::vector<Told> told;
  {
    Generators generators(options, venue);
    if (!options.quiet) std::fputs("preparing\n", stderr);
    wait_for_preparation(generators, options.processes);
    Watch watch(options, api, generators, venue);
    result.started_at = iso8601(SystemClock{}.now());
    watch.start();
    if (!options.quiet) std::fputs("running\n", stderr);
    generators.control().may_start = true;
    while (generators.control().finished < options.processes) {
      check_for_failure(generators);
      if (interrupted != 0) generators.control().is_cancelled = true;
      watch.sample_if_due();
      std::this_thread::sleep_for(kTick);
    }
    watch.finish();
    result.tally = generators.tally();
    result.seconds = Seconds{result.tally.last_answer - watch.started()}.count();
    result.samples = watch.take_samples();
    for (int i = 0; i < options.processes; ++i) {
      const auto part = read_told(generators.told_fd(i));
      told.insert(told.end(), part.begin(), part.end());
    }
  }
  if (!options.told_file.empty()) save_told(options.told_file, header, told);
  if (!options.quiet) std::fputs("checking\n", stderr);
  result.has_address_limits = api.metrics()["address_limits_on"] > 0;
  result.verdict = verify(api, options, header, told);
  std::fputs(as_text(result).c_str(), stdout);
  if (!options.json_file.empty()) write_file(options.json_file, as_json(result));
  if (!options.html_file.empty()) write_file(options.html_file, as_page(result));
  return result.verdict.is_clean() ? 0 : 1;
}

int verify_again(const Options& options) {
  Api api(options.host, options.port, read_secret(options.admin_token_file));
  ToldHeader header;
  const auto told = load_told(options.told_file, header);
  const Verdict verdict = verify(api, options, header, told);
  std::fputs(text_of(verdict).c_str(), stdout);
  return verdict.is_clean() ? 0 : 1;
}

}  // namespace
}  // namespace frontrow::bench

int main(int argc, char** argv) {
  using namespace frontrow::bench;
  auto options = parse_options(argc, argv);
  if (!options) {
    std::fputs(options.error().text.c_str(), options.error().code == 0 ? stdout : stderr);
    return options.error().code;
  }
  signal(SIGPIPE, SIG_IGN);
  struct sigaction on_interrupt{};
  on_interrupt.sa_handler = [](int) { interrupted = 1; };
  sigaction(SIGINT, &on_interrupt, nullptr);
  sigaction(SIGTERM, &on_interrupt, nullptr);
  try {
    if (!options->charge_token_file.empty()) options->charge_token = read_secret(options->charge_token_file);
    return options->verify_only ? verify_again(*options) : run(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "frontrow-bench: %s\n", error.what());
    return 2;
  }
}
