// The rows of one batch of commands, as they were read under the transaction's locks, and every change made to them. A
// store fills it, the commands decide on it, and the store writes its changes. After the commit memory takes the
// changes in from the same set. It knows no SQL and no clock.
//
// A refused command must leave the set unchanged: check everything first, change afterwards.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "base/check.hpp"
#include "domain/catalog.hpp"
#include "domain/deed.hpp"
#include "domain/event.hpp"
#include "domain/operator.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"
#include "domain/subject.hpp"
#include "domain/waiting_room.hpp"
#include "ports/idempotency.hpp"
#include "ports/stored_tickets.hpp"

namespace frontrow {

enum class IdKind : std::uint8_t { concert, schedule, section, seat, reservation, payment, ledger_entry, user };
inline constexpr std::size_t kIdKinds = 8;

// A user in one concert. The user's reservations in other concerts do not matter here, and may be many.
struct Holder {
  UserId user;
  ConcertId concert;
  friend constexpr auto operator<=>(const Holder&, const Holder&) = default;
};

// The rows that a batch needs. Commands append; the store sorts and drops repeats.
struct Keys {
  std::vector<UserId> accounts;             // balance; an unknown user is an account of 0
  std::vector<Holder> holders;              // their live reservations in that concert, with seats
  std::vector<Holder> unpaid_of;            // their reservations in that concert that ended unpaid within the past hour, with seats
  std::vector<SeatId> seats;                // and the reservation whose hold may be over, with all its seats
  std::vector<SeatId> seat_rows;            // seats that change no owner: only the row, locked like the others
  std::vector<ReservationId> reservations;  // with seats, the payment and, while held, the rows of its seats
  // The next three are for a store that keeps tickets as rows which several pods share. The embedded store ignores them.
  std::vector<Holder> tickets;            // the user's ticket for that concert
  std::vector<ReservationId> tickets_of;  // of `reservations`: while held, its user's ticket, and as `holders`
  std::vector<ConcertId> queues;          // the queue's row, locked
  std::vector<ConcertId> concerts;
  // Concerts that a command changes, or whose dates it changes or adds to. They are loaded like `concerts`, with all
  // their dates, and locked before anything else: two operators cannot decide on the same row at the same time.
  std::vector<ConcertId> changed_concerts;
  std::vector<ConcertId> drafts;        // among `changed_concerts`: of a hall in the making
  std::vector<ConcertId> sales_of;      // among `changed_concerts`: has a seat been taken? No other batch takes one meanwhile
  std::vector<ScheduleId> sections_of;  // the sections of these dates, whose concerts are in `changed_concerts`
  std::vector<ScheduleId> schedules;
  std::vector<IdempotencyKey> idempotency;       // and the reservation of a stored hold or payment
  std::vector<Subject> subjects;                 // their users, if they have any
  bool operators = false;                        // all accounts; no other batch changes one meanwhile
  std::array<std::int64_t, kIdKinds> new_ids{};  // how many ids of each kind the commands may take
};

struct IdRange {
  std::int64_t next = 0;
  std::int64_t end = 0;  // one past the last
};

struct SeatRecord {
  Seat seat;
  bool changed = false;
  bool was_available = false;  // before its first change in this batch
};

struct ReservationRecord {
  Reservation reservation;
  std::optional<ReservationStatus> stored;  // its status in the store; nothing: made in this batch
  bool changed = false;
  std::optional<Payment> payment = {};
  bool has_new_payment = false;  // made in this batch
};

struct AccountRecord {
  Account account;
  bool changed = false;
};

// One concert's queue in a batch: its present row, and the tickets that the batch has changed.
struct QueueChange {
  QueueRow row;
  QueueRow before;
  // True if the store keeps the whole row, and the batch has it locked. False with such a store: the batch has tickets only.
  bool is_stored_row = false;
  std::map<TicketNumber, TicketRow> tickets = {};   // the last state of each changed ticket
  std::map<TicketNumber, TimePoint> promises = {};  // called people who found no place: each is expected again until this time
  std::vector<TicketNumber> left = {};              // tickets that ended while they waited: they count as ahead no longer
  bool is_touched = false;                          // by a decision, even if only memory needs it

