#include "api/read_pages.hpp"

#include <algorithm>
#include <utility>

namespace frontrow::http {

namespace {

std::optional<std::string> copy(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>{*text} : std::nullopt;
}
std::optional<std::string_view> view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>{*text} : std::nullopt;
}

}  // namespace

ReadPages::Waiting ReadPages::waiting(const Request& request, Responder responder) {
  const Conditions conditions = conditions_of(request);
  return {
      .responder = std::move(responder), .if_match = copy(conditions.if_match), .if_none_match = copy(conditions.if_none_match)};
}

bool ReadPages::joins(const Wanted& wanted, Waiting& one) {
  if (!wanted.may_share_read) return false;
  const auto same = std::ranges::find_if(
      under_way_, [&](const UnderWay& other) { return other.wanted.may_share_read && other.wanted.keys == wanted.keys; });
  if (same == under_way_.end()) return false;
  same->waiting.push_back(std::move(one));
  return true;
}

void ReadPages::answer(const Api& api, const Request& request, Responder responder, Wanted wanted, Read read) {
  const TimePoint now = api.sale.clock.now();
  const SharedPages::Asked asked = SharedPages::asked_by(request);
  for (const Key& key : wanted.keys)
    if (auto found = pages_.find({.is_head = false, .conditions = asked.conditions}, key.name, key.contents, now))
      return std::move(responder).send(std::move(*found));
  if (asked.is_head && !asked.conditions.if_match && !asked.conditions.if_none_match)
    return std::move(responder).send(pages_.unrendered());
  Reading reading;
  {
    Waiting one = waiting(request, std::move(responder));
    const MutexLock lock(mutex_);
    if (joins(wanted, one)) return;
    reading = under_way_.emplace(under_way_.end(), UnderWay{.wanted = std::move(wanted), .waiting = {}});
    reading->waiting.push_back(std::move(one));
  }
  const bool is_taken =
      api.sale.readers.ask(std::move(read), [self = shared_from_this(), &api, reading](Result<Result<Made>> made) {
        self->finish(api, reading, made ? std::move(*made) : std::unexpected(std::move(made.error())));
      });
  if (!is_taken) finish(api, reading, std::unexpected(refusal_of(CommitStatus::dropped)));
}

// On a reader's thread.
void ReadPages::finish(const Api& api, Reading reading, Result<Made> made) {
  SharedPages::PagePtr page;
  if (made) {
    page =
        std::make_shared<const SharedPages::Page>(made->key ? made->key->contents : SharedPages::Contents{}, std::move(made->body));
    if (made->key) pages_.keep(made->key->name, page, api.sale.clock.now());
  }
  for (Waiting& one : end(reading)) {
    std::move(one.responder)
        .resume([self = shared_from_this(),
                 page,
                 refusal = made ? Refusal{} : made.error(),
                 if_match = std::move(one.if_match),
                 if_none_match = std::move(one.if_none_match)](Responder back) mutable {
          if (page == nullptr) return std::move(back).refuse(std::move(refusal));
          std::move(back).send(self->pages_.answer(*page, {.if_match = view(if_match), .if_none_match = view(if_none_match)}));
        });
  }
}

std::vector<ReadPages::Waiting> ReadPages::end(Reading reading) {
  const MutexLock lock(mutex_);
  std::vector<Waiting> waiting = std::move(reading->waiting);
  under_way_.erase(reading);
  return waiting;
}

}  // namespace frontrow::http
