#include "support/store_picture.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace frontrow {

namespace {

constexpr int kAll = 1'000'000;

class Picture {
 public:
  template <class... Parts>
  void line(const Parts&... parts) {
    (put(parts), ...);
    text_ << '\n';
  }
  std::string text() const { return text_.str(); }

 private:
  template <class T>
  void put(const T& part) {
    if constexpr (requires { part.value; })
      text_ << part.value << ' ';
    else if constexpr (requires { part.time_since_epoch(); })
      text_ << part.time_since_epoch().count() << ' ';
    else if constexpr (std::is_enum_v<T>)
      text_ << static_cast<int>(part) << ' ';
    else
      text_ << part << ' ';
  }
  std::ostringstream text_;
};

void draw(Picture& picture, const Reservation& r) {
  picture.line("reservation",
               r.id,
               r.user,
               r.concert,
               r.schedule,
               r.status,
               r.amount,
               r.created_at,
               r.expires_at,
               r.ended_at,
               r.ticket,
               r.last_seq);
  for (const ReservedSeat& seat : r.seats) picture.line("  seat", seat.id, seat.number, seat.price);
}

std::set<ConcertId> draw_loaded(Picture& picture, Store& store) {
  std::set<ConcertId> concerts;
  std::set<std::pair<ConcertId, TicketNumber>> completed;
  store.load({
      .concert =
          [&](const Concert& c) {
            concerts.insert(c.id);
            picture.line("concert",
                         c.id,
                         c.title,
                         c.artist,
                         c.venue,
                         c.booking.opens_at.value_or(TimePoint{}),
                         c.booking.closes_at.value_or(TimePoint{}),
                         c.queue.enabled,
                         c.queue.max_active,
                         c.queue.admissions_per_second,
                         c.version,
                         c.time_zone,
                         c.sales_end_offset.count(),
                         c.is_deleted);
          },
      .schedule =
          [&](const Schedule& s) {
            picture.line("schedule",
                         s.id,
                         s.concert,
                         s.starts_at,
                         s.version,
                         s.sections_version,
                         s.first_seat,
                         s.seat_count,
                         s.available_seats);
          },
      .section = [&](const Section& s) { picture.line("section", s.id, s.schedule, s.name); },
      .seat =
          [&](const Seat& s) {
            picture.line("seat",
                         s.place.id,
                         s.place.schedule,
                         s.place.section,
                         s.place.row,
                         s.place.number,
                         s.price,
                         s.status,
                         s.reservation,
                         s.held_until);
          },
      .held_reservation = [&](const Reservation& r) { draw(picture, r); },
      .queue = [&](const StoredQueue& q) { picture.line("queue", q.concert, q.tail, q.front); },
      .ticket =
          [&](ConcertId concert, const TicketRow& t) {
            picture.line("ticket",
                         concert,
                         t.number,
                         t.user,
                         t.state,
                         t.issued_at,
                         t.state == TicketState::active ? t.admitted_at : TimePoint{});
          },
      .completed_ticket = [&](ConcertId concert, TicketNumber number) { completed.emplace(concert, number); },
  });
  for (const auto& [concert, number] : completed) picture.line("completed", concert, number);
  return concerts;
}

}  // namespace

std::string picture_of(Store& store, std::span<const UserId> users) {
  Picture picture;
  const auto concerts = draw_loaded(picture, store);
  const auto reader = store.open_reader();
  for (const UserId user : users) {
    picture.line("user", user, reader->account(user).balance);
    for (const LedgerEntry& e : reader->ledger_of(user, {}, kAll))
      picture.line("entry", e.id, e.kind, e.amount, e.reservation, e.at);
    for (const Reservation& reservation : reader->reservations_of(user, {}, kAll)) draw(picture, reservation);
  }
  for (const FeedEvent& told : reader->events_after({}, kAll)) {
    const Event& e = told.event;
    picture.line("event",
                 told.id,
                 e.type,
                 e.occurred_at,
                 e.reservation,
                 e.seq,
                 e.concert,
                 e.ticket,
                 e.user,
                 told.reservation.amount,
                 told.payment ? told.payment->id : PaymentId{},
                 told.payment ? told.payment->balance : Points{});
  }
  for (const ConcertId concert : concerts) {
    const SalesSummary s = reader->sales(concert);
    picture.line("sales", concert, s.seats, s.held, s.sold, s.reservations, s.confirmed, s.expired, s.cancelled, s.revenue);
  }
  picture.line("last event", store.last_event());
  return picture.text();
}

std::string difference(const std::string& one, const std::string& other) {
  std::istringstream lines_of_one{one}, lines_of_other{other};
  for (;;) {
    std::string left = "(end)", right = "(end)";
    const bool more_left = static_cast<bool>(std::getline(lines_of_one, left));
    const bool more_right = static_cast<bool>(std::getline(lines_of_other, right));
    if (!more_left && !more_right) return {};
    if (left != right) return left.append(" | ").append(right);
  }
}

}  // namespace frontrow
