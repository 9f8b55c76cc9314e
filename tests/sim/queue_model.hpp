// The model of one concert's waiting room. It does not decide which people are called; it knows which calls, admissions
// and endings would break a rule, and the picture that every ticket must see.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "app/queue/concert_queue.hpp"
#include "sim/report.hpp"
#include "sim/sale_model.hpp"

namespace frontrow::sim {

struct ModelTicket {
  UserId user;
  bool is_active = false;
  TimePoint issued, admitted = {};
  TimePoint last_seen = {};           // for active ones: the last sign of life that counts
  TimePoint last_poll = {};           // for waiting ones: the last poll
  std::optional<TimePoint> due = {};  // for waiting ones: the time of the next promised poll
  bool was_called_fairly = false;     // called, and in time since then: no higher number may be let in first
};

class QueueModel {
 public:
  QueueModel(Report& report, ConcertId concert, const QueueLimits& limits) : report_(report), concert_(concert), limits_(limits) {}

  struct Settings {
    Concert before, after;  // its settings before and after the batch
  };
  // Checks rules Q1, Q2, Q3, Q7 and lapsing for one committed change. `left`: numbers whose owners left in this batch;
  // `activated`: numbers in the log's queue.activated.
  void commit(const QueueChange& change, TimePoint now, const Settings& settings, const std::set<std::int64_t>& left,
              const std::multiset<std::int64_t>& activated, bool has_tick);
  void settings_changed(bool was_on_throughout);
  // A called person found no place. A late one is next all the same, so that people behind may find none either.
  void claim_failed(std::int64_t number, bool came_as_told);
  void hold_news(const HoldNews& news);
  // The process has lost its memory, or has read the store again.
  void reload(TimePoint now, bool is_new_process);

  // The picture that the ticket must see now. Counts as a sign of life.
  TicketView look(const Ticket& ticket, TimePoint now, const Concert& concert);
  // The answer of the gate for this purpose; counts as a sign of life. Empty: the person may come in.
  std::string entry(const Ticket& ticket, Purpose purpose, TimePoint now, const Concert& concert);
  // The number of the user's live ticket, 0 if there is none.
  std::int64_t number_of(UserId user, TimePoint now, bool is_enabled) const;

  std::string describe() const;
  std::int64_t waiting() const;
  std::int64_t active() const;
  std::int64_t tail = 0, front = 0;
  bool has_free_seats = true;   // as the queue's last tick found it: without free seats nobody is let in
  std::int64_t highest_in = 0;  // among all people that were let in
  int changes = 0;              // changes of its settings, or of its memory by a read of the store
  std::map<std::int64_t, ModelTicket> live;
  std::map<std::int64_t, ModelTicket> finished;  // ended by paying; the store does not have that yet
  std::set<std::int64_t> completed;
  std::map<std::int64_t, std::map<ReservationId, TimePoint>> holds;  // not settled yet, by ticket

 private:
  TimePoint may_hold_until(const ModelTicket& ticket) const;
  TimePoint holds_until(std::int64_t number) const;
  TimePoint ends_at(std::int64_t number, const ModelTicket& ticket) const;
  std::int64_t position(std::int64_t number) const;
  void finish_if_paid(std::int64_t number);
  void enter_row(const TicketRow& row, TimePoint now, const Settings& settings, const std::set<std::int64_t>& left, bool is_told);
  void check_ending(std::int64_t number, const ModelTicket& ticket, TimePoint now, const std::set<std::int64_t>& left);
  void check_admission(std::int64_t number, TimePoint now, const Settings& settings);
  void check_rates(const std::multiset<std::int64_t>& activated, TimePoint now, const Settings& settings);
  void notice_switch(const QueueRow& row, TimePoint now);

  Report& report_;
  const ConcertId concert_;
  const QueueLimits limits_;
  double tokens_ = -1;  // below 0: full
  TimePoint tokens_at_{};
  bool was_off_ = false;        // off since the last free claims
  std::int64_t free_upto_ = 0;  // people up to this number, let in while the queue was off, may claim beyond cap and rate
  TimePoint free_until_{};      // until this time
};

}  // namespace frontrow::sim
