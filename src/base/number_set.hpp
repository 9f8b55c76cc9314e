// A set of ticket numbers, one bit each, that counts its members in a range quickly: whole blocks by their counters, the ends by
// popcount. A rank directory over a bit vector (Jacobson, 1989) with one level, because a queue asks for ranges near its front.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace frontrow {

class NumberSet {
 public:
  void insert(std::int64_t number) {
    const auto bit = static_cast<std::uint64_t>(number);
    if (bit / 64 >= words_.size()) words_.resize(bit / 64 + 1), counts_.resize(bit / kBlock + 1);
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if ((words_[bit / 64] & mask) == 0) ++counts_[bit / kBlock];
    words_[bit / 64] |= mask;
  }

  void erase(std::int64_t number) {
    if (!contains(number)) return;
    const auto bit = static_cast<std::uint64_t>(number);
    --counts_[bit / kBlock];
    words_[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
  }

  bool contains(std::int64_t number) const {
    const auto bit = static_cast<std::uint64_t>(number);
    return bit / 64 < words_.size() && (words_[bit / 64] >> (bit % 64) & 1) != 0;
  }

  // The count of members n with after < n < before.
  std::int64_t count_between(std::int64_t after, std::int64_t before) const {
    return before - after < 2 ? 0 : rank(static_cast<std::uint64_t>(before), static_cast<std::uint64_t>(after) + 1);
  }

  // The lowest member above `number`; 0 if there is none.
  std::int64_t next_after(std::int64_t number) const {
    auto bit = static_cast<std::uint64_t>(number + 1);
    while (bit / 64 < words_.size()) {
      if (counts_[bit / kBlock] == 0) {
        bit = (bit / kBlock + 1) * kBlock;
        continue;
      }
      const std::uint64_t word = words_[bit / 64] >> (bit % 64);
      if (word != 0) return static_cast<std::int64_t>(bit) + std::countr_zero(word);
      bit = (bit / 64 + 1) * 64;
    }
    return 0;
  }

  std::size_t memory() const { return words_.capacity() * sizeof(words_[0]) + counts_.capacity() * sizeof(counts_[0]); }

 private:
  static constexpr std::uint64_t kBlock = 4'096;

  // The count of members in [from, to).
  std::int64_t rank(std::uint64_t to, std::uint64_t from) const {
    std::int64_t members = 0;
    to = std::min<std::uint64_t>(to, words_.size() * 64);
    while (from < to) {
      if (from % kBlock == 0 && from + kBlock <= to) {
        members += counts_[from / kBlock];
        from += kBlock;
        continue;
      }
      const std::uint64_t end = std::min(to, (from / 64 + 1) * 64);
      std::uint64_t word = words_[from / 64] >> (from % 64);
      if (end - from < 64) word &= (std::uint64_t{1} << (end - from)) - 1;
      members += std::popcount(word);
      from = end;
    }
    return members;
  }

  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> counts_;  // members in each block
};

}  // namespace frontrow
