// What one batch of commands works on: the rows it asked for, as they were read under the transaction's locks, and every change
// made to them. A store fills it, the commands decide on it, the store writes its changes; after the commit the same set tells the
// live state in memory what has changed. It knows no SQL and no clock.
//
// A refused command must not have touched the set: check everything first, change afterwards.
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
#include "domain/event.hpp"
#include "domain/point.hpp"
#include "domain/reservation.hpp"
#include "domain/waiting_room.hpp"
#include "ports/idempotency.hpp"
#include "ports/stored_tickets.hpp"

namespace frontrow {

enum class IdKind : std::uint8_t { concert, schedule, section, seat, reservation, payment, ledger_entry };
inline constexpr std::size_t kIdKinds = 7;

// A user in one concert. What the user has in others says nothing about it, and may be much.
struct Holder {
  UserId user;
  ConcertId concert;
  friend constexpr auto operator<=>(const Holder&, const Holder&) = default;
};

// What a batch needs loaded. Commands append; the store sorts and drops repeats.
struct Keys {
  std::vector<UserId> accounts;             // balance; an unknown user is an account of 0
  std::vector<Holder> holders;              // their live reservations in that concert, with seats
  std::vector<SeatId> seats;                // and, when its hold may be over, the holding reservation with all its seats
  std::vector<SeatId> seat_rows;            // of seats that nobody is to get or lose: the row alone, locked like the others
  std::vector<ReservationId> reservations;  // with seats, the payment, and while held the rows of its seats
  // These three where tickets are rows that several servers share; a store that keeps them for memory's sake alone ignores them.
  std::vector<Holder> tickets;              // the user's ticket for that concert
  std::vector<ReservationId> tickets_of;    // of `reservations`: while held, its user's ticket, and as `holders`
  std::vector<ConcertId> queues;            // the queue's row, locked
  std::vector<ConcertId> concerts;
  // Concerts that a command changes, or whose dates it changes or adds to. They are loaded like `concerts`, with all their dates,
  // and locked before anything else: two operators cannot decide on the same row side by side.
  std::vector<ConcertId> changed_concerts;
  std::vector<ConcertId> sales_of;      // of `changed_concerts`: has a seat been taken? No other batch takes one meanwhile
  std::vector<ScheduleId> sections_of;  // the sections of these dates, which are of `changed_concerts`
  std::vector<ScheduleId> schedules;
  std::vector<IdempotencyKey> idempotency;       // and the reservation a found hold or payment made
  std::array<std::int64_t, kIdKinds> new_ids{};  // how many of each kind may be taken
};

struct IdRange {
  std::int64_t next = 0;
  std::int64_t end = 0;  // one past the last
};

struct SeatRecord {
  Seat seat;
  bool changed = false;
};

struct ReservationRecord {
  Reservation reservation;
  std::optional<ReservationStatus> stored;  // as it is in the store; nothing: born in this batch
  bool changed = false;
  std::optional<Payment> payment = {};
  bool has_new_payment = false;  // made in this batch
};

struct AccountRecord {
  Account account;
  bool changed = false;
};

// One concert's queue within a batch: the row as of now in the batch, and the tickets it has touched.
struct QueueChange {
  QueueRow row;
  QueueRow before;
  // The row of a store that keeps all of it: it is locked. Without, of such a store, the row is not there, only tickets.
  bool is_stored_row = false;
  std::map<TicketNumber, TicketRow> tickets = {};   // last state of each ticket that has changed
  std::map<TicketNumber, TimePoint> promises = {};  // called people who found no place: expected again until then
  std::vector<TicketNumber> left = {};              // ended while they waited: nobody counts them as ahead any more
  bool is_touched = false;                          // by a decision, if only in what memory keeps

  const TicketRow* find(TicketNumber number) const;
  const TicketRow* find_live(UserId user) const;
  void put(const TicketRow& row);
  std::int64_t admitted() const { return row.admitted - before.admitted; }
  // What a store has to write.
  bool is_changed() const { return row.tail != before.tail || row.front != before.front || !tickets.empty() || is_row_changed(); }
  // Where all of the row is stored. Habits alone are not worth a commit.
  bool is_row_changed() const;

 private:
  std::unordered_map<UserId, TicketNumber> last_of_user_ = {};
};

class WorkingSet {
 public:
  TimePoint now{};  // read once, after every lock was taken

