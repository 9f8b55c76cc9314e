// Accounts and deeds: in the transaction of the change, in a chain, and never changed.
#include <gmock/gmock.h>

#include "contract/store_contract.hpp"

namespace frontrow {
namespace {

CommandPtr retitle(ConcertId id, std::string title, const Actor& actor = {}) {
  auto command = std::make_unique<LambdaCommand>([=](Keys& keys) { keys.changed_concerts.push_back(id); },
                                                 [=](WorkingSet& set) {
                                                   Concert next = *set.concert(id);
                                                   next.title = title;
                                                   set.add_change(next, R"({"title":{"from":"A","to":")" + title + R"("}})");
                                                   return Verdict::decided;
                                                 });
  command->actor = actor;
  return command;
}

void expect_chain(const std::vector<Deed>& deeds, const DeedHead& head) {
  Sha256 before{};
  std::int64_t id = 0;
  for (const Deed& deed : deeds) {
    EXPECT_EQ(deed.id.value, ++id);
    EXPECT_EQ(deed.previous, before);
    EXPECT_EQ(deed.hash, hash_of(deed)) << "deed " << id;
    before = deed.hash;
  }
  EXPECT_EQ(head.last.value, id);
  EXPECT_EQ(head.hash, before);
}

TEST_P(StoreContract, KeepsADeedOfEachChangeOfAConcert) {
  const MadeConcert made = made_concert();
  const Actor ann{.account = {7}, .name = "앤", .address = "2001:db8::1"};
  clock().advance(Duration{5});
  execute(store(), retitle(made.concert, "Dusk", ann));
  reopen();
  execute(store(), retitle(made.concert, "Night"));
  const auto deeds = reader()->deeds_after({}, 10);
  ASSERT_EQ(deeds.size(), 3U);
  EXPECT_EQ(deeds[0].kind, DeedKind::concert_created);
  EXPECT_EQ(deeds[0].actor, (Actor{.name = std::string{kTheProgram}}));
  EXPECT_EQ(deeds[1].kind, DeedKind::concert_changed);
  EXPECT_EQ(deeds[1].actor, ann);
  EXPECT_EQ(deeds[1].at, clock().now());
  EXPECT_EQ(deeds[1].concert, made.concert);
  EXPECT_EQ(deeds[1].concert_version, 1);
  EXPECT_EQ(deeds[1].changes, R"({"title":{"from":"A","to":"Dusk"}})");
  EXPECT_EQ(deeds[2].concert_version, 2);
  expect_chain(deeds, reader()->deed_head());
  EXPECT_EQ(reader()->deeds_after({1}, 1), (std::vector{deeds[1]}));
  EXPECT_TRUE(reader()->deeds_after({3}, 10).empty());
}

TEST_P(StoreContract, ChainsTheDeedsOfOneBatch) {
  const MadeConcert one = made_concert(), other = made_concert();
  std::vector<CommandPtr> batch;
  batch.push_back(retitle(one.concert, "B"));
  batch.push_back(add_operator({1}, "ann"));
  batch.push_back(retitle(other.concert, "C"));
  batch.push_back(retitle(one.concert, "D"));
  execute(store(), batch);
  const auto deeds = reader()->deeds_after({}, 10);
  ASSERT_EQ(deeds.size(), 6U);
  EXPECT_EQ(deeds[3].kind, DeedKind::operator_added);
  EXPECT_EQ(deeds[3].subject, SubjectId{1});
  EXPECT_EQ(deeds[5].concert_version, 2);
  expect_chain(deeds, reader()->deed_head());
}

TEST_P(StoreContract, ARefusedBatchLeavesNoDeed) {
  const MadeConcert made = made_concert();
  execute(store(), add_operator({1}, "ann"));
  std::vector<CommandPtr> batch;
  batch.push_back(retitle(made.concert, "B"));
  batch.push_back(add_operator({2}, "ann"));  // the name of a live account
  expect_broken(batch);
  EXPECT_EQ(reader()->deed_head().last, DeedId{2});
  EXPECT_EQ(load(store()).concerts[0].version, 0);
}

TEST_P(StoreContract, KeepsAccountsAndTheirEnd) {
  execute(store(), add_operator({1}, "ann", Role::box_office));
  execute(store(), add_operator({2}, "ben", Role::owner));
  clock().advance(Duration{1'000});
  execute(store(), revoke_operator({1}));
  reopen();
  execute(store(), add_operator({3}, "ann", Role::viewer));  // the name is free again
  const auto accounts = reader()->operators();
  ASSERT_EQ(accounts.size(), 3U);
  EXPECT_EQ(accounts[0].role, Role::box_office);
  EXPECT_EQ(accounts[0].token, sha256("token of ann 1"));
  EXPECT_EQ(accounts[0].revoked_at, clock().now());
  EXPECT_FALSE(accounts[0].expires_at);
  EXPECT_EQ(accounts[1].role, Role::owner);
  EXPECT_FALSE(accounts[1].is_revoked());
  EXPECT_EQ(accounts[2].name, "ann");
  const WorkingSet set = read([](Keys& keys) { keys.operators = true; });
  EXPECT_EQ(set.operators.size(), 3U);
  EXPECT_EQ(set.operators.at({2}), accounts[1]);
}

TEST_P(StoreContract, ListsTheReservationsOfADate) {
  const MadeConcert made = made_concert({.seats_of_schedules = {6, 6}});
  const ReservationId sold = made_sale(kAnn, {made.seats[0][0], made.seats[0][1]});
  const ReservationId back = made_hold(kBen, {made.seats[0][2]});
  execute(store(), end(back, ReservationStatus::cancelled));
  const ReservationId held = made_hold(kBen, {made.seats[0][2], made.seats[0][3]});
  made_hold(kCho, {made.seats[1][0]});
  const auto ids = [](const std::vector<Reservation>& found) {
    std::vector<ReservationId> some;
    for (const Reservation& reservation : found) some.push_back(reservation.id);
    return some;
  };
  const auto all = reader()->reservations_of_schedule(made.schedules[0], {}, 10);
  EXPECT_THAT(ids(all), testing::ElementsAre(sold, held));
  EXPECT_EQ(all[0].seats.size(), 2U);
  EXPECT_EQ(all[0].status, ReservationStatus::confirmed);
  EXPECT_THAT(ids(reader()->reservations_of_schedule(made.schedules[0], {}, 1)), testing::ElementsAre(sold));
  EXPECT_THAT(ids(reader()->reservations_of_schedule(made.schedules[0], sold, 10)), testing::ElementsAre(held));
  EXPECT_TRUE(reader()->reservations_of_schedule({99}, {}, 10).empty());
}

}  // namespace
}  // namespace frontrow