  const TicketRow* find(TicketNumber number) const;
  const TicketRow* find_live(UserId user) const;
  void put(const TicketRow& row);
  std::int64_t admitted() const { return row.admitted - before.admitted; }
  // The changes that a store has to write.
  bool is_changed() const { return row.tail != before.tail || row.front != before.front || !tickets.empty() || is_row_changed(); }
  // For a store that keeps the whole row. The measured flow alone is not worth a commit.
  bool is_row_changed() const;

 private:
  std::unordered_map<UserId, TicketNumber> last_of_user_ = {};
};

// A hall in the making: its dates lie below a concert of their own, which is not shown, and their seats are written a few thousand
// a commit (app/commands/draft.hpp). The last of these commits shows all of it at once. One that was given up is deleted
// (KeptSince::drafts), a little at a time.
struct Draft {
  ConcertId concert;
  TimePoint begun_at;
  bool is_going = false;  // it is being deleted
};
// Shown from now on. `concert` is the draft's own, or the one that its dates move to; then the draft's own row goes.
struct FinishedDraft {
  ConcertId draft, concert;
  std::vector<Schedule> dates;
};

class WorkingSet {
 public:
  TimePoint now{};  // read once, after all locks were taken

  // Loaded rows, which commands look up; null = no such row:
  const Concert* concert(ConcertId id) const;  // null for a deleted one, too
  const Schedule* schedule(ScheduleId id) const { return find(schedules, id); }
  const Draft* draft(ConcertId id) const { return find(drafts, id); }  // one of Keys::drafts
  // True if a seat of one of Keys::sales_of is held or sold, in the store or in this batch.
  bool has_sales(ConcertId concert) const;
  const SeatRecord* seat(SeatId id) const { return find(seats, id); }
  const ReservationRecord* reservation(ReservationId id) const { return find(reservations, id); }
  const Account& account(UserId id) const;
  const IdempotencyRecord* idempotency(const IdempotencyKey& key) const;
  const UserId* user_of(const Subject& subject) const { return find(users, subject); }
  // Null if the store keeps no such rows. Number 0: the user never had a ticket.
  const TicketRow* ticket(const Holder& holder) const;
  // All dates of one of Keys::changed_concerts, new ones of this batch included.
  std::vector<Schedule> dates_of(ConcertId concert) const;
  // A user's reservations, in no order and in any status. All live ones of a concert are here if Keys::holders names it.
  std::vector<const Reservation*> reservations_of(UserId user) const;

  // changes:
  std::int64_t take_id(IdKind kind);
  Seat& change_seat(SeatId id);  // the seat map's version will be raised, too
  Reservation& change_reservation(ReservationId id);
  void add_reservation(Reservation reservation);
  void add_payment(const Payment& payment);  // its reservation must be in the set, and counts as changed
  void add_ledger_entry(LedgerEntry entry);  // also changes the user's balance
  // With the deed of it.
  const Concert& add_concert(Concert concert, std::string changes);
  // A concert of Keys::changed_concerts, which is in the set. Raises its version. The caller adds the deed: each version of
  // a concert has one.
  const Concert& change_concert(const Concert& concert);
  void change_schedule(const Schedule& schedule);  // it must be in the set; its version will be raised
  // The dates of a draft that is in the set, below `concert` from now on: the draft's own, which is added as a new one, or another.
  void finish_draft(ConcertId draft, ConcertId concert, const std::vector<Schedule>& dates);
  void add_idempotency(const IdempotencyRecord& record);
  void rename_section(SectionId id, ScheduleId schedule, const std::string& name);  // both must be in the set
  void add_subject(const Subject& subject, UserId user);                            // of Keys::subjects, without a user so far
  // Appends the reservation's next event at `now`.
  void add_event(EventType type, ReservationId id);
  // Appends the concert's next event and the deed: an operator's change of it, or of one of its dates. The concert must be in
  // Keys::changed_concerts.
  void add_change(const Concert& changed, std::string changes);
  void add_change(ConcertId concert, ScheduleId schedule, std::string changes);
  // The same for dates of it that are in `new_schedules`, or that a draft had.
  void add_dates(ConcertId concert, ScheduleId first, std::string changes);
  void add_operator(const Operator& account, std::string changes);
  void revoke_operator(OperatorId id, std::string changes);  // one of Keys::operators
  // The deeds of an operator who ends a hold, and who takes a user out of a queue.
  void add_cancelling(const Reservation& cancelled, std::string changes);
  void add_removal(UserId user, ConcertId concert, TicketNumber number);
  void add_admission(ConcertId concert, const TicketRow& admitted);  // the event
  QueueChange& queue(ConcertId concert, const QueueRow& row);        // the row counts the first time only
  void change_ticket(ConcertId concert, const TicketRow& row);       // one that is in the set
  bool is_changed() const;
  // True if a row of it has the time `now`: an action of a person, or the end of a hold. Changes of the catalog and
  // ticks of a queue write no time.
  bool moves_time() const;
  // How many more available seats the batch leaves to each schedule than it found. Schedules with as many as before are not in it.
  std::map<ScheduleId, std::int64_t> changes_of_available_seats() const;
  bool is_catalog_changed() const;  // true for changes of concerts and schedules; prices belong to the seats

