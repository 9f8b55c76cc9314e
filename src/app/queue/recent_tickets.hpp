// The tickets a thread has lately found genuine. Whoever is inside shows the same one every second or two, and to compare 64
// characters costs a tenth of computing a signature again. A fixed number of slots, a newer ticket takes an older one's.
//
// One a thread: no lock.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "domain/queue.hpp"

namespace frontrow {

inline constexpr std::size_t kTicketLength = 64;

class RecentTickets {
 public:
  // Null unless this very text was kept. Takes the same time wherever two texts differ: a forger learns nothing from it.
  const Ticket* find(std::string_view text) const {
    if (slots_.empty() || text.size() != kTicketLength) return nullptr;
    const Slot& slot = slots_[index_of(text)];
    unsigned difference = 0;
    for (std::size_t i = 0; i < kTicketLength; ++i) difference |= static_cast<unsigned char>(slot.text[i] ^ text[i]);
    return difference == 0 ? &slot.ticket : nullptr;
  }

  void keep(std::string_view text, const Ticket& ticket) {
    slots_.resize(kSlots);
    Slot& slot = slots_[index_of(text)];
    text.copy(slot.text.data(), kTicketLength);
    slot.ticket = ticket;
  }

 private:
  static constexpr std::size_t kSlots = 1024;
  struct Slot {
    std::array<char, kTicketLength> text{};
    Ticket ticket;
  };

  // By the end of the signature, which is as good as random.
  static std::size_t index_of(std::string_view text) {
    std::uint64_t end = 0;
    std::memcpy(&end, text.data() + kTicketLength - sizeof end, sizeof end);
    return end * 0x9E37'79B9'7F4A'7C15 >> 54;
  }
  static_assert(kSlots == std::size_t{1} << (64 - 54));

  std::vector<Slot> slots_;  // empty until the first is kept
};

}  // namespace frontrow
