#include "domain/deed.hpp"

namespace frontrow {

namespace {

// None is nothing. A line break parts the facts: none of them has one, since names have no control characters and JSON
// escapes them.
template <class Id>
void put(std::string& text, Id id) {
  if (id) text += std::to_string(id.value);
  text += '\n';
}

}  // namespace

std::string hexadecimal(const Sha256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : digest) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

Sha256 hash_of(const Deed& deed) {
  std::string text;
  put(text, deed.id);
  text += std::to_string(deed.at.time_since_epoch().count()) + '\n';
  put(text, deed.actor.account);
  text += deed.actor.name + '\n' + deed.actor.address + '\n';
  text += name_of(deed.kind);
  text += '\n';
  put(text, deed.concert);
  text += std::to_string(deed.concert_version) + '\n';
  put(text, deed.schedule);
  put(text, deed.subject);
  text += deed.changes + '\n' + hexadecimal(deed.previous);
  return sha256(text);
}

}  // namespace frontrow
