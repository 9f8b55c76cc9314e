#include "app/live/operators.hpp"

#include <cstring>

namespace frontrow {

// The digest of a random token is as good as any hash of it.
std::size_t Operators::Hash::operator()(const Sha256& token) const {
  std::size_t hash = 0;
  std::memcpy(&hash, token.data(), sizeof hash);
  return hash;
}

std::shared_ptr<const Operator> Operators::find(const Sha256& token) const {
  const auto table = table_.get();
  const auto at = table->find(token);
  return at == table->end() ? nullptr : at->second;
}

void Operators::take(const std::vector<Operator>& accounts) {
  const MutexLock lock(mutex_);
  merge(accounts);
}

void Operators::merge(const std::vector<Operator>& accounts) {
  for (const Operator& account : accounts) {
    Operator& known = known_.try_emplace(account.id, account).first->second;
    if (!known.is_revoked()) known = account;
  }
  auto table = std::make_shared<Table>();
  for (const auto& [id, account] : known_) table->emplace(account.token, std::make_shared<const Operator>(account));
  table_.publish(std::move(table));
}

// The head is read first: the accounts are no older.
void Operators::refresh(StoreReader& reader) {
  const DeedHead head = reader.deed_head();
  {
    const MutexLock lock(mutex_);
    if (read_upto_ && read_upto_->last == head.last && read_upto_->hash == head.hash) return;
  }
  const std::vector<Operator> accounts = reader.operators();
  const MutexLock lock(mutex_);
  merge(accounts);
  read_upto_ = head;
}

}  // namespace frontrow
