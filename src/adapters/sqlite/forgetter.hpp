// Deletes what is older than its retention: the oldest rows first, found by an index, in one short transaction a call. Tickets
// need nothing here: EndTickets deletes them with the sale.
#pragma once

#include "adapters/sqlite/statement.hpp"
#include "ports/retention.hpp"

namespace frontrow::sqlite {

class Forgetter {
 public:
  explicit Forgetter(Connection& connection);
  // At most `limit` rows of each kind, and of a draft whose making has stopped the seats or the sections of one date. The newest
  // event stays, however old: ids of events go on from it.
  Forgotten forget(const KeptSince& since, int limit, EventId last_event);

 private:
  struct OldEvents {
    EventHorizon horizon;  // after they are deleted
    int count = 0;
  };
  OldEvents old_events(TimePoint before, int limit, EventId last_event);
  int forget_draft(TimePoint before, int limit);
  int shrink(ConcertId draft, int limit);

  Connection& connection_;
  Statement old_keys_, delete_key_;
  Statement horizon_, next_events_, delete_events_, move_horizon_;
  Statement old_draft_, draft_goes_, last_date_, delete_seats_, fewer_seats_, delete_sections_, delete_date_, delete_draft_,
      delete_concert_;
};

}  // namespace frontrow::sqlite
