#include "crash/load.hpp"

#include <gtest/gtest.h>

#include "support/wait.hpp"

namespace frontrow::test {

namespace {
constexpr int kWorkers = 8;
constexpr int kSeats = 20'000;
}  // namespace

Scene make_scene(HttpClient& http, const std::string& admin_token) {
  return {.on_sale = add_concert(http, admin_token, {.seats = kSeats, .price = 3'000}),
          .seats = kSeats,
          .queued = add_concert(http, admin_token, {.seats = 1, .max_active = 1, .admissions_per_second = 1})};
}

Load::Load(const Scene& scene, std::uint16_t port, std::int64_t first_user, std::uint32_t seed)
    : scene_(scene), first_user_(first_user), seed_(seed) {
  for (int worker = 0; worker < kWorkers; ++worker) workers_.emplace_back([this, worker, port] { live(worker, port); });
}

void Load::live(int worker, std::uint16_t port) {
  HttpClient http(port);
  try {
    for (int number = 0; !is_stopping_; ++number) {
      const std::int64_t user = first_user_ + std::int64_t{number} * kWorkers + worker;
      auto story = std::make_unique<Story>(scene_, tally_, user, seed_ + static_cast<std::uint32_t>(user));
      Story& mine = *story;
      {
        const std::lock_guard lock(mutex_);
        stories_.push_back(std::move(story));
      }
      while (!is_stopping_ && mine.go_on(http, is_stopping_)) {
      }
    }
  } catch (const ConnectionLost&) {  // the server is gone, as the test wants
  }
}

void Load::stop() {
  is_stopping_ = true;
  workers_.clear();
}

bool Load::wait_for_answers(int more) const {
  return eventually([this, until = answered() + more] { return answered() >= until; });
}

bool Load::wait_for_refusals(int more) const {
  return eventually([this, until = refused() + more] { return refused() >= until; });
}

std::vector<std::string> Load::find_losses(std::uint16_t port) {
  std::mutex mutex;
  std::vector<std::string> losses;
  all_at_once(kWorkers, [&](int worker) {
    HttpClient http(port);
    for (std::size_t i = static_cast<std::size_t>(worker); i < stories_.size(); i += kWorkers) {
      stories_[i]->settle(http);
      const auto found = stories_[i]->find_losses(http);
      const std::lock_guard lock(mutex);
      losses.insert(losses.end(), found.begin(), found.end());
    }
  });
  return losses;
}

void Load::expect_nothing_lost(std::uint16_t port) {
  const auto losses = find_losses(port);
  EXPECT_TRUE(losses.empty()) << losses.size() << " losses, the first: " << losses.front();
}

}  // namespace frontrow::test
