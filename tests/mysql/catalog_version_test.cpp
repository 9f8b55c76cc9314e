// What has changed in the catalogue is found by version: none is passed over because its commit came later than a higher one.
#include <gmock/gmock.h>

#include <future>

#include "adapters/mysql/catalog_reader.hpp"
#include "mysql_test.hpp"

namespace frontrow::mysql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CatalogVersion : public MysqlTest {
 protected:
  std::vector<std::int64_t> changed_since(std::int64_t version) {
    std::vector<std::int64_t> ids;
    for (const Concert& concert : reader_->catalog_since(version).concerts) ids.push_back(concert.id.value);
    return ids;
  }
  std::int64_t version() { return reader_->catalog().version; }
  bool is_locked(std::string_view lock) {
    try {
      run(lock);
      return false;
    } catch (const Contended&) {
      return true;
    }
  }
  CommandPtr retitle(ConcertId id, std::string title) {
    return std::make_unique<LambdaCommand>([=](Keys& keys) { keys.changed_concerts.push_back(id), keys.concerts.push_back(id); },
                                           [=](WorkingSet& set) {
                                             Concert changed = set.concerts.at(id);
                                             changed.title = title;
                                             set.add_change(changed, "{}");
                                             return Verdict::decided;
                                           });
  }

  const std::shared_ptr<Pool> primary_ = std::make_shared<Pool>(PoolSettings{.endpoint = database_.endpoint()});
  Replicas none_{primary_, {}};
  const std::unique_ptr<CatalogReader> reader_ = open_catalog_reader(primary_, none_);
};

TEST_F(CatalogVersion, NamesWhatHasChangedWithAllItsDatesAndNothingElse) {
  const auto store = open();
  made_concert(*store, {.seats_of_schedules = {2, 2}});
  const std::int64_t first = version();
  EXPECT_THAT(changed_since(first), IsEmpty());
  made_concert(*store, {.seats_of_schedules = {2, 2, 2}});
  EXPECT_THAT(changed_since(first), ElementsAre(2));
  EXPECT_EQ(reader_->catalog_since(first).schedules.size(), 3u);
  const std::int64_t second = version();
  execute(*store, retitle({1}, "Dawn"));
  EXPECT_THAT(changed_since(second), ElementsAre(1));
  EXPECT_THAT(changed_since(first), ElementsAre(1, 2));
  EXPECT_EQ(reader_->catalog_since(first).version, version());
}

TEST_F(CatalogVersion, AHoldDoesNotRaiseIt) {
  const auto store = open();
  const auto seats = made_concert(*store, {.seats_of_schedules = {2}}).seats[0];
  const std::int64_t before = version();
  execute(*store, hold({.user = kAnn, .seats = {seats[0]}}, made<ReservationId>()));
  EXPECT_EQ(version(), before);
}

// One writer has been given a version and takes its time to commit: another one's is not there before it, whoever began first.
TEST_F(CatalogVersion, AHigherVersionIsNotSeenBeforeALowerOne) {
  const auto store = open();
  made_concert(*store, {.seats_of_schedules = {2}});
  made_concert(*store, {.seats_of_schedules = {2}});
  const std::int64_t before = version();
  const auto slow = session();
  {
    WriteTransaction transaction{*slow};
    frontrow::mysql::run(
        *slow,
        "UPDATE catalog_version SET version = LAST_INSERT_ID(version + 1) WHERE id = 1;"
        "UPDATE concerts SET title = 'Slow', catalog_version = LAST_INSERT_ID() WHERE id = 1");
    auto quick = std::async(std::launch::async, [&] { execute(*store, retitle({2}, "Quick")); });
    // It has written its concert, and waits for the version.
    EXPECT_TRUE(test::eventually([&] { return is_locked("SELECT id FROM concerts WHERE id = 2 FOR UPDATE NOWAIT"); }));
    EXPECT_EQ(quick.wait_for(Duration{100}), std::future_status::timeout);
    EXPECT_THAT(changed_since(before), IsEmpty()) << "neither, and the next look is for both";
    EXPECT_EQ(version(), before);
    transaction.commit();
    quick.get();
  }
  EXPECT_THAT(changed_since(before), ElementsAre(1, 2));
  EXPECT_EQ(version(), before + 2);
}

TEST_F(CatalogVersion, AStretchIsOfWholeConcertsInOrder) {
  const auto store = open();
  for (int i = 0; i < 5; ++i) made_concert(*store, {.seats_of_schedules = {2, 2}});
  const StoredCatalog first = reader_->catalog_after({}, 3), second = reader_->catalog_after(first.concerts.back().id, 3);
  EXPECT_EQ(first.concerts.size(), 3u);
  EXPECT_EQ(first.schedules.size(), 6u);
  EXPECT_EQ(second.concerts.size(), 2u);
  EXPECT_THAT(reader_->catalog_after(second.concerts.back().id, 3).concerts, IsEmpty());
  const std::vector<ScheduleId> asked{first.schedules[1].id, {999}};
  EXPECT_EQ(reader_->heads(asked, clock_.now()).size(), 1u);
}

// A hold that is over counts among those that are over until it is recorded as ended, and then in the row.
TEST_F(CatalogVersion, AHeadSaysWhatIsFreeAndWhatIsOver) {
  const auto store = open();
  const MadeConcert made = made_concert(*store, {.seats_of_schedules = {4, 2}});
  const auto held = frontrow::made<ReservationId>(), bought = frontrow::made<ReservationId>();
  execute(*store, hold({.user = kAnn, .seats = {made.seats[0][0], made.seats[0][1]}}, held));
  execute(*store, charge(kBen, {50'000}));
  execute(*store, hold({.user = kBen, .seats = {made.seats[0][2]}}, bought));
  execute(*store, pay(*bought, kBen));
  const auto head = [&](TimePoint now) { return reader_->heads(made.schedules, now).at(made.schedules[0]); };
  EXPECT_EQ(head(clock_.now()).available, 1);
  EXPECT_THAT(head(clock_.now()).over, IsEmpty());
  const StoredHead over = head(clock_.now() + kHold);
  EXPECT_EQ(over.available, 1);
  ASSERT_EQ(over.over.size(), 1u);
  EXPECT_EQ(over.over[0].seats, 2);
  EXPECT_EQ(over.over[0].until, clock_.now() + kHold);
  execute(*store, end(*held, ReservationStatus::cancelled));
  const StoredHead ended = head(clock_.now() + kHold);
  EXPECT_EQ(ended.available, 3);
  EXPECT_THAT(ended.over, IsEmpty());
  EXPECT_GT(ended.version, over.version);
  EXPECT_EQ(reader_->heads(made.schedules, clock_.now()).at(made.schedules[1]).available, 2);
}

}  // namespace
}  // namespace frontrow::mysql
