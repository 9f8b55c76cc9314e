#include "adapters/sql/keys.hpp"

namespace frontrow::sql {

void make_ready(Keys& keys) {
  keys.concerts.insert(keys.concerts.end(), keys.changed_concerts.begin(), keys.changed_concerts.end());
  const auto sort = [](auto&... lists) { (sort_and_drop_repeats(lists), ...); };
  sort(keys.accounts,
       keys.holders,
       keys.unpaid_of,
       keys.seats,
       keys.seat_rows,
       keys.reservations,
       keys.concerts,
       keys.changed_concerts);
  sort(keys.drafts,
       keys.sales_of,
       keys.sections_of,
       keys.schedules,
       keys.idempotency,
       keys.tickets,
       keys.tickets_of,
       keys.queues,
       keys.subjects);
}

}  // namespace frontrow::sql
