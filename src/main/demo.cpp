#include "main/demo.hpp"

#include <stdexcept>

#include "app/commands/concert.hpp"

namespace frontrow {

namespace {

constexpr int kSchedules = 3;
constexpr int kSeats = 50;

struct DemoConcert {
  const char *title, *artist, *venue;
  Points price;
};
constexpr DemoConcert kConcerts[] = {
    {"Winter Lights", "The Lanterns", "River Hall", {50'000}},
    {"한여름 밤의 재즈", "서울 콰르텟", "한강 공연장", {70'000}},
    {"Strings at Noon", "Ensemble Nord", "Old Mill", {30'000}},
};

}  // namespace

void create_demo(CommitQueue& commits, const Clock& clock, const QueueSettings& queue) {
  const auto first_day = std::chrono::floor<std::chrono::days>(clock.now()) + std::chrono::days{30} + std::chrono::hours{10};
  for (const DemoConcert& demo : kConcerts) {
    ConcertPlan plan{
        .title = demo.title, .artist = demo.artist, .venue = demo.venue, .booking = {}, .queue = queue, .schedules = {}};
    for (int day = 0; day < kSchedules; ++day)
      plan.schedules.push_back({.starts_at = first_day + std::chrono::days{day},
                                .sections = {{.name = {}, .rows = 0, .seats_per_row = kSeats, .price = demo.price}}});
    bool is_made = false;
    commits.submit(std::make_unique<CreateConcert>(
                       std::move(plan), std::nullopt, [&](const Result<MadeConcert>& made) { is_made = made.has_value(); }),
                   CommandClass::settle);
    commits.run_batch();
    if (!is_made) throw std::runtime_error("the demo concerts could not be stored");
  }
}

}  // namespace frontrow
