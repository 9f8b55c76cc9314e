#include "domain/price_list.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace frontrow {

namespace {

// The row or seat numbers of a line. It remembers which of them a seat has, and complains about the others.
class Wanted {
 public:
  explicit Wanted(const std::vector<int>& numbers) {
    for (const int number : numbers) found_.emplace(number, false);
  }
  bool is_met_by(int number) {
    if (found_.empty()) return true;
    const auto at = found_.find(number);
    if (at == found_.end()) return false;
    at->second = true;
    return true;
  }
  void complain(const std::vector<int>& numbers, const std::string& field, const char* reason,
                std::vector<FieldError>& errors) const {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!found_.at(numbers[i])) errors.push_back({field + "[" + std::to_string(i) + "]", reason});
  }

 private:
  std::map<int, bool> found_;
};

class PriceList {
 public:
  PriceList(std::span<const Section> sections, std::span<const SeatPlace> places)
      : sections_(sections), places_(places), prices_(places.size()) {}

  void put_places(const PriceLine& line, const std::string& path, std::vector<FieldError>& errors) {
    const auto places = places_of(line.section);
    if (places.empty()) return errors.push_back({path + "section", "is no section of this schedule"});
    Wanted rows(line.rows), numbers(line.numbers);
    for (const SeatPlace& place : places)
      if (rows.is_met_by(place.row) && numbers.is_met_by(place.number)) put(place, line.price);
    rows.complain(line.rows, path + "rows", "is no row there", errors);
    numbers.complain(line.numbers, path + "numbers", "is no seat there", errors);
  }

  bool put_ids(const PriceLine& line) {
    for (const SeatId id : line.seats) {
      const auto at = std::ranges::lower_bound(places_, id, {}, &SeatPlace::id);
      if (at == places_.end() || at->id != id) return false;
      put(*at, line.price);
    }
    return true;
  }

  std::vector<SeatPrice> prices() const {
    std::vector<SeatPrice> found;
    for (std::size_t i = 0; i < prices_.size(); ++i)
      if (prices_[i] != Points{}) found.push_back({places_[i].id, prices_[i]});
    return found;
  }

 private:
  // The seats of a section are neighbours, because a section is made in one go.
  std::span<const SeatPlace> places_of(const std::optional<std::string>& name) const {
    if (!name) return places_;
    const auto section = std::ranges::find(sections_, *name, &Section::name);
    if (section == sections_.end()) return {};
    const auto found = std::ranges::equal_range(places_, section->id, {}, &SeatPlace::section);
    return {found.begin(), found.end()};
  }
  void put(const SeatPlace& place, Points price) { prices_[static_cast<std::size_t>(&place - places_.data())] = price; }

  const std::span<const Section> sections_;
  const std::span<const SeatPlace> places_;
  std::vector<Points> prices_;  // for each place; 0: no line names it
};

}  // namespace

Result<std::vector<SeatPrice>> price_seats(std::span<const Section> sections, std::span<const SeatPlace> places,
                                           std::span<const PriceLine> lines) {
  PriceList list(sections, places);
  Refusal refusal{.code = ErrorCode::validation_failed};
  bool are_ids_known = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].seats.empty())
      list.put_places(lines[i], "prices[" + std::to_string(i) + "].", refusal.errors);
    else
      are_ids_known &= list.put_ids(lines[i]);
  }
  std::vector<SeatPrice> prices = list.prices();
  if (prices.size() > kMaxSeatsPriced)
    refusal.errors.push_back({"prices", "must mean at most " + std::to_string(kMaxSeatsPriced) + " seats; send several requests"});
  if (!refusal.errors.empty()) return refuse(std::move(refusal));
  if (!are_ids_known) return refuse(ErrorCode::seat_not_found);
  return prices;
}

}  // namespace frontrow
