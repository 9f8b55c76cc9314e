// A deed's hash depends on each of its facts, so that none can be changed unseen.
#include "domain/deed.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "domain/operator.hpp"

namespace frontrow {
namespace {

Deed deed() {
  return {.id = {7},
          .at = TimePoint{Duration{1'000}},
          .actor = {.account = {3}, .name = "ann", .address = "192.0.2.1"},
          .kind = DeedKind::concert_changed,
          .concert = {5},
          .concert_version = 2,
          .schedule = {},
          .subject = {},
          .changes = R"({"title":{"from":"A","to":"B"}})"};
}

TEST(DeedHash, ChangesWithEachFact) {
  const std::function<void(Deed&)> changes[] = {
      [](Deed& d) { d.id = {8}; },
      [](Deed& d) { d.at += Duration{1}; },
      [](Deed& d) { d.actor.account = {}; },
      [](Deed& d) { d.actor.name = "ben"; },
      [](Deed& d) { d.actor.address.clear(); },
      [](Deed& d) { d.kind = DeedKind::concert_deleted; },
      [](Deed& d) { d.concert = {6}; },
      [](Deed& d) { d.concert_version = 3; },
      [](Deed& d) { d.schedule = {1}; },
      [](Deed& d) { d.subject = {1}; },
      [](Deed& d) { d.changes = "{}"; },
      [](Deed& d) { d.previous[31] = std::byte{1}; },
  };
  const Sha256 before = hash_of(deed());
  EXPECT_EQ(hash_of(deed()), before);
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    Deed other = deed();
    changes[i](other);
    EXPECT_NE(hash_of(other), before) << i;
  }
}

TEST(DeedHash, IsNotTheSameWhenAFactMovesToItsNeighbour) {
  Deed one = deed(), other = deed();
  one.schedule = {4};
  other.subject = {4};
  EXPECT_NE(hash_of(one), hash_of(other));
}

TEST(DeedHash, AsDigits) {
  Sha256 digest{};
  digest[0] = std::byte{0xA5};
  EXPECT_EQ(hexadecimal(digest), "a5" + std::string(62, '0'));
}

TEST(Roles, HaveNamesThatLeadBack) {
  for (const Role role : kRoles) EXPECT_EQ(role_named(name_of(role)), role);
  EXPECT_EQ(role_named("viewer"), std::nullopt);
  EXPECT_EQ(role_named(""), std::nullopt);
  EXPECT_LT(Role::viewer, Role::door);
  EXPECT_LT(Role::manager, Role::owner);
}

}  // namespace
}  // namespace frontrow
