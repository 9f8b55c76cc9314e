#include "http/waiting_bytes.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace frontrow::http {
namespace {

constexpr std::size_t kMost = 1'000;

SharedParts parts_of(std::vector<SharedBytes> parts) { return std::make_shared<const std::vector<SharedBytes>>(std::move(parts)); }
SharedBytes bytes(std::size_t size) { return std::make_shared<const std::string>(size, 'x'); }

TEST(WaitingBytes, CountsEachAnswersOwnBytesUntilItIsGone) {
  WaitingBytes waiting(kMost);
  const auto first = waiting.add(600, nullptr);
  EXPECT_FALSE(waiting.is_over());
  {
    const auto second = waiting.add(600, nullptr);
    EXPECT_TRUE(waiting.is_over());
  }
  EXPECT_FALSE(waiting.is_over());
}

TEST(WaitingBytes, CountsARenderingOnceForAllItsReaders) {
  WaitingBytes waiting(kMost);
  std::vector<WaitingBytes::Share> shares;
  {
    const auto rendering = parts_of({bytes(900)});
    for (int i = 0; i < 50; ++i) shares.push_back(waiting.add(1, rendering));
  }
  EXPECT_EQ(waiting.at_most(), 950U);
  EXPECT_FALSE(waiting.is_over());
}

TEST(WaitingBytes, WhatACacheHoldsIsNoConcernOfSlowReaders) {
  WaitingBytes waiting(kMost);
  const auto cached = parts_of({bytes(5'000)});
  const auto reader = cached;
  const auto share = waiting.add(0, cached);
  EXPECT_FALSE(waiting.is_over());
}

TEST(WaitingBytes, ARenderingThatOnlyReadersHoldCounts) {
  WaitingBytes waiting(kMost);
  auto old = parts_of({bytes(5'000)});
  std::optional reader(old);  // as the connection's answer holds it
  const auto share = waiting.add(0, old);
  old.reset();
  EXPECT_TRUE(waiting.is_over());
}

TEST(WaitingBytes, APieceThatTheNextRenderingSharesDoesNotCount) {
  WaitingBytes waiting(kMost);
  const auto kept = bytes(5'000);
  auto old = parts_of({kept, bytes(10)});
  const std::optional reader(old);
  const auto share = waiting.add(0, old);
  old.reset();
  EXPECT_FALSE(waiting.is_over());
}

}  // namespace
}  // namespace frontrow::http
