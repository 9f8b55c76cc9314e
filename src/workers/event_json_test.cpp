// The JSON of each event that we publish, and the messages that we can read back.
#include "workers/event_json.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace frontrow {
namespace {

const TimePoint kThen{std::chrono::sys_days{std::chrono::July / 1 / 2026} + std::chrono::hours{10}};

FeedEvent event(EventType type, int seq) {
  return {.id = {7},
          .event = {.type = type, .occurred_at = kThen, .reservation = {4711}, .seq = seq},
          .reservation = {.id = {4711},
                          .user = {42},
                          .concert = {1},
                          .schedule = {3},
                          .seats = {{.id = {101}, .number = 1, .price = {150'000}}, {.id = {102}, .number = 2, .price = {150'000}}},
                          .amount = {300'000},
                          .created_at = kThen,
                          .expires_at = kThen + std::chrono::minutes{5}}};
}

FeedEvent paid() {
  FeedEvent feed = event(EventType::payment_completed, 2);
  feed.payment = Payment{.id = {815}, .reservation = {4711}, .user = {42}, .amount = {300'000}, .paid_at = kThen};
  return feed;
}

FeedEvent activated() {
  return {.id = {8},
          .event = {.type = EventType::queue_activated, .occurred_at = kThen, .concert = {1}, .ticket = {99}, .user = {42}},
          .reservation = {}};
}

FeedEvent changed(EventType type, int seq, std::string changes, ScheduleId schedule = {}) {
  return {.id = {9},
          .event =
              {.type = type, .occurred_at = kThen, .seq = seq, .concert = {1}, .schedule = schedule, .changes = std::move(changes)},
          .reservation = {}};
}

FeedEvent closed() {
  return changed(EventType::concert_changed, 5, R"({"bookingClosesAt":{"from":null,"to":"2026-07-01T10:00:00.000Z"}})");
}

FeedEvent repriced() {
  return changed(EventType::schedule_changed, 6, R"({"prices":[{"section":"R","from":154000,"to":150000,"seats":120}]})", {3});
}

std::string documentation() {
  std::ifstream file(FRONTROW_SOURCE_DIR "/docs/events.md");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(EventJson, IsWhatTheDocumentShows) {
  const std::string document = documentation();
  const FeedEvent all[] = {event(EventType::reservation_created, 1),
                           event(EventType::reservation_expired, 2),
                           event(EventType::reservation_cancelled, 2),
                           paid(),
                           activated(),
                           closed(),
                           repriced()};
  for (const FeedEvent& feed : all) {
    const std::string payload = message_of(feed).payload;
    EXPECT_NE(document.find("\n" + payload + "\n"), std::string::npos) << "docs/events.md has to show this line:\n" << payload;
  }
}

TEST(EventJson, GoesToTheTopicOfItsTypeAndKeepsToOneKey) {
  EXPECT_EQ(message_of(paid()).topic, "payment.completed");
  EXPECT_EQ(message_of(paid()).key, "4711");
  EXPECT_EQ(message_of(event(EventType::reservation_created, 1)).key, "4711");
  EXPECT_EQ(message_of(activated()).topic, "queue.activated");
  EXPECT_EQ(message_of(activated()).key, "1");
  EXPECT_EQ(message_of(repriced()).topic, "schedule.changed");
  EXPECT_EQ(message_of(repriced()).key, "1") << "in order with the concert's own changes";
}

TEST(EventJson, CarriesTheTraceOfTheRequestWhenItWasKept) {
  constexpr std::string_view kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  FeedEvent traced = paid();
  traced.event.traceparent = kTrace;
  EXPECT_NE(message_of(traced).payload.find(std::string("\"traceparent\":\"").append(kTrace) + "\""), std::string::npos);
  EXPECT_EQ(message_of(paid()).payload.find("traceparent"), std::string::npos);
}

TEST(EventJson, ReadsBackWhenAHoldEnds) {
  const auto hold = read_created(message_of(event(EventType::reservation_created, 1)).payload);
  ASSERT_TRUE(hold);
  EXPECT_EQ(hold->reservation, ReservationId{4711});
  EXPECT_EQ(hold->seq, 1);
  EXPECT_EQ(hold->expires_at, kThen + std::chrono::minutes{5});
}

TEST(EventJson, ReadsNothingElse) {
  const std::string good =
      R"({"type":"reservation.created","seq":1,"data":{"reservationId":5,"temporaryExpiresAt":"2026-07-01T10:00:00.000Z"}})";
  ASSERT_TRUE(read_created(good));
  const std::pair<const char*, const char*> changes[] = {
      {"reservation.created", "reservation.expired"},
      {R"("type")", R"("kind")"},
      {R"("seq":1)", R"("seq":0)"},
      {R"("seq":1)", R"("seq":1.0)"},
      {R"("seq":1)", R"("seq":99999999999)"},
      {R"("seq":1)", R"("seq":"1")"},
      {R"("data":{)", R"("date":{)"},
      {":5,", ":0,"},
      {":5,", ":-5,"},
      {":5,", ":9007199254740992,"},
      {":5,", ":\"5\","},
      {":5,", ":null,"},
      {"2026-07-01T10:00:00.000Z", "soon"},
      {R"("2026-07-01T10:00:00.000Z")", "1782900000000"},
      {"}}", "}"},
  };
  for (const auto& [from, to] : changes) {
    std::string changed = good;
    changed.replace(changed.find(from), std::string_view(from).size(), to);
    EXPECT_FALSE(read_created(changed)) << changed;
  }
  for (const char* text : {"", "null", "[]", "7", "\"reservation.created\"", "\xff\xfe"}) EXPECT_FALSE(read_created(text)) << text;
  EXPECT_FALSE(read_created(std::string(100'000, '[')));
}

}  // namespace
}  // namespace frontrow
