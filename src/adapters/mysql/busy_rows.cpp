#include "adapters/mysql/busy_rows.hpp"

#include <algorithm>

#include "adapters/mysql/id_blocks.hpp"

namespace frontrow::mysql {

namespace {

template <class Id>
void remember_all(std::map<Id, BusyRows::Time>& times, const std::set<Id>& ids, BusyRows::Time now) {
  for (const Id& id : ids)
    if (times.size() < BusyRows::kMost || times.contains(id)) times.insert_or_assign(id, now);
}

template <class Id>
std::set<Id> refused_of(std::map<Id, BusyRows::Time>& times, BusyRows::Time now) {
  std::erase_if(times, [&](const auto& entry) { return now - entry.second >= BusyRows::kSuspected; });
  std::set<Id> refused;
  for (const auto& [id, at] : times)
    if (now - at < BusyRows::kRefused) refused.insert(id);
  return refused;
}

template <class Id>
bool has_all(const std::map<Id, BusyRows::Time>& times, const std::set<Id>& ids) {
  return std::ranges::all_of(ids, [&](const Id& id) { return times.contains(id); });
}

}  // namespace

bool Blocked::is_empty() const {
  return concerts.empty() && users.empty() && seats.empty() && reservations.empty() && schedules.empty() && !catalog_ids;
}

bool Blocked::concerns(const Keys& keys) const {
  const auto is_in = [](const auto& set) { return [&](const auto& id) { return set.contains(id); }; };
  return std::ranges::any_of(keys.changed_concerts, is_in(concerts)) || std::ranges::any_of(keys.accounts, is_in(users)) ||
         std::ranges::any_of(keys.holders, [&](const Holder& holder) { return users.contains(holder.user); }) ||
         std::ranges::any_of(keys.idempotency, [&](const IdempotencyKey& key) { return users.contains(key.owner); }) ||
         std::ranges::any_of(keys.seats, is_in(seats)) || std::ranges::any_of(keys.seat_rows, is_in(seats)) ||
         std::ranges::any_of(keys.schedules, is_in(schedules)) || (catalog_ids && wants_catalog(keys));
}

void BusyRows::remember(const Blocked& blocked, Time now) {
  remember_all(concerts_, blocked.concerts, now);
  remember_all(users_, blocked.users, now);
  remember_all(seats_, blocked.seats, now);
  remember_all(reservations_, blocked.reservations, now);
  remember_all(schedules_, blocked.schedules, now);
  if (blocked.catalog_ids) catalog_ids_.insert_or_assign(true, now);
}

Blocked BusyRows::refused(Time now) {
  return {.concerts = refused_of(concerts_, now),
          .users = refused_of(users_, now),
          .seats = refused_of(seats_, now),
          .reservations = refused_of(reservations_, now),
          .schedules = refused_of(schedules_, now),
          .catalog_ids = !refused_of(catalog_ids_, now).empty()};
}

bool BusyRows::is_suspicious() const {
  return !concerts_.empty() || !users_.empty() || !seats_.empty() || !reservations_.empty() || !schedules_.empty() ||
         !catalog_ids_.empty();
}

bool BusyRows::suspects(const Blocked& blocked) const {
  return has_all(concerts_, blocked.concerts) && has_all(users_, blocked.users) && has_all(seats_, blocked.seats) &&
         has_all(reservations_, blocked.reservations) && has_all(schedules_, blocked.schedules) && (!blocked.catalog_ids || !catalog_ids_.empty());
}

}  // namespace frontrow::mysql
