#include "api/shared_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace frontrow::http {

namespace {

// The tag depends on the bytes alone, so it is the same on every server.
std::string etag_of(const std::string& body) {
  return fmt::format("\"{:016x}-{:x}\"", std::hash<std::string>{}(body), body.size());
}

}  // namespace

SharedPages::Page::Page(Contents contents, std::string body)
    : contents_(std::move(contents)), size_(body.size()), body_(one_part(std::move(body))), etag_(etag_of(*body_->front())) {}

Response SharedPages::answer(const Page& page, const Conditions& conditions) const {
  Response response{.status = status_under(conditions, page.etag_), .cache_control = settings_.cache_control};
  response.add_header("ETag", page.etag_);
  if (response.status == 200) response.parts = page.body_;
  return response;
}

Response SharedPages::answer(const Asked& asked, const std::string& name, Contents contents, TimePoint now, const Render& render) {
  if (auto found = find(asked, name, contents, now)) return std::move(*found);
  const auto page = std::make_shared<const Page>(std::move(contents), render());
  keep(name, page, now);
  return answer(*page, asked.conditions);
}

Response SharedPages::unrendered() const {
  Response unrendered = Response::unrendered();
  unrendered.cache_control = settings_.cache_control;
  return unrendered;
}

std::optional<Response> SharedPages::find(const Asked& asked, const std::string& name, const Contents& contents, TimePoint now) {
  const Conditions& conditions = asked.conditions;
  if (const PagePtr page = find_page(name, contents, now)) return answer(*page, conditions);
  if (!asked.is_head || conditions.if_match || conditions.if_none_match) return {};
  return unrendered();
}

SharedPages::PagePtr SharedPages::find_page(const std::string& name, const Contents& contents, TimePoint now) {
  PagePtr page;
  {
    const MutexLock lock(mutex_);
    const auto at = pages_.find(name);
    if (at == pages_.end()) return nullptr;
    at->second.asked_at = now;
    page = at->second.page;
  }
  return page->contents_ == contents ? page : nullptr;
}

void SharedPages::keep(const std::string& name, PagePtr page, TimePoint now) {
  if (page->size_ > settings_.bytes) return;
  std::vector<Kept> gone;  // destroyed without the lock
  const MutexLock lock(mutex_);
  Kept& kept = pages_[name];
  bytes_ += page->size_;
  if (kept.page != nullptr) bytes_ -= kept.page->size_;
  gone.push_back(std::exchange(kept, {.page = std::move(page), .asked_at = now}));
  while (is_over_limits()) {
    const auto oldest = std::ranges::min_element(pages_, {}, [](const auto& entry) { return entry.second.asked_at; });
    bytes_ -= oldest->second.page->size_;
    gone.push_back(std::move(oldest->second));
    pages_.erase(oldest);
  }
}

void SharedPages::forget(TimePoint then) {
  std::vector<Kept> gone;  // destroyed without the lock
  const MutexLock lock(mutex_);
  std::erase_if(pages_, [&](auto& entry) REQUIRES(mutex_) {
    if (entry.second.asked_at >= then) return false;
    bytes_ -= entry.second.page->size_;
    gone.push_back(std::move(entry.second));
    return true;
  });
}

}  // namespace frontrow::http
