#include "app/commands/user.hpp"

#include <functional>

namespace frontrow {

IdentifyUser::IdentifyUser(Subject subject, Done done) : CommandOf(std::move(done)), subject_(std::move(subject)) {}

void IdentifyUser::declare(Keys& keys) const {
  keys.subjects.push_back(subject_);
  ++keys.new_ids[static_cast<std::size_t>(IdKind::user)];
}

std::uint64_t IdentifyUser::shard() const { return std::hash<std::string>{}(subject_.text); }

Verdict IdentifyUser::decide(WorkingSet& set) {
  if (const UserId* known = set.user_of(subject_)) return decided(*known);
  const UserId user{set.take_id(IdKind::user)};
  set.add_subject(subject_, user);
  return decided(user);
}

}  // namespace frontrow
