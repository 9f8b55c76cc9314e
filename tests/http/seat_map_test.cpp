// Reading seats: all, only the free ones, only the changes, or nothing because nothing has changed.
#include <gtest/gtest.h>

#include "http/gunzip.hpp"
#include "support/processes/test_sale.hpp"

namespace frontrow::test {
namespace {

class SeatMapOverHttp : public testing::Test {
 protected:
  HttpClient& http() { return sale_.http(); }
  HttpResponse look(std::string query = {}, std::string etag = {}) {
    auto request = seat_map(token_, concert_, std::move(query));
    if (!etag.empty()) request.headers.emplace_back("If-None-Match", std::move(etag));
    return http().send(request);
  }
  void take(int number) { ASSERT_EQ(http().send(hold(token_, concert_, concert_.first_seat + number)).status, 201); }
  static std::vector<std::int64_t> numbers(const HttpResponse& answer) {
    std::vector<std::int64_t> all;
    const auto json = answer.json();
    for (const auto& seat : json.at("seats").as_array()) all.push_back(seat.at("number").as_int64());
    return all;
  }

  TestSale sale_;
  NewConcert concert_ = sale_.add_concert({.seats = 5});
  std::string token_ = enter(http(), 1, concert_.id);
};

// RFC 9110, 13: If-Match first and strongly, If-None-Match weakly; for a page as for a map.
TEST_F(SeatMapOverHttp, IsGivenUnderTheConditionsOfTheClient) {
  const auto status_of = [&](HttpRequest request, const char* name, const std::string& value) {
    return http().send(request.with(name, value));
  };
  const auto check = [&](const HttpRequest& request) {
    const std::string etag = http().send(request).header("ETag");
    ASSERT_FALSE(etag.empty());
    EXPECT_EQ(status_of(request, "If-None-Match", "W/" + etag).status, 304);
    EXPECT_EQ(status_of(request, "If-None-Match", "\"x\", " + etag).status, 304);
    EXPECT_EQ(status_of(request, "If-None-Match", "*").status, 304);
    EXPECT_EQ(status_of(request, "If-None-Match", "\"x" + etag.substr(1)).status, 200);
    EXPECT_EQ(status_of(request, "If-Match", etag).status, 200);
    EXPECT_EQ(status_of(request, "If-Match", "*").status, 200);
    EXPECT_EQ(status_of(request, "If-Match", "W/" + etag).code(), "PRECONDITION_FAILED");
    EXPECT_EQ(status_of(request.with("If-None-Match", etag), "If-Match", "\"x\"").status, 412);
    EXPECT_EQ(status_of(request.with("If-None-Match", etag), "If-Match", etag).status, 304);
  };
  check(seat_map(token_, concert_));
  check(seat_map(token_, concert_, "?status=AVAILABLE"));
  check({.target = "/"});
}

TEST_F(SeatMapOverHttp, AnETagSavesTheBodyUntilSomethingChanges) {
  const auto first = look();
  ASSERT_EQ(first.status, 200);
  EXPECT_EQ(first.header("Cache-Control"), "private, no-cache");
  const std::string etag = first.header("ETag");
  EXPECT_TRUE(etag.starts_with('"') && etag.ends_with('"')) << etag;
  for (const auto& accepted : {etag, "W/" + etag, "\"other\", " + etag, std::string{"*"}}) {
    const auto same = look({}, accepted);
    EXPECT_EQ(same.status, 304) << accepted;
    EXPECT_EQ(same.header("ETag"), etag);
    EXPECT_TRUE(same.body.empty());
  }
  EXPECT_EQ(look({}, "\"other\"").status, 200);
  take(0);
  const auto changed = look({}, etag);
  EXPECT_EQ(changed.status, 200);
  EXPECT_NE(changed.header("ETag"), etag);
}

TEST_F(SeatMapOverHttp, HeadIsGetWithoutTheBody) {
  auto request = seat_map(token_, concert_);
  const auto got = http().send(request);
  request.method = "HEAD";
  const auto head = http().send(request);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("ETag"), got.header("ETag"));
  EXPECT_EQ(head.header("Content-Length"), std::to_string(got.body.size()));
  EXPECT_EQ(http().send(request).status, 200) << "the connection is still in step";
}

TEST_F(SeatMapOverHttp, ToHeadNothingIsRendered) {
  for (const char* query : {"", "?status=AVAILABLE", "?since=0"}) {
    auto request = seat_map(token_, concert_, query);
    request.method = "HEAD";
    const auto early = http().send(request);
    EXPECT_EQ(early.status, 200) << query;
    EXPECT_EQ(early.header("Content-Length"), "") << "its length is not known yet";
    request.method = "GET";
    const auto got = http().send(request);
    EXPECT_EQ(early.header("ETag"), got.header("ETag"));
    EXPECT_EQ(early.header("Content-Type"), got.header("Content-Type"));
    request.method = "HEAD";
    const auto late = http().send(request);
    EXPECT_EQ(late.header("ETag"), got.header("ETag"));
    if (std::string_view(query).find("since") == std::string_view::npos) {
      EXPECT_EQ(late.header("Content-Length"), std::to_string(got.body.size())) << query;
    }
  }
  auto request = seat_map(token_, concert_, "?since=999999999");
  request.method = "HEAD";
  EXPECT_EQ(http().send(request).status, 400);
}

TEST_F(SeatMapOverHttp, TheFreeSeatsOfALargeHallAreCompressedToo) {
  const NewConcert hall = sale_.add_concert({.seats = 300});
  const std::string token = enter(http(), 1, hall.id);
  ASSERT_EQ(http().send(hold(token, hall, hall.first_seat)).status, 201);
  auto request = seat_map(token, hall, "?status=AVAILABLE");
  const auto plain = http().send(request);
  EXPECT_EQ(numbers(plain).size(), 299U);
  request.headers.emplace_back("Accept-Encoding", "gzip");
  const auto packed = http().send(request);
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_NE(packed.header("ETag"), plain.header("ETag"));
  EXPECT_EQ(http::gunzip(packed.body), plain.body);
}

TEST_F(SeatMapOverHttp, OfALargeHallIsCompressedForWhoeverTakesIt) {
  const NewConcert hall = sale_.add_concert({.seats = 300});
  const std::string token = enter(http(), 1, hall.id);
  const auto look = [&](std::string accepted, std::string etag = {}) {
    auto request = seat_map(token, hall);
    request.headers.emplace_back("Accept-Encoding", std::move(accepted));
    if (!etag.empty()) request.headers.emplace_back("If-None-Match", std::move(etag));
    return http().send(request);
  };
  for (int round = 0; round < 3; ++round) {
    const auto plain = look("identity"), packed = look("br, gzip");
    ASSERT_EQ(packed.status, 200);
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
    EXPECT_EQ(plain.header("Content-Encoding"), "");
    for (const auto& answer : {plain, packed}) EXPECT_EQ(answer.header("Vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size() * 10, plain.body.size());
    EXPECT_EQ(http::gunzip(packed.body), plain.body);
    EXPECT_NE(packed.header("ETag"), plain.header("ETag"));
    EXPECT_EQ(look("gzip", packed.header("ETag")).status, 304);
    EXPECT_EQ(look("gzip", plain.header("ETag")).status, 200);
    EXPECT_EQ(look("identity", plain.header("ETag")).status, 304);
    ASSERT_EQ(http().send(hold(token, hall, hall.first_seat + round * 140)).status, 201);
  }
  auto small = seat_map(token_, concert_);
  small.headers.emplace_back("Accept-Encoding", "gzip");
  EXPECT_EQ(http().send(small).header("Content-Encoding"), "") << "a few hundred bytes are not worth it";
}

TEST_F(SeatMapOverHttp, OnlyTheFreeOnes) {
  take(1);
  EXPECT_EQ(numbers(look("?status=AVAILABLE")), (std::vector<std::int64_t>{1, 3, 4, 5}));
  EXPECT_EQ(numbers(look("?status=TEMPORARILY_RESERVED")), (std::vector<std::int64_t>{2}));
  EXPECT_TRUE(numbers(look("?status=RESERVED")).empty());
  EXPECT_EQ(look("?status=FREE").code(), "VALIDATION_FAILED");
  EXPECT_EQ(look("?status=AVAILABLE&since=0").code(), "VALIDATION_FAILED");
}

TEST_F(SeatMapOverHttp, OnlyWhatHasChangedSince) {
  const auto start = look().integer("version");
  EXPECT_TRUE(numbers(look("?since=" + std::to_string(start))).empty());
  take(4);
  take(0);
  const auto changes = look("?since=" + std::to_string(start));
  ASSERT_EQ(changes.status, 200) << changes;
  EXPECT_EQ(numbers(changes), (std::vector<std::int64_t>{1, 5}));
  EXPECT_EQ(changes.json().at("full"), false);
  EXPECT_GT(changes.integer("version"), start);
  EXPECT_TRUE(numbers(look("?since=" + std::to_string(changes.integer("version")))).empty());
}

// A single server has shown every version. One of several may be asked for a version that another has shown a moment
// ago.
TEST_F(SeatMapOverHttp, AVersionNotReachedIsAMistakeOrAnothersVersion) {
  const auto version = look().integer("version");
  const auto next = look("?since=" + std::to_string(version + 1));
  if (tests_the_cluster()) {
    EXPECT_EQ(next.status, 200) << next;
    EXPECT_EQ(next.integer("version"), version + 1);
    EXPECT_TRUE(numbers(next).empty());
  } else {
    EXPECT_EQ(next.code(), "VALIDATION_FAILED");
  }
  EXPECT_EQ(look("?since=" + std::to_string(version + 1'000'000)).code(), "VALIDATION_FAILED");
}

TEST_F(SeatMapOverHttp, IsForTheTicketOfThisConcert) {
  const NewConcert other = sale_.add_concert();
  EXPECT_EQ(http().send(seat_map(token_, other)).code(), "QUEUE_TOKEN_INVALID");
  EXPECT_EQ(http().send(seat_map("", concert_)).code(), "QUEUE_TOKEN_REQUIRED");
  NewConcert mixed = concert_;
  mixed.schedule = other.schedule;
  EXPECT_EQ(http().send(seat_map(token_, mixed)).code(), "SCHEDULE_NOT_FOUND");
}

}  // namespace
}  // namespace frontrow::test