  // rows a store loads, and commands look up; null = no such row:
  const Concert* concert(ConcertId id) const;  // null for a deleted one, too
  const Schedule* schedule(ScheduleId id) const { return find(schedules, id); }
  // Is a seat held or sold of one of Keys::sales_of? Those taken in this batch included.
  bool has_sales(ConcertId concert) const;
  const SeatRecord* seat(SeatId id) const { return find(seats, id); }
  const ReservationRecord* reservation(ReservationId id) const { return find(reservations, id); }
  const Account& account(UserId id) const;
  const IdempotencyRecord* idempotency(const IdempotencyKey& key) const;
  // Null when the store keeps no such rows. Number 0: the user never had one.
  const TicketRow* ticket(const Holder& holder) const;
  // All dates of one of Keys::changed_concerts, those made in this batch included.
  std::vector<Schedule> dates_of(ConcertId concert) const;
  // Of one user, in no order, whatever their status now. All live ones of a concert are here when asked for through Keys::holders.
  std::vector<const Reservation*> reservations_of(UserId user) const;

  // changes:
  std::int64_t take_id(IdKind kind);
  Seat& change_seat(SeatId id);  // marks the seat map's version for an increment too
  Reservation& change_reservation(ReservationId id);
  void add_reservation(Reservation reservation);
  void add_payment(const Payment& payment);  // of a reservation in the set, which is thereby changed
  void add_ledger_entry(LedgerEntry entry);  // and moves the user's balance by it
  // One that is in the set, named in Keys::changed_concerts. Raises its version.
  const Concert& change_concert(const Concert& concert);
  void change_schedule(const Schedule& schedule);  // one that is in the set; marks its version for an increment too
  void add_idempotency(const IdempotencyRecord& record);
  void rename_section(SectionId id, ScheduleId schedule, const std::string& name);  // both in the set
  // Appends the reservation's next event at `now`.
  void add_event(EventType type, ReservationId id);
  // Appends the concert's next event: what an operator has changed of it, or of one of its dates. The concert is one of
  // Keys::changed_concerts.
  void add_change(const Concert& changed, std::string changes);
  void add_change(ConcertId concert, ScheduleId schedule, std::string changes);
  void add_admission(ConcertId concert, const TicketRow& admitted);  // the event
  QueueChange& queue(ConcertId concert, const QueueRow& row);  // the row is used the first time only
  void change_ticket(ConcertId concert, const TicketRow& row);  // one that is in the set
  bool is_changed() const;
  // Whether a row in it says `now`: what a person did, and what became of a hold. A change of the catalog or a queue's tick says no
  // time.
  bool moves_time() const;
  bool is_catalog_changed() const;  // what is for sale; prices apart, which are the seats'

  // For stores: a row that was read. Keeps the one it has.
  void load_reservation(ReservationRecord record);

  // the rows themselves: for stores and the live state:
  std::unordered_map<ConcertId, Concert> concerts;
  std::unordered_map<ScheduleId, Schedule> schedules;
  std::unordered_map<SeatId, SeatRecord> seats;
  std::unordered_map<ReservationId, ReservationRecord> reservations;
  std::unordered_map<UserId, AccountRecord> accounts;
  std::map<IdempotencyKey, IdempotencyRecord> known_keys;
  std::array<IdRange, kIdKinds> ids{};

  std::map<ScheduleId, std::int64_t> versions;  // of the changed schedules, by id; the new version, once the store has written
  std::vector<LedgerEntry> ledger;
  std::vector<IdempotencyRecord> new_keys;
  std::vector<Event> events;
  EventId last_event{};  // id of the last of `events`; they have consecutive ids; set by the store
  std::map<ConcertId, QueueChange> queues;
  std::map<Holder, TicketRow> tickets;              // of Keys::tickets, as of now in the batch
  std::shared_ptr<StoredTickets> stored_tickets;    // while a batch is decided that has locked a queue's row
  std::vector<Concert> new_concerts;
  std::vector<Concert> changed_concerts;
  std::vector<Schedule> new_schedules;
  std::map<ScheduleId, Schedule> changed_schedules;  // those in `versions` whose own row has changed
  std::vector<Section> new_sections;
  std::map<ScheduleId, std::vector<Section>> sections;  // by id; of Keys::sections_of
  std::vector<Section> renamed_sections;
  std::set<ConcertId> concerts_with_sales;  // of Keys::sales_of, as they were when the batch was loaded
  std::vector<Seat> new_seats;              // available

 private:
  template <class Map>
  static const typename Map::mapped_type* find(const Map& map, const typename Map::key_type& key) {
    const auto at = map.find(key);
    return at == map.end() ? nullptr : &at->second;
  }
  std::unordered_multimap<UserId, ReservationId> by_user_;
};

}  // namespace frontrow
