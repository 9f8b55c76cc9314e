#include "sim/simulation.hpp"

#include <algorithm>
#include <vector>

#include "adapters/sqlite/migrations.hpp"

namespace frontrow::sim {

namespace {

constexpr Duration kExpiryInterval{100};
constexpr Duration kKeysKept = std::chrono::hours{24}, kEventsKept = std::chrono::minutes{20};
constexpr std::int64_t kSettledEvery = 250;
constexpr std::int64_t kStoreCheckedEvery = 5'000;
constexpr int kPollsAtTheEnd = 12'000;

Rules rules_of(Random& random) {
  static constexpr int kPerHold[] = {4, 4, 2, 4};
  static constexpr int kPerUser[] = {4, 6, 4, 3};
  static constexpr int kUnpaid[] = {0, 3, 2, 0};
  static constexpr Duration kCoolDown[] = {Duration{0}, std::chrono::seconds{60}, Duration{0}, std::chrono::seconds{600}};
  const auto choice = random.below(4);
  return {.holds = {.max_seats_per_hold = kPerHold[choice],
                    .max_seats_per_user = kPerUser[choice],
                    .unpaid_holds_per_hour = kUnpaid[choice],
                    .seat_cool_down = kCoolDown[choice]},
          .queues = {},
          .commits = {.capacity = random.below(4) == 0 ? std::size_t{48} : std::size_t{8'192},
                      .batch = random.below(4) == 0 ? std::size_t{4} : std::size_t{256}},
          .halls = {.bytes = random.below(2) == 0 ? std::size_t{1} : std::size_t{64} << 20},
          .halls_take_time = random.below(2) == 0};
}

class Simulation {
 public:
  Simulation(std::uint64_t seed, const Plant& plant)
      : seed_(seed),
        random_(seed),
        plant_(plant),
        database_(fmt::format("file:/sim-{}?vfs=memdb", seed)),
        anchor_(database_, sqlite::Access::read_write, {.durable = false}),
        migrated_(sqlite::migrate(anchor_)),
        rules_(rules_of(random_)),
        report_(clock_),
        signer_(std::vector<std::byte>(local::kMinKeyBytes, std::byte{7})),
        mint_(signer_),
        auditor_(report_, clock_, database_, rules_.holds, rules_.queues),
        service_(rules_, clock_, metrics_, random_, report_, auditor_, plant_, mint_),
        crowd_(service_, clock_, random_, report_, auditor_.model()) {
    start_process();
    crowd_.open_sale();
    process_->run_all();
  }

  RunResult run(std::int64_t operations) {
    while (report_.operations < operations && !report_.is_broken()) step();
    if (!report_.is_broken()) wind_down();
    return result();
  }

 private:
  void step();
  void pass_time();
  void work();
  void run_batch();
  void drain();
  void settle();
  StoreFault some_fault();
  void start_process();
  void crash();
  void wind_down();
  RunResult result() const;

  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  Duration up_to(std::int64_t ms) { return Duration{static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(ms)))}; }

  const std::uint64_t seed_;
  SeededRandom random_;
  const Plant& plant_;
  const std::string database_;
  sqlite::Connection anchor_;  // a memory database lives as long as one connection is open
  const sqlite::MigrationReport migrated_;
  const Rules rules_;
  SimClock clock_;
  Report report_;
  Metrics metrics_;
  local::HmacSigner signer_;
  TicketMint mint_;
  Auditor auditor_;
  Service service_;
  std::unique_ptr<Process> process_;
  Crowd crowd_;

