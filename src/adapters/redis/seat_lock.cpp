#include "adapters/redis/seat_lock.hpp"

#include <algorithm>
#include <set>

#include "adapters/redis/token.hpp"

namespace frontrow::redis {

namespace {

constexpr std::string_view kLeaseMs = "5000";

std::string key_of(SeatId seat) { return "lock:seat:" + std::to_string(seat.value); }

Command release_command(const std::string& owner, std::span<const SeatId> seats) {
  Command command{.script = &scripts::lock_release, .keys = seats.size()};
  for (const SeatId seat : seats) command.words.push_back(key_of(seat));
  command.words.push_back(owner);
  return command;
}

// Sorted; seats that were locked for a group that did not get all of its own, and for no other.
std::vector<SeatId> keep_granted(SeatLocks& locks, std::span<const std::vector<SeatId>> groups) {
  std::set<SeatId> wanted;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const bool has_all = std::ranges::all_of(groups[i], [&](SeatId seat) { return std::ranges::binary_search(locks.seats, seat); });
    locks.granted[i] = has_all;
    if (has_all) wanted.insert(groups[i].begin(), groups[i].end());
  }
  std::vector<SeatId> unwanted;
  std::ranges::set_difference(locks.seats, wanted, std::back_inserter(unwanted));
  locks.seats.assign(wanted.begin(), wanted.end());
  return unwanted;
}

}  // namespace

SeatLocks SeatLock::take(std::span<const std::vector<SeatId>> groups) {
  SeatLocks locks{.owner = random_token(), .granted = std::vector<bool>(groups.size(), true)};
  std::set<SeatId> asked;
  for (const auto& group : groups) asked.insert(group.begin(), group.end());
  if (asked.empty()) return locks;
  std::vector<Command> commands;
  for (const SeatId seat : asked)
    commands.push_back({.words = {"SET", key_of(seat), locks.owner, "NX", "PX", std::string(kLeaseMs)}});
  try {
    const std::vector<Reply> replies = client_.run(commands);
    auto seat = asked.begin();
    for (const Reply& reply : replies) {
      if (!good(reply).is_nil()) locks.seats.push_back(*seat);
      ++seat;
    }
    const std::vector<SeatId> unwanted = keep_granted(locks, groups);
    if (!unwanted.empty()) client_.run(release_command(locks.owner, unwanted));
  } catch (const Unavailable&) {
    // Some may be locked all the same: release() will try to give them all back.
    locks.seats.assign(asked.begin(), asked.end());
    locks.granted.assign(groups.size(), true);
  }
  return locks;
}

void SeatLock::release(const SeatLocks& locks) {
  if (locks.seats.empty()) return;
  try {
    client_.run(release_command(locks.owner, locks.seats));
  } catch (const std::exception&) {  // the lease ends by itself, and a destructor calls this
  }
}

}  // namespace frontrow::redis
