// A queue's tickets end with the sale, and nothing is left of them that a start or a count would have to deal with.
#include "app/queue/end_tickets.hpp"

#include <gtest/gtest.h>

#include "support/fakes/queue_story.hpp"

namespace frontrow {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class SaleEndTest : public testing::Test {
 protected:
  // The effect of an EndTickets once the sale is over.
  std::size_t end(int limit = kTicketsEndedAtOnce) {
    const WorkingSet set = story.batch([&](WorkingSet& batch) { return story.queue().end_tickets(batch, limit), true; });
    const auto change = set.queues.find(QueueStory::kConcert);
    return change == set.queues.end() ? 0 : change->second.tickets.size();
  }
  void close_sale() {
    BookingWindow window = story.concert.booking;
    window.closes_at = story.now;
    story.set_window(window);
  }

  QueueStory story{{.enabled = true, .max_active = 2, .admissions_per_second = 100}};
};

TEST_F(SaleEndTest, EndsThoseWhoWaitAndThoseInside) {
  const Ticket inside = story.join(1), waiting = story.join(3);
  story.join_many(4, 20);
  close_sale();
  ASSERT_TRUE(story.queue().has_tickets_to_end());
  EXPECT_EQ(end(), 22u);
  EXPECT_TRUE(story.stored().empty());
  EXPECT_EQ(story.queue().counts().waiting, 0);
  EXPECT_EQ(story.queue().counts().active, 0);
  EXPECT_EQ(story.queue().counts().front, 22) << "a start has nobody to look for";
  EXPECT_FALSE(story.queue().has_tickets_to_end());
  EXPECT_FALSE(story.queue().wants_tick(story.now + hours{1}) && story.tick());
  EXPECT_EQ(story.look(inside).status, TicketStatus::expired);
  EXPECT_EQ(story.look(waiting).status, TicketStatus::expired);
}

TEST_F(SaleEndTest, EndsThoseOfAConcertWithoutAQueueToo) {
  story.configure({.enabled = false});
  story.join_many(1, 5);
  close_sale();
  EXPECT_EQ(end(), 5u);
  EXPECT_FALSE(story.queue().has_tickets_to_end());
}

TEST_F(SaleEndTest, LeavesATicketItsLiveHoldUntilThatEnds) {
  const Ticket holder = story.join(1);
  story.join(2);
  story.join(3);
  story.hold(holder, 7);
  close_sale();
  EXPECT_EQ(end(), 2u);
  EXPECT_FALSE(story.queue().has_tickets_to_end()) << "nothing can be ended yet";
  EXPECT_EQ(story.refusal(holder, Purpose::look), std::nullopt);
  story.pay(7);
  story.tick();
  EXPECT_EQ(story.look(holder).status, TicketStatus::completed);
  EXPECT_TRUE(story.stored().empty());
  EXPECT_TRUE(story.queue().has_tickets_to_end()) << "the front is to follow";
  end();
  EXPECT_FALSE(story.queue().has_tickets_to_end());
}

TEST_F(SaleEndTest, EndsManyInPiecesAndNoneTwice) {
  story.join_many(1, 100);
  close_sale();
  std::size_t all = 0;
  int rounds = 0;
  for (; story.queue().has_tickets_to_end(); ++rounds) {
    ASSERT_LT(rounds, 20);
    const std::size_t ended = end(10);
    EXPECT_LE(ended, 10u);
    all += ended;
  }
  EXPECT_EQ(all, 100u);
}

TEST_F(SaleEndTest, BeginsAgainWhereABatchWasNotCommitted) {
  story.join_many(1, 30);
  close_sale();
  story.batch([&](WorkingSet& lost) { return story.queue().end_tickets(lost, 20), false; });
  for (int i = 0; i < 5; ++i) end(20);
  EXPECT_TRUE(story.stored().empty());
}

// The operator opens the sale once more: numbers go on, and people come in as ever.
TEST_F(SaleEndTest, LeavesAQueueThatCanBeOpenedAgain) {
  story.join_many(1, 10);
  close_sale();
  end();
  story.restart();
  EXPECT_EQ(story.queue().counts().waiting, 0);
  story.set_window({});
  const Ticket again = story.join(1);
  EXPECT_EQ(again.number, TicketNumber{11});
  EXPECT_EQ(story.poll(again).status, TicketStatus::active);
}

TEST(SaleIsOver, WhenBookingHasClosedOrTheSaleOfTheLastDateHasEnded) {
  const TimePoint now{std::chrono::sys_days{std::chrono::July / 1 / 2026}};
  Concert concert;
  const auto date = [](TimePoint starts_at) { return Schedule{.id = {1}, .concert = {1}, .starts_at = starts_at}; };
  const Schedule past = date(now - seconds{1}), begins = date(now), future = date(now + seconds{1});
  EXPECT_FALSE(is_sale_over(concert, {}, now)) << "no date yet";
  EXPECT_FALSE(is_sale_over(concert, std::vector{past, future}, now));
  EXPECT_TRUE(is_sale_over(concert, std::vector{past, begins}, now));
  concert.sales_end_offset = std::chrono::minutes{10};
  EXPECT_FALSE(is_sale_over(concert, std::vector{past, begins}, now)) << "sold on after the start";
  concert.booking.closes_at = now + seconds{1};
  EXPECT_FALSE(is_sale_over(concert, {}, now));
  concert.booking.closes_at = now;
  EXPECT_TRUE(is_sale_over(concert, std::vector{future}, now));
}

}  // namespace
}  // namespace frontrow
