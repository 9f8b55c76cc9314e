// The changes of an operator, as the JSON object under `changes` in the events concert.changed and schedule.changed, and in
// every deed: {"bookingClosesAt":{"from":null,"to":"2026-07-01T10:00:00.000Z"}}. Made once, when the change is decided, and
// stored as text.
#pragma once

#include <span>
#include <string>

#include "domain/catalog.hpp"
#include "domain/operator.hpp"
#include "domain/price_list.hpp"

namespace frontrow {

// An event lists at most this many prices; `pricesLeftOut` counts the rest.
inline constexpr std::size_t kMaxPricesTold = 200;

// The fields that differ, under their names in the API.
std::string changes_between(const Concert& before, const Concert& after);
// Of a new concert and its dates.
std::string changes_of_making(const Concert& made, std::size_t dates, std::int64_t seats);
// Of dates that are added: how many there were, and are.
std::string changes_of_dates(std::size_t from, std::size_t to);
std::string changes_of_making(const Operator& made);
std::string changes_of_revoking(const Operator& account);
// Of a hold that an operator ends.
std::string changes_of_cancelling(UserId user);
std::string changes_of_start(TimePoint from, TimePoint to);
std::string changes_of_section(const std::string& from, const std::string& to);
std::string changes_of_prices(std::span<const PriceChange> lines);

}  // namespace frontrow
