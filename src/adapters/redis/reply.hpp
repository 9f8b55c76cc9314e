// An answer of Redis: owns hiredis' reply, or looks at a part of one.
#pragma once

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace frontrow::redis {

class ReplyView {
 public:
  explicit ReplyView(const redisReply* raw) : raw_(raw) {}
  ReplyView view() const { return *this; }
  bool is_nil() const { return raw_->type == REDIS_REPLY_NIL; }
  bool is_error() const { return raw_->type == REDIS_REPLY_ERROR; }
  bool is_text() const { return raw_->type == REDIS_REPLY_STRING || raw_->type == REDIS_REPLY_STATUS; }
  // The text of a string, a status or an error; empty for anything else.
  std::string_view text() const { return is_text() || is_error() ? std::string_view(raw_->str, raw_->len) : std::string_view{}; }
  // The value of an integer, or of a string of digits. Throws Unavailable for anything else: not the server we know.
  std::int64_t integer() const;
  double real() const;
  std::size_t size() const { return raw_->type == REDIS_REPLY_ARRAY ? raw_->elements : 0; }
  // Throws Unavailable when there is no such element.
  ReplyView at(std::size_t index) const;

 protected:
  const redisReply* raw_;
};

class Reply : public ReplyView {
 public:
  explicit Reply(redisReply* raw) : ReplyView(raw), owned_(raw, [](redisReply* reply) { freeReplyObject(reply); }) {}

 private:
  std::unique_ptr<redisReply, void (*)(redisReply*)> owned_;
};

}  // namespace frontrow::redis
