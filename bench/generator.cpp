#include "bench/generator.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>

#include "bench/scenarios/buyers.hpp"
#include "bench/scenarios/join_all.hpp"
#include "bench/scenarios/lookers.hpp"
#include "bench/scenarios/pollers.hpp"
#include "bench/scenarios/rush.hpp"
#include "bench/stage.hpp"

namespace frontrow::bench {

namespace {

constexpr std::int64_t kUsersAConcert = 100'000'000;  // so that different runs have different users
constexpr std::chrono::nanoseconds kPreparation = std::chrono::minutes{10};
constexpr int kJoiners = 256;  // tickets requested at once while preparing; well below a quarter of the server's commit queue

template <class T>
T* shared(std::size_t count) {
  void* memory = mmap(nullptr, sizeof(T) * count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no memory to share");
  T* first = static_cast<T*>(memory);
  for (std::size_t i = 0; i < count; ++i) new (first + i) T{};
  return first;
}

// Part `index` when `total` is divided into `count` equal parts.
struct Share {
  std::int64_t begin;
  std::int64_t size;
};
Share share_of(std::int64_t total, int index, int count) {
  const std::int64_t begin = total * index / count;
  return {begin, total * (index + 1) / count - begin};
}

bool needs_tickets(ScenarioName scenario) {
  return scenario != ScenarioName::join && scenario != ScenarioName::purchase && scenario != ScenarioName::rush;
}

std::unique_ptr<Scenario> make_scenario(const Options& options, Stage& stage, std::vector<std::chrono::milliseconds> poll_after) {
  using enum Endpoint;
  switch (options.scenario) {
    case ScenarioName::join: return std::make_unique<JoinAll>(stage, 0, stage.users, false);
    case ScenarioName::seats: return std::make_unique<SeatsScenario>(stage);
    case ScenarioName::hot_seat: return std::make_unique<HotSeatScenario>(stage);
    case ScenarioName::hold: return std::make_unique<BuyScenario>(stage, std::vector{hold}, options.price);
    case ScenarioName::pay: return std::make_unique<BuyScenario>(stage, std::vector{charge, hold, pay}, options.price);
    case ScenarioName::purchase:
      return std::make_unique<BuyScenario>(stage, std::vector{join, poll, seats, hold, charge, pay}, options.price);
    case ScenarioName::on_sale: {
      std::vector<Endpoint> steps;
      for (int i = 0; i < 6; ++i) steps.insert(steps.end(), {poll, seats});
      steps.insert(steps.end(), {hold, charge, pay});
      return std::make_unique<BuyScenario>(stage, std::move(steps), options.price);
    }
    case ScenarioName::poll: return std::make_unique<PollScenario>(stage, std::move(poll_after));
    case ScenarioName::rush:
      return std::make_unique<RushScenario>(
          stage,
          RushManners{
              .give_up = options.give_up, .pay_late = options.pay_late, .think = std::chrono::milliseconds{options.think_ms}});
  }
  return {};
}

Pace pace_of(const Options& options, std::int64_t users, int connections, int process) {
  const auto seed = options.seed * 1000 + static_cast<std::uint64_t>(process);
  const auto ramp = std::chrono::nanoseconds{static_cast<std::int64_t>(options.ramp * 1e9)};
  if (options.scenario == ScenarioName::poll) return {};
  if (options.is_open_loop()) return {.arrivals = Arrivals::at_rate(options.rate / options.processes, options.poisson, seed)};
  if (options.scenario == ScenarioName::rush) return {.arrivals = Arrivals::of_crowd(static_cast<std::uint64_t>(users), ramp)};
  return {.closed_loop = connections};
}

}  // namespace

Generators::Generators(const Options& options, const Venue& venue)
    : options_(options),
      venue_(venue),
      control_(shared<Control>(1)),
      tallies_(shared<Tally>(static_cast<std::size_t>(options.processes))) {
  for (int i = 0; i < options.processes; ++i) told_.push_back(make_told_file());
  std::fflush(nullptr);
  const pid_t parent = getpid();
  for (int i = 0; i < options.processes; ++i) {
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("fork failed");
    if (pid > 0) {
      processes_.push_back(pid);
      continue;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);  // the parent signals the end
    int code = getppid() == parent ? 0 : 3;
    try {
      if (code == 0) work(i);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "frontrow-bench: generator %d: %s\n", i, error.what());
      code = 3;
    }
    _exit(code);
  }
}

Generators::~Generators() {
  for (const pid_t pid : processes_) {
    if (pid == 0) continue;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}

bool Generators::is_any_running() {
  bool is_running = false;
  for (pid_t& pid : processes_) {
    int status = 0;
    if (pid == 0) continue;
    if (waitpid(pid, &status, WNOHANG) == pid) {
      if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ++control_->failed;
      pid = 0;
    } else {
      is_running = true;
    }
  }
  return is_running;
}

Tally Generators::tally() const {
  Tally sum = tallies_[0];
  for (int i = 1; i < options_.processes; ++i) sum.add(tallies_[i]);
  return sum;
}

void Generators::work(int process) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  const Share users = share_of(options_.users, process, options_.processes);
  const Share waiting = share_of(options_.waiting, process, options_.processes);
  const Share connections = share_of(options_.connections, process, options_.processes);
  const Share inside = share_of(options_.connections_inside, process, options_.processes);

  std::vector<std::uint16_t> ports{options_.port};
  ports.insert(ports.end(), options_.more_ports.begin(), options_.more_ports.end());
  Engine engine({.host = options_.host,
                 .ports = std::move(ports),
                 .connections = static_cast<int>(connections.size),
                 .connections_inside = static_cast<int>(inside.size),
                 .first_source = process * 64,
                 .timeout = std::chrono::milliseconds{options_.timeout_ms}});
  ToldWriter told(told_fd(process));
  Stage stage{.engine = engine,
              .told = told,
              .venue = venue_,
              .host = fmt::format("{}:{}", options_.host, options_.port),
              .charge_token = options_.charge_token,
              .first_user = venue_.concert * kUsersAConcert + users.begin + waiting.begin,
              .first_index = users.begin,
              .users = static_cast<std::uint32_t>(users.size),
              .with_keys = options_.with_keys,
              .is_sold_out = control_->is_sold_out,
              .random = SeededRandom{options_.seed * 1000 + 500 + static_cast<std::uint64_t>(process)}};
  const auto is_cancelled = [this] { return control_->is_cancelled.load(); };

  std::vector<std::chrono::milliseconds> poll_after;
  if (needs_tickets(options_.scenario)) {
    JoinAll preparation(stage, stage.users, static_cast<std::uint32_t>(waiting.size), options_.scenario == ScenarioName::on_sale);
    const auto unmeasured = std::make_unique<Tally>();
    engine.run(preparation,
               *unmeasured,
               {.closed_loop = std::min(kJoiners, static_cast<int>(connections.size))},
               kPreparation,
               is_cancelled);
    if (!preparation.is_complete()) throw std::runtime_error("not everybody got a ticket");
    poll_after = preparation.take_poll_after();
  }
  const auto scenario = make_scenario(options_, stage, std::move(poll_after));
  ++control_->prepared;
  while (!control_->may_start && !control_->is_cancelled) std::this_thread::sleep_for(std::chrono::microseconds{200});
  engine.run(*scenario,
             tallies_[process],
             pace_of(options_, users.size, static_cast<int>(connections.size), process),
             std::chrono::nanoseconds{static_cast<std::int64_t>(options_.seconds * 1e9)},
             is_cancelled);
  told.flush();
  ++control_->finished;
}

}  // namespace frontrow::bench
