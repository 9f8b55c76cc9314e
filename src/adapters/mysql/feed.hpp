// The feed's numbers: given after the commit, under one lock, to all events that are committed by then. So they have no gap, follow
// each reservation's order, and no commit that came late is skipped.
//
// An old snapshot keeps the index entries of events without a number, long after they got one. So the feed's row says up to which
// id all events are settled, and each search begins there.
#pragma once

#include "adapters/mysql/connection.hpp"
#include "domain/ids.hpp"

namespace frontrow::mysql {

struct Numbered {
  EventId last;              // of the feed
  int count = 0;             // numbered now
  std::int64_t settled = 0;  // no event with an id up to here will get a number any more
};

// Ids that no committed event has, so far: of a batch under way, or of one that was rolled back. The numbering goes on above them
// once they have been watched for longer than any batch lasts.
class FeedGap {
 public:
  // The events begin at `id`, and the ids before it are missing. Are they for good?
  bool is_for_good(std::int64_t id);

 private:
  std::int64_t id_ = 0;
  std::chrono::steady_clock::time_point seen_at_{};
};

// On a writer's connection, outside a transaction. At most `limit` events, of those that `look_back` ids before the settled ones,
// or later, have been committed. Without `gap` no missing ids are passed.
Numbered number_events(Connection& connection, int limit, FeedGap* gap = nullptr, std::int64_t look_back = 0);

EventId last_number(Connection& connection);

}  // namespace frontrow::mysql
