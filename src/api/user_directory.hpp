// The user ids of the subjects of bearer tokens: those seen lately from memory, others from the store, without an HTTP thread that
// waits. The store decides (IdentifyUser); an id never changes, so memory is never wrong.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "app/commit/commits.hpp"
#include "app/commit/readers.hpp"
#include "base/mutex.hpp"
#include "domain/subject.hpp"

namespace frontrow::http {

// A bounded map that forgets the subjects that were asked for longest ago, about.
class KnownSubjects {
 public:
  using Key = std::array<std::uint64_t, 2>;  // a digest: a collision would take 2^64 subjects of one issuer

  explicit KnownSubjects(std::size_t capacity) : half_of_part_(capacity / (2 * kParts) + 1) {}

  static Key key_of(const Subject& subject);
  // Thread safe, as the next.
  std::optional<UserId> find(const Key& key);
  void put(const Key& key, UserId user);

 private:
  static constexpr std::size_t kParts = 16;
  struct Hash {
    std::size_t operator()(const Key& key) const { return key[0]; }
  };
  using Map = std::unordered_map<Key, UserId, Hash>;
  // When the young are too many, they become the old, and the old are forgotten.
  struct Part {
    Mutex mutex;
    Map young GUARDED_BY(mutex), old GUARDED_BY(mutex);
  };
  void put(Part& part, const Key& key, UserId user) REQUIRES(part.mutex);
  Part& part_of(const Key& key) { return parts_[key[1] % kParts]; }

  const std::size_t half_of_part_;
  std::array<Part, kParts> parts_;
};

class UserDirectory {
 public:
  using Done = std::move_only_function<void(Result<UserId>)>;

  // `readers` and `commits` outlive the answers to all that they were asked.
  UserDirectory(Readers& readers, Commits& commits, std::size_t capacity);

  // Thread safe, as the next.
  std::optional<UserId> find(const Subject& subject) { return state_->known.find(KnownSubjects::key_of(subject)); }
  // Calls `done` on any thread, with the user, or with the refusal that stands in the way. OVERLOADED at once if too many wait.
  // find() may have forgotten the user by then, if very many others have come.
  void look_up(const Subject& subject, Done done);

 private:
  static constexpr std::size_t kMostWaiting = 10'000;
  enum class Wait : std::uint8_t { first, behind_another, refused };

  struct State {
    State(Commits& commits, std::size_t capacity) : commits(commits), known(capacity) {}
    Wait wait(const Subject& subject, Done& done);
    void identify(const std::shared_ptr<State>& self, const Subject& subject);
    void answer(const Subject& subject, const Result<UserId>& user);

    Commits& commits;
    KnownSubjects known;
    Mutex mutex;
    std::map<Subject, std::vector<Done>> waiting GUARDED_BY(mutex);
    std::size_t waiting_count GUARDED_BY(mutex) = 0;
  };

  Readers& readers_;
  const std::shared_ptr<State> state_;  // questions under way keep it
};

}  // namespace frontrow::http
