// Answers that are the same for every client: lists of concerts and of their dates. Each is rendered once for what it shows, and
// shared until that changes. What a page shows is compared at each request, so a number in it is as exact as one rendered anew.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "http/conditional.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace frontrow::http {

class SharedPages {
 public:
  // All that the bytes of a page depend on: immutable things, by identity, and the numbers beside them.
  struct Item {
    std::shared_ptr<const void> of;
    std::int64_t number = 0, other_number = 0;
    friend bool operator==(const Item&, const Item&) = default;
  };
  using Contents = std::vector<Item>;
  using Render = std::function<std::string()>;

  struct Settings {
    // Over one of them the page that was asked for longest ago goes; a page larger than all of `bytes` is not kept.
    std::size_t pages = 32;
    std::size_t bytes = std::size_t{8} << 20;
    std::string_view cache_control = "no-cache";  // static text
  };
  SharedPages() : SharedPages(Settings{}) {}
  explicit SharedPages(const Settings& settings) : settings_(settings) {}
  // For pages that only operators see.
  static constexpr std::string_view kPrivate = "private, no-cache";

  // Conditions first. HEAD renders nothing, and is told the length and the tag if there is a rendering. Any thread.
  struct Asked {
    bool is_head = false;
    Conditions conditions = {};
  };
  static Asked asked_by(const Request& request) { return {.is_head = request.is_head(), .conditions = conditions_of(request)}; }
  Response answer(const Asked& asked, const std::string& name, Contents contents, TimePoint now, const Render& render);

  // The answer to HEAD when there is no rendering.
  Response unrendered() const;
  // The two halves of answer(), for a page that takes a while to be made. Nothing: it is to be made.
  std::optional<Response> find(const Asked& asked, const std::string& name, const Contents& contents, TimePoint now);
  class Page {
   public:
    Page(Contents contents, std::string body);

   private:
    friend class SharedPages;
    const Contents contents_;
    const std::size_t size_;
    const SharedParts body_;
    const std::string etag_;
  };
  using PagePtr = std::shared_ptr<const Page>;
  void keep(const std::string& name, PagePtr page, TimePoint now);
  Response answer(const Page& page, const Conditions& conditions) const;

  // Drops the pages that nobody has asked for since `then`.
  void forget(TimePoint then);

 private:
  struct Kept {
    PagePtr page;
    TimePoint asked_at;
  };
  PagePtr find_page(const std::string& name, const Contents& contents, TimePoint now);
  bool is_over_limits() const REQUIRES(mutex_) { return pages_.size() > settings_.pages || bytes_ > settings_.bytes; }

  const Settings settings_;
  Mutex mutex_;
  std::map<std::string, Kept> pages_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;  // of all bodies
};

}  // namespace frontrow::http
