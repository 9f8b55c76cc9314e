#include "api/key_source.hpp"

#include <algorithm>
#include <utility>

#include "base/boundary.hpp"
#include "base/log.hpp"

namespace frontrow::http {

namespace {
constexpr std::size_t kMostWaiting = 1'000;
constexpr int kDoublings = 16;
}  // namespace

KeySource::KeySource(JwtVerifier& verifier, Read read, HasChanged has_changed, Pace pace, std::string_view owner)
    : verifier_(verifier),
      read_(std::move(read)),
      has_changed_(std::move(has_changed)),
      pace_(pace),
      owner_(owner),
      next_(steady_now()) {}

void KeySource::look() {
  if (has_changed_ && has_changed_()) is_wanted_ = true;
  if (!is_due()) return;
  read();
  std::vector<Done> waiting;
  {
    const MutexLock lock(mutex_);
    last_ = steady_now();
    waiting.swap(waiting_);
  }
  for (Done& done : waiting) contained("key reading", done);
}

bool KeySource::is_due() {
  const bool is_wanted = is_wanted_.exchange(false);
  const MutexLock lock(mutex_);
  return is_wanted || !waiting_.empty() || steady_now() >= next_;
}

void KeySource::read() {
  try {
    KeySet keys = read_();
    if (keys.fingerprint() != fingerprint_) {
      fingerprint_ = keys.fingerprint();
      log_info("the keys of " + owner_ + " were read", {{"keys", keys.size()}, {"leftOut", keys.left_out().size()}});
      for (const std::string& reason : keys.left_out()) log_warn("a key of " + owner_ + " is not used", {{"reason", reason}});
      verifier_.use(std::move(keys));
    }
    const MutexLock lock(mutex_);
    failures_ = 0;
    complaint_.reset();
    next_ = steady_now() + pace_.every;
  } catch (const std::exception& error) {
    failed(error.what());
  } catch (...) {
    failed("an exception of an unknown type");
  }
}

// Logged when the reason is new: an issuer that is away for a night fills no log.
void KeySource::failed(const std::string& reason) {
  bool is_new = false;
  {
    const MutexLock lock(mutex_);
    const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(pace_.every);
    next_ = steady_now() + std::min(most, pace_.retry * (1 << std::min(failures_, kDoublings)));
    ++failures_;
    is_new = complaint_ != reason;
    complaint_ = reason;
  }
  if (is_new) log_error("the keys of " + owner_ + " cannot be read; the last good ones stay", {{"reason", reason}});
}

bool KeySource::wait_for_reading(Done& done) {
  const MutexLock lock(mutex_);
  const bool is_early = last_ && steady_now() - *last_ < pace_.floor;
  if ((is_early && waiting_.empty()) || waiting_.size() >= kMostWaiting) return false;
  waiting_.push_back(std::move(done));
  return true;
}

std::optional<std::string> KeySource::complaint() const {
  const MutexLock lock(mutex_);
  return complaint_;
}

}  // namespace frontrow::http
