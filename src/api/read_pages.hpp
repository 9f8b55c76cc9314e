// Shared pages that are made from rows of the store: sales figures, pages of the event feed. Clients that ask for the same page at
// the same time share one read. A page is shared for as long as its contents, as memory knows them, are those of a request.
//
// Memory may know less than the store, never more: so a page shows what its contents say, or something newer.
#pragma once

#include <list>

#include "api/api.hpp"
#include "api/shared_pages.hpp"

namespace frontrow::http {

class ReadPages : public std::enable_shared_from_this<ReadPages> {
 public:
  explicit ReadPages(const SharedPages::Settings& settings) : pages_(settings) {}

  struct Key {
    std::string name;
    SharedPages::Contents contents = {};
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Wanted {
    std::vector<Key> keys;       // a page of any of them will do
    bool may_share_read = true;  // false: a read that began before the request does not show enough
  };
  struct Made {
    std::string body;
    std::optional<Key> key;  // nothing: the page is of use to nobody else
  };
  using Read = std::function<Result<Made>(StoreReader&)>;

  // Answers at once from memory, or when `read` has run on a reader's thread. `request` need not outlive the call. As SharedPages:
  // conditions first, and HEAD reads nothing.
  void answer(const Api& api, const Request& request, Responder responder, Wanted wanted, Read read);
  // Drops the pages that nobody has asked for since `then`.
  void forget(TimePoint then) { pages_.forget(then); }

 private:
  // A client of a read that is under way. It has copies of the conditions, because its request may be gone by then.
  struct Waiting {
    Responder responder;
    std::optional<std::string> if_match, if_none_match;
  };
  struct UnderWay {
    Wanted wanted;
    std::vector<Waiting> waiting;
  };
  using Reading = std::list<UnderWay>::iterator;

  static Waiting waiting(const Request& request, Responder responder);
  bool joins(const Wanted& wanted, Waiting& one) REQUIRES(mutex_);
  void finish(const Api& api, Reading reading, Result<Made> made);
  std::vector<Waiting> end(Reading reading);

  SharedPages pages_;
  Mutex mutex_;
  std::list<UnderWay> under_way_ GUARDED_BY(mutex_);
};

}  // namespace frontrow::http
