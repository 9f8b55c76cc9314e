#include "api/user_directory.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "app/commands/user.hpp"
#include "app/commit/command_of.hpp"
#include "base/boundary.hpp"
#include "base/check.hpp"

namespace frontrow::http {

// SHA-256 over the length of the issuer, the issuer, and the text, cut to 16 bytes.
KnownSubjects::Key KnownSubjects::key_of(const Subject& subject) {
  std::string text(1, static_cast<char>(subject.issuer.size()));
  text.append(subject.issuer).append(subject.text);
  std::array<unsigned char, 32> digest{};
  CHECK(EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  Key key{};
  std::memcpy(key.data(), digest.data(), sizeof(key));
  return key;
}

std::optional<UserId> KnownSubjects::find(const Key& key) {
  Part& part = part_of(key);
  const MutexLock lock(part.mutex);
  if (const auto at = part.young.find(key); at != part.young.end()) return at->second;
  const auto at = part.old.find(key);
  if (at == part.old.end()) return {};
  const UserId user = at->second;
  put(part, key, user);
  return user;
}

void KnownSubjects::put(const Key& key, UserId user) {
  Part& part = part_of(key);
  const MutexLock lock(part.mutex);
  put(part, key, user);
}

void KnownSubjects::put(Part& part, const Key& key, UserId user) {
  if (part.young.size() >= half_of_part_) part.old = std::exchange(part.young, {});
  part.young.insert_or_assign(key, user);
}

UserDirectory::UserDirectory(Readers& readers, Commits& commits, std::size_t capacity)
    : readers_(readers), state_(std::make_shared<State>(commits, capacity)) {}

void UserDirectory::look_up(const Subject& subject, Done done) {
  const auto state = state_;
  switch (state->wait(subject, done)) {
    case Wait::behind_another: return;
    case Wait::refused: return done(std::unexpected(refusal_of(CommitStatus::dropped)));
    case Wait::first: break;
  }
  const bool is_taken = readers_.ask([subject](StoreReader& reader) { return reader.user_of(subject); },
                                     [state, subject](const Result<std::optional<UserId>>& found) {
                                       if (!found) return state->answer(subject, std::unexpected(found.error()));
                                       if (*found) return state->answer(subject, **found);
                                       state->identify(state, subject);
                                     });
  if (!is_taken) state->answer(subject, std::unexpected(refusal_of(CommitStatus::dropped)));
}

UserDirectory::Wait UserDirectory::State::wait(const Subject& subject, Done& done) {
  const MutexLock lock(mutex);
  if (waiting_count >= kMostWaiting) return Wait::refused;
  std::vector<Done>& all = waiting[subject];
  all.push_back(std::move(done));
  ++waiting_count;
  return all.size() == 1 ? Wait::first : Wait::behind_another;
}

// As a join: people who are known already come first when there is no room for all.
void UserDirectory::State::identify(const std::shared_ptr<State>& self, const Subject& subject) {
  commits.submit(
      std::make_unique<IdentifyUser>(subject, [self, subject](const Result<UserId>& user) { self->answer(subject, user); }),
      CommandClass::join);
}

void UserDirectory::State::answer(const Subject& subject, const Result<UserId>& user) {
  if (user) known.put(KnownSubjects::key_of(subject), *user);
  std::vector<Done> all;
  {
    const MutexLock lock(mutex);
    const auto at = waiting.find(subject);
    if (at == waiting.end()) return;
    all = std::move(at->second);
    waiting.erase(at);
    waiting_count -= all.size();
  }
  for (Done& done : all) contained("a subject's user", [&] { done(user); });
}

}  // namespace frontrow::http
