#include "api/shared_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace frontrow::http {

namespace {

constexpr std::string_view kCacheControl = "no-cache";

// The tag depends on the bytes alone, so it is the same on every server.
std::string etag_of(const std::string& body) {
  return fmt::format("\"{:016x}-{:x}\"", std::hash<std::string>{}(body), body.size());
}

}  // namespace

Response SharedPages::answer(const Asked& asked, const std::string& name, Contents contents, TimePoint now, const Render& render) {
  const Conditions& conditions = asked.conditions;
  std::shared_ptr<const Page> page = find(name, contents, now);
  if (page == nullptr) {
    if (asked.is_head && !conditions.if_match && !conditions.if_none_match) {
      Response unrendered = Response::unrendered();
      unrendered.cache_control = kCacheControl;
      return unrendered;
    }
    std::string body = render();
    std::string etag = etag_of(body);
    page = std::make_shared<const Page>(
        Page{.contents = std::move(contents), .body = one_part(std::move(body)), .etag = std::move(etag)});
    keep(name, page, now);
  }
  Response response{.status = status_under(conditions, page->etag), .cache_control = kCacheControl};
  response.add_header("ETag", page->etag);
  if (response.status == 200) response.parts = page->body;
  return response;
}

std::shared_ptr<const SharedPages::Page> SharedPages::find(const std::string& name, const Contents& contents, TimePoint now) {
  std::shared_ptr<const Page> page;
  {
    const MutexLock lock(mutex_);
    const auto at = pages_.find(name);
    if (at == pages_.end()) return nullptr;
    at->second.asked_at = now;
    page = at->second.page;
  }
  return page->contents == contents ? page : nullptr;
}

void SharedPages::keep(const std::string& name, std::shared_ptr<const Page> page, TimePoint now) {
  Kept gone;  // destroyed without the lock
  const MutexLock lock(mutex_);
  Kept& kept = pages_[name];
  gone = std::exchange(kept, {.page = std::move(page), .asked_at = now});
  if (pages_.size() <= kMost) return;
  const auto oldest = std::ranges::min_element(pages_, {}, [](const auto& entry) { return entry.second.asked_at; });
  gone = std::move(oldest->second);
  pages_.erase(oldest);
}

void SharedPages::forget(TimePoint then) {
  const MutexLock lock(mutex_);
  std::erase_if(pages_, [&](const auto& entry) { return entry.second.asked_at < then; });
}

}  // namespace frontrow::http