  std::size_t batch_wanted_ = 1;
  TimePoint workers_away_until_{};
  TimePoint next_tick_{}, next_expiry_{};
  bool has_faults_ = true;
  std::int64_t crashes_ = 0, unknown_ = 0;
};

void Simulation::start_process() {
  process_ = std::make_unique<Process>(database_, rules_, clock_, metrics_, auditor_, plant_);
  service_.connect(process_.get());
  next_tick_ = next_expiry_ = clock_.now();
}

void Simulation::crash() {
  report_.step("CRASH");
  ++crashes_;
  process_.reset();
  auditor_.crashed();
  crowd_.lose_replies();
  if (one_in(3)) clock_.advance(up_to(20'000));
  start_process();
  auditor_.reloaded(true);
}

// One step.

void Simulation::step() {
  ++report_.operations;
  process_->finish_reads();
  pass_time();
  work();
  crowd_.act();
  if (one_in(2'500)) crash();
  if (crowd_.is_urgent() || auditor_.under_way() >= batch_wanted_) run_batch();
  if (report_.operations % kSettledEvery == 0) settle();
  if (report_.operations % kStoreCheckedEvery == 0) auditor_.check_store();
}

// Mostly a short time; sometimes to a moment just before, at or just after a deadline; rarely a long time.
void Simulation::pass_time() {
  const auto choice = random_.below(1'000);
  if (choice < 620) return clock_.advance(up_to(30));
  if (choice < 930) return clock_.advance(up_to(300));
  if (choice < 970) return clock_.advance(up_to(2'500));
  if (choice < 994) {
    const auto appointment = crowd_.next_appointment();
    const auto& held = auditor_.model().held;
    if (appointment && one_in(2)) return clock_.set(*appointment);
    if (!held.empty()) clock_.set(held.begin()->first + Duration{static_cast<std::int64_t>(random_.below(5)) - 2});
    return;
  }
  if (!one_in(10)) drain();
  if (choice < 999) return clock_.advance(up_to(20'000));
  clock_.advance(one_in(40) ? std::chrono::hours{25} : up_to(700'000));
}

void Simulation::work() {
  const TimePoint now = clock_.now();
  if (now < workers_away_until_) return;
  if (has_faults_ && one_in(700)) {
    workers_away_until_ = now + up_to(30'000);
    return report_.step("the workers are away");
  }
  if (next_tick_ <= now) process_->ticker.run_once(), next_tick_ = now + kTickInterval;
  if (next_expiry_ <= now) process_->expiry.run_once(), next_expiry_ = now + kExpiryInterval;
}

StoreFault Simulation::some_fault() {
  if (!has_faults_ || !one_in(70)) return StoreFault::none;
  switch (random_.below(9)) {
    case 0:
    case 1: return StoreFault::refused;
    case 2:
    case 3:
    case 4: return StoreFault::rolled_back;
    case 5:
    case 6: return StoreFault::lost_batch;
    default: return StoreFault::lost_reply;
  }
}

void Simulation::run_batch() {
  batch_wanted_ = one_in(3) ? 1 : 1 + random_.below(14);
  const StoreFault fault = some_fault();
  const bool is_unknown = fault == StoreFault::lost_batch || fault == StoreFault::lost_reply;
  if (fault != StoreFault::none) report_.step("FAULT {}", static_cast<int>(fault));
  auditor_.expects_unavailable = fault != StoreFault::none || auditor_.memory_is_stale;
  auditor_.expects_unknown = is_unknown;
  unknown_ += is_unknown ? 1 : 0;
  if (auditor_.memory_is_stale && one_in(3)) process_->disk.fail_loads(1);
  process_->faults.fail_next(fault);
  process_->watched.was_executed = false;
  if (has_faults_ && one_in(400)) process_->disk.cut_power(one_in(2) ? PowerCut::before_commit : PowerCut::after_commit);
  if (has_faults_ && one_in(50)) process_->watched.pause = up_to(3'000);
  process_->commits.run_batch();
  if (process_->disk.is_off()) return crash();
  if (is_unknown && process_->watched.was_executed) auditor_.memory_is_stale = true;
  process_->faults.fail_next(StoreFault::none);
  process_->disk.cut_power(PowerCut::none);
}

// Runs all waiting commands without a fault.
void Simulation::drain() {
  auditor_.expects_unavailable = auditor_.expects_unknown = false;
  process_->disk.fail_loads(0);
  process_->watched.pause = {};
  process_->run_all();
  process_->finish_reads();
}

// With the worker alive and no fault in the way, all due holds must be settled, and memory must agree with the model.
void Simulation::settle() {
  drain();
  const TimePoint now = clock_.now();
  process_->expiry.run_once();
  drain();
  auditor_.check_nothing_is_due(now);
  if (!auditor_.memory_is_stale) auditor_.check_memory();
  if (!one_in(10)) return;
  const KeptSince since{.keys = now - kKeysKept, .events = now - kEventsKept, .tickets = {}, .batches = {}};
  while (process_->watched.forget(since, 100).has_more) {
  }
  auditor_.keys_forgotten(since.keys);
}

// No new people come and no fault happens any more. People who poll at the given interval must get in, holds must end,
// and after a last kill -9 everything must be as before.
void Simulation::wind_down() {
  has_faults_ = false;
  workers_away_until_ = {};
  drain();
  crowd_.stop_buying();
  drain();
  for (int polls = 0; crowd_.poll_as_told() && !report_.is_broken(); ++polls) {
    if (polls == kPollsAtTheEnd) return report_.broken("Q2", "people poll as told, and still wait");
    clock_.advance(kTickInterval);
    work();
    drain();
  }
  clock_.advance(std::chrono::seconds{700});
  settle();
  auditor_.check_store();
  crash();
  settle();
  auditor_.check_store();
}

RunResult Simulation::result() const {
  RunResult result{.is_broken = report_.is_broken(), .operations = report_.operations, .crashes = crashes_, .unknown = unknown_};
  for (const auto& [id, reservation] : auditor_.model().reservations) {
    ++result.reservations;
    result.paid += reservation.status == ReservationStatus::confirmed ? 1 : 0;
    result.expired += reservation.status == ReservationStatus::expired ? 1 : 0;
  }
  if (!report_.is_broken()) return result;
  result.rule = report_.rule();
  result.report = fmt::format("seed {} broke at operation {} (FRONTROW_SIM_SEED={} replays it)\n{}\nlast steps:\n{}",
                              seed_,
                              report_.operations,
                              seed_,
                              report_.what(),
                              report_.story());
  return result;
}

}  // namespace

RunResult run(std::uint64_t seed, std::int64_t operations, const Plant& plant) { return Simulation(seed, plant).run(operations); }

}  // namespace frontrow::sim
