#include "adapters/redis/reply.hpp"

#include <charconv>

#include "ports/unavailable.hpp"

namespace frontrow::redis {

namespace {

template <class Number>
Number number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Unavailable("redis", "answered \"" + std::string(text.substr(0, 80)) + "\" where a number belongs", true);
  return number;
}

}  // namespace

std::int64_t ReplyView::integer() const {
  return raw_->type == REDIS_REPLY_INTEGER ? raw_->integer : number_of<std::int64_t>(text());
}

double ReplyView::real() const { return number_of<double>(text()); }

ReplyView ReplyView::at(std::size_t index) const {
  if (index >= size()) throw Unavailable("redis", "answered with fewer values than were asked for", true);
  return ReplyView(raw_->element[index]);
}

}  // namespace frontrow::redis
