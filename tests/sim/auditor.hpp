// Watches everything the sale decides, stores, keeps in memory and answers, and compares it with the model.
//
// An answer counts when it is given. By then its batch must be durable, memory must show it, and the model must agree.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/statement.hpp"
#include "app/commit/commit_queue.hpp"
#include "app/live/live_state.hpp"
#include "sim/queue_model.hpp"
#include "sim/render.hpp"
#include "sim/report.hpp"
#include "sim/sale_model.hpp"

namespace frontrow::sim {

// A command under way.
struct Op {
  enum class Kind : std::uint8_t { plain, join, leave, claim } kind = Kind::plain;
  std::string what;                                    // for the report
  std::function<std::string(SaleModel&)> expect = {};  // plain: what it must answer
  ConcertId concert = {};                              // of a queue command
  UserId user = {};
  std::int64_t number = 0;
  std::optional<Idempotent> idempotent = {};
  bool is_made_fairly = false;  // a claim of a called person who came in time
  TimePoint made_at = {};       // for a claim

  bool is_durable = false;
  std::optional<std::string> expected = {};
  int answers = 0;
};

inline std::string render_place(const TicketRow& place, bool is_new) {
  return fmt::format(
      "{} ticket {} user {} issued {}", is_new ? 201 : 200, place.number.value, place.user.value, ms(place.issued_at));
}

class Auditor {
 public:
  Auditor(Report& report, const Clock& clock, const std::string& database, const HoldLimits& holds, const QueueLimits& queues);

  // The process under watch.
  using Look = std::function<std::shared_ptr<SeatMap>(const std::shared_ptr<Hall>&)>;
  void watch_process(LiveState& live, Look look) {
    live_ = &live;
    look_ = std::move(look);
  }
  void crashed();                      // commands under way will never be answered
  void reloaded(bool is_new_process);  // memory was rebuilt from the store

  // Commands.
  void submitted(const Command* command, std::shared_ptr<Op> op) { ops_[command] = std::move(op); }
  const Op* find(const Command* command) const;
  std::size_t under_way() const { return ops_.size(); }
  void batch_begins() { decided_.clear(); }
  void decided(const Command* command, TimePoint now);
  void durable(const WorkingSet& set);
  // Exactly once for each op. `answer` as rendered; `code` when refused.
  void answered(const Command* command, Op& op, const std::string& answer, std::optional<ErrorCode> code);

  // Pictures that clients see.
  // The gate as it is when the hold is decided: a ticket may have ended since the request arrived.
  HoldRequest as_decided(HoldRequest request);
  void looked(const Ticket& ticket, const TicketView& view, TimePoint now);
  void entry_refused(const Ticket& ticket, Purpose purpose, const std::optional<Refusal>& refusal, TimePoint now);
  void refused_at_the_door(const HoldRequest& request, const Refusal& refusal, TimePoint now);
  // Called, and back in time: the claim of this poll must let the person in.
  bool comes_as_told(const Ticket& ticket);
  void shed(CommandClass command_class, std::size_t waiting, std::size_t capacity);
  void seats_shown(ScheduleId schedule, const SeatMap::Stamp& stamp, const std::vector<SeatMap::Shown>& seats, TimePoint now);

  // Thorough checks.
  void check_memory();                       // all of memory
  void check_nothing_is_due(TimePoint now);  // after a round of the expiry worker that began at `now`
  void check_store();                        // every row against the model, and the audit's own queries
  void keys_forgotten(TimePoint before);

  const SaleModel& model() const { return model_; }
  SaleModel& model() { return model_; }
  QueueModel& queue(ConcertId concert);

  // Set by the code that injects a fault.
  bool expects_unavailable = false, expects_unknown = false;
  bool memory_is_stale = false;  // after a commit of unknown outcome, until memory is rebuilt

 private:
  struct Decided {
    const Command* command;
    std::shared_ptr<Op> op;               // null: a worker's command
    std::vector<ReservationId> due = {};  // of an expiry command
    bool is_tick = false;
  };
  struct Places {
    std::map<std::pair<ConcertId, UserId>, TicketRow> of_user;
    std::map<ConcertId, std::int64_t> tails;
    std::map<ConcertId, Concert> before;                // concerts that this batch changes
    std::set<std::pair<ConcertId, std::int64_t>> left;  // numbers that their owners gave up in this batch
    // Users who asked several times while their place lapsed: any answer may be about a new one.
    std::set<std::pair<ConcertId, UserId>> unsure;
  };
  using Activations = std::map<ConcertId, std::multiset<std::int64_t>>;

  std::vector<ToldEvent> read_events(Activations& activations);
  void enter_queues(const WorkingSet& set, const std::map<ConcertId, Concert>& before, const Activations& activations);
  std::string expect_join(const Op& op, const WorkingSet& set, Places& places);
  bool asks_again(const Op& op) const;
  bool is_last_with_its_key(const Op& op) const;
  void enter_leave(const Op& op, Places& places);
  void check_schedule(ScheduleId id, TimePoint now, const std::shared_ptr<SeatMap>& map);
  void check_touched();
  void check_claim(const Op& op);
  void check_counts(ConcertId id);
  void remember_shown(const Ticket& ticket, TicketStatus status, std::int64_t position);
  void check_rules();
  void check_reservation_rows();
  void check_seat_rows();
  void check_money_rows();
  void check_queue_rows();

  Report& report_;
  const Clock& clock_;
  const QueueLimits queue_limits_;
  sqlite::Connection connection_;
  sqlite::Statement events_;
  SaleModel model_;
  std::map<ConcertId, QueueModel> queues_;
  LiveState* live_ = nullptr;
  Look look_;

  std::unordered_map<const Command*, std::shared_ptr<Op>> ops_;
  std::vector<Decided> decided_;  // in order
  TimePoint decided_at_{};
  bool is_checked_ = true;  // memory was compared since the last durable batch
  std::int64_t batches_ = 0;
  std::set<ConcertId> touched_queues_;

  struct Shown {
    TicketStatus status;
    std::int64_t position;
    int changes;  // changes of the room's settings or memory so far
  };
  std::map<std::pair<ConcertId, std::int64_t>, Shown> shown_;                                     // the last picture of each ticket
  std::map<std::pair<ScheduleId, std::pair<std::int64_t, std::int64_t>>, std::size_t> contents_;  // by ETag
};

}  // namespace frontrow::sim