  // For stores: adds a row that was read. A row that is there already stays.
  void load_reservation(ReservationRecord record);

  // the rows themselves: for stores and the live state:
  std::unordered_map<ConcertId, Concert> concerts;
  std::unordered_map<ScheduleId, Schedule> schedules;
  std::unordered_map<SeatId, SeatRecord> seats;
  std::unordered_map<ReservationId, ReservationRecord> reservations;
  std::unordered_map<UserId, AccountRecord> accounts;
  std::map<IdempotencyKey, IdempotencyRecord> known_keys;
  std::map<Subject, UserId> users;  // of Keys::subjects
  std::array<IdRange, kIdKinds> ids{};

  std::map<ScheduleId, std::int64_t> versions;  // new versions of the changed schedules, by id, once the store has written them
  std::vector<LedgerEntry> ledger;
  std::vector<IdempotencyRecord> new_keys;
  std::vector<Subject> new_subjects;  // among `users`
  std::vector<Event> events;
  EventId last_event{};  // id of the last of `events`, which have consecutive ids; set by the store
  std::map<ConcertId, QueueChange> queues;
  std::map<Holder, TicketRow> tickets;            // of Keys::tickets, as of now in the batch
  std::shared_ptr<StoredTickets> stored_tickets;  // while a batch is decided that has locked a queue's row
  std::vector<Deed> deeds;                        // their ids and hashes are the store's, which gives them when it writes
  std::map<OperatorId, Operator> operators;       // for Keys::operators
  std::vector<Operator> new_operators, revoked_operators;
  std::vector<Concert> new_concerts;
  std::vector<Concert> changed_concerts;
  std::vector<Schedule> new_schedules;
  std::map<ScheduleId, Schedule> changed_schedules;  // those in `versions` whose own row has changed
  std::vector<Section> new_sections;
  std::map<ScheduleId, std::vector<Section>> sections;  // for Keys::sections_of, by id
  std::vector<Section> renamed_sections;
  std::set<ConcertId> concerts_with_sales;  // among Keys::sales_of, as loaded with the batch
  std::vector<Seat> new_seats;              // available; of new schedules, or the next ones of a draft's
  std::map<ConcertId, Draft> drafts;        // of Keys::drafts
  std::vector<Draft> new_drafts;            // whose concerts are in `new_concerts`, deleted, and whose dates have no seats yet
  std::vector<FinishedDraft> finished_drafts;

 private:
  template <class Map>
  static const typename Map::mapped_type* find(const Map& map, const typename Map::key_type& key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
  }
  std::unordered_multimap<UserId, ReservationId> by_user_;
};

}  // namespace frontrow
