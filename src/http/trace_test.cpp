#include "http/trace.hpp"

#include <gtest/gtest.h>

#include <string>

namespace frontrow::http {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

std::string_view span_id(const TraceContext& context) { return context.text().substr(36, 16); }

TEST(TraceContext, DrawsAValidNewTrace) {
  const TraceContext one, two;
  EXPECT_TRUE(is_traceparent(one.text())) << one.text();
  EXPECT_TRUE(one.text().ends_with("-01"));
  EXPECT_NE(one.trace_id(), two.trace_id());
  EXPECT_NE(span_id(one), span_id(two));
}

TEST(TraceContext, ContinuesATraceWithASpanOfItsOwn) {
  const auto context = TraceContext::continue_from("00-" + kTrace + "-" + kSpan + "-01");
  EXPECT_EQ(context.trace_id(), kTrace);
  EXPECT_NE(span_id(context), kSpan);
  EXPECT_TRUE(is_traceparent(context.text()));
  EXPECT_TRUE(TraceContext::continue_from("00-" + kTrace + "-" + kSpan + "-00").text().ends_with("-00"));
  EXPECT_TRUE(TraceContext::continue_from("00-" + kTrace + "-" + kSpan + "-0f").text().ends_with("-01"));
}

TEST(TraceContext, UnderstandsLaterVersionsAsFarAsItCan) {
  EXPECT_EQ(TraceContext::continue_from("cc-" + kTrace + "-" + kSpan + "-01-more").trace_id(), kTrace);
  EXPECT_TRUE(TraceContext::continue_from("cc-" + kTrace + "-" + kSpan + "-01-more").text().starts_with("00-"));
}

TEST(TraceContext, StartsAnewWhenTheHeaderIsWrong) {
  for (const std::string& wrong : {
           std::string(),
           "00-" + kTrace + "-" + kSpan,
           "00-" + kTrace + "-" + kSpan + "-01x",
           "00-" + kTrace + "-" + kSpan + "-01-more",
           "cc-" + kTrace + "-" + kSpan + "-01x",
           "ff-" + kTrace + "-" + kSpan + "-01",
           "0-" + kTrace + "-" + kSpan + "-011",
           "00-" + std::string(32, '0') + "-" + kSpan + "-01",
           "00-" + kTrace + "-" + std::string(16, '0') + "-01",
           "00-0AF7651916CD43DD8448EB211C80319C-" + kSpan + "-01",
           "00_" + kTrace + "_" + kSpan + "_01",
           "00-" + kTrace + "-" + kSpan + "-0g",
       }) {
    EXPECT_FALSE(is_traceparent(wrong)) << wrong;
    const auto context = TraceContext::continue_from(wrong);
    EXPECT_TRUE(is_traceparent(context.text())) << wrong;
    EXPECT_NE(context.trace_id(), kTrace) << wrong;
  }
}

}  // namespace
}  // namespace frontrow::http
