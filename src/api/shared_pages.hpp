// Answers that are the same for every client: lists of concerts and of their dates. Each is rendered once for what it shows, and
// shared until that changes. What a page shows is compared at each request, so a number in it is as exact as one rendered anew.
#pragma once

#include <functional>
#include <map>
#include <memory>
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

  // Conditions first. HEAD renders nothing, and is told the length and the tag if there is a rendering. Any thread.
  struct Asked {
    bool is_head = false;
    Conditions conditions = {};
  };
  static Asked asked_by(const Request& request) { return {.is_head = request.is_head(), .conditions = conditions_of(request)}; }
  Response answer(const Asked& asked, const std::string& name, Contents contents, TimePoint now, const Render& render);
  // Drops the pages that nobody has asked for since `then`.
  void forget(TimePoint then);

 private:
  static constexpr std::size_t kMost = 32;  // pages

  struct Page {
    Contents contents;
    SharedParts body;
    std::string etag;
  };
  struct Kept {
    std::shared_ptr<const Page> page;
    TimePoint asked_at;
  };
  std::shared_ptr<const Page> find(const std::string& name, const Contents& contents, TimePoint now);
  void keep(const std::string& name, std::shared_ptr<const Page> page, TimePoint now);

  Mutex mutex_;
  std::map<std::string, Kept> pages_ GUARDED_BY(mutex_);
};

}  // namespace frontrow::http
