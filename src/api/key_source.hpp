// Keeps a verifier's keys as their issuer has them: reads them again now and then, when their file has changed, and when a token
// names a key that is not known. If they cannot be read, the last good ones stay.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/jwt.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"

namespace frontrow::http {

class KeySource {
 public:
  struct Pace {
    std::chrono::seconds every{600};         // between readings
    std::chrono::seconds floor{10};          // at least, between readings for the sake of an unknown key
    std::chrono::milliseconds retry{2'000};  // after a failure; each further one doubles it, up to `every`
  };
  using Read = std::function<KeySet()>;      // throws std::exception with the reason
  using HasChanged = std::function<bool()>;  // since it was asked last; may be empty
  using Done = std::move_only_function<void()>;

  // `owner`: of the keys, in the log.
  KeySource(JwtVerifier& verifier, Read read, HasChanged has_changed, Pace pace, std::string_view owner = "the tokens' issuer");

  // One thread calls it a few times a second. It reads the keys if they are due, and may wait for the network.
  void look();
  // As soon as possible. Any thread.
  void read_again() { is_wanted_ = true; }
  // For a token that names an unknown key: `done` is called, on the thread of look(), once the keys have been read again. If they
  // were read a moment ago, or too many wait, returns false and takes nothing. Any thread.
  [[nodiscard]] bool wait_for_reading(Done& done);

  // Why the last reading failed; nothing if it did not.
  std::optional<std::string> complaint() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  bool is_due();
  void read();
  void failed(const std::string& reason);

  JwtVerifier& verifier_;
  const Read read_;
  const HasChanged has_changed_;
  const Pace pace_;
  const std::string owner_;
  std::atomic<bool> is_wanted_{false};
  std::string fingerprint_;  // of the keys in use; of the thread of look()

  mutable Mutex mutex_;
  Time next_ GUARDED_BY(mutex_);
  std::optional<Time> last_ GUARDED_BY(mutex_);  // reading, of either outcome
  int failures_ GUARDED_BY(mutex_) = 0;          // in a row
  std::optional<std::string> complaint_ GUARDED_BY(mutex_);
  std::vector<Done> waiting_ GUARDED_BY(mutex_);
};

}  // namespace frontrow::http
