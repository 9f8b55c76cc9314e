// The server's answers, kept for the comparison with its stored data.
//
// One record of fixed size for each effect, and for each request of unknown outcome. Written through a small buffer to
// a file; generator processes may share an anonymous file.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace frontrow::bench {

enum class Fact : std::uint8_t { held = 1, paid, cancelled, charged, hold_unknown, pay_unknown, cancel_unknown, charge_unknown };

struct Told {
  static constexpr std::size_t kSeats = 4;  // of one hold; the generator never wants more

  Fact fact{};
  std::uint8_t seat_count = 0;
  std::int64_t user = 0;
  std::int64_t reservation = 0;
  std::int64_t payment = 0;  // paid
  std::int64_t amount = 0;
  std::array<std::int64_t, kSeats> seats{};  // held
};

// The subject of the records.
struct ToldHeader {
  std::int64_t concert = 0;
  std::int64_t events_before = 0;  // id of the last event before the run
  std::int64_t seats = 0;
};

// An anonymous file that lives as long as the descriptor.
int make_told_file();

class ToldWriter {
 public:
  explicit ToldWriter(int fd) : fd_(fd) {}
  ~ToldWriter() { flush(); }
  ToldWriter(const ToldWriter&) = delete;
  ToldWriter& operator=(const ToldWriter&) = delete;
  void write(const Told& told);
  void flush();

 private:
  int fd_;
  std::vector<Told> buffer_;
};

std::vector<Told> read_told(int fd);

// Saves to and loads from a file, for `frontrow-bench verify`. Both throw std::runtime_error.
void save_told(const std::string& path, const ToldHeader& header, const std::vector<Told>& told);
std::vector<Told> load_told(const std::string& path, ToldHeader& header);

}  // namespace frontrow::bench
