// The sales figures of a concert: kept in its dates' rows, and counted where a pod of an older release has sold last.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/store.hpp"

namespace frontrow::mysql {

// Nothing when the figures of one of its dates are not known.
std::optional<SalesSummary> kept_sales(Connection& connection, ConcertId concert);
// Counts the concert's own rows in one snapshot, on a reader's connection.
SalesSummary count_sales(Connection& connection, ConcertId concert);
// Counts each date whose figures are not known, and writes them down unless the date is sold from meanwhile. On a writer's
// connection, outside a transaction.
void put_sales_right(Connection& connection, ConcertId concert);

}  // namespace frontrow::mysql
