#include "http/problem.hpp"

#include <gtest/gtest.h>

#include <set>

#include "http/json_reader.hpp"

namespace frontrow::http {
namespace {

constexpr std::string_view kTraceId = "0af7651916cd43dd8448eb211c80319c";
constexpr int kCodes = static_cast<int>(ErrorCode::outcome_unknown) + 1;

std::string problem(const Refusal& refusal) {
  std::string out;
  append_problem(out, refusal, kTraceId);
  return out;
}

std::string headers(const Refusal& refusal) {
  std::string out;
  append_problem_headers(out, refusal);
  return out;
}

TEST(Problem, HasAWholeRowForEveryCode) {
  std::set<std::string_view> codes;
  for (int i = 0; i < kCodes; ++i) {
    const ProblemKind kind = problem_kind(static_cast<ErrorCode>(i));
    EXPECT_GE(kind.status, 400);
    EXPECT_TRUE(kind.status < 500 || kind.status == 503) << kind.code;
    EXPECT_FALSE(kind.title.empty());
    EXPECT_TRUE(kind.detail.ends_with('.')) << kind.code;
    EXPECT_EQ(kind.code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos) << kind.code;
    EXPECT_TRUE(codes.insert(kind.code).second) << kind.code;
    JsonDocument document;
    EXPECT_TRUE(document.parse(problem({.code = static_cast<ErrorCode>(i)})).has_value());
  }
}

TEST(Problem, TellsTheDefaultSentenceOrItsOwn) {
  EXPECT_EQ(problem({.code = ErrorCode::not_found}),
            R"({"type":"urn:frontrow:problem:not-found","title":"Not found","status":404,)"
            R"("detail":"There is nothing at this path.","code":"NOT_FOUND","traceId":"0af7651916cd43dd8448eb211c80319c"})");
  EXPECT_NE(problem({.code = ErrorCode::not_found, .detail = "Say \"please\"."}).find(R"("detail":"Say \"please\".")"),
            std::string::npos);
}

TEST(Problem, BringsTheFieldsOfTheRefusal) {
  const std::string text = problem({.code = ErrorCode::seat_already_reserved,
                                    .errors = {{"seatIds[0]", "is odd"}},
                                    .seat_ids = {SeatId{7}, SeatId{8}},
                                    .seats_left_for_user = 0,
                                    .position = 5,
                                    .balance = 10,
                                    .amount = 20});
  EXPECT_TRUE(text.ends_with(R"("errors":[{"field":"seatIds[0]","reason":"is odd"}],"seatIds":[7,8],"seatsLeftForUser":0,)"
                             R"("position":5,"balance":10,"amount":20})"))
      << text;
}

TEST(Problem, RoundsRetryAfterUp) {
  using std::chrono::milliseconds;
  EXPECT_EQ(headers({.code = ErrorCode::overloaded, .retry_after = milliseconds{1001}}), "Retry-After: 2\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::overloaded, .retry_after = milliseconds{2000}}), "Retry-After: 2\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::overloaded, .retry_after = milliseconds{0}}), "Retry-After: 1\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::overloaded}), "Retry-After: 1\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::seat_locked}), "Retry-After: 1\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::not_found}), "");
}

TEST(Problem, SaysWhichLimitAndWhenThereIsMore) {
  const Refusal over{.code = ErrorCode::too_many_requests,
                     .retry_after = std::chrono::milliseconds{2'001},
                     .limit = LimitNote{.rule = "joins-by-user", .quota = 60, .window_seconds = 60}};
  EXPECT_EQ(headers(over),
            "Retry-After: 3\r\n"
            "RateLimit-Policy: \"joins-by-user\";q=60;w=60\r\n"
            "RateLimit: \"joins-by-user\";r=0;t=3\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::too_many_requests}), "Retry-After: 1\r\n");
}

TEST(Problem, ChallengesOn401) {
  EXPECT_EQ(headers({.code = ErrorCode::unauthorized}), "WWW-Authenticate: Bearer\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::queue_token_required}), "WWW-Authenticate: Bearer\r\n");
  EXPECT_EQ(headers({.code = ErrorCode::forbidden}), "");
}

}  // namespace
}  // namespace frontrow::http
