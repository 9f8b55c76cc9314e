// A limit for comparison: the flushes a second that this disk can do. Writes BYTES and calls fdatasync, again and
// again, round and round in a file of fixed size, as a database does with its write-ahead log once that has started
// over.
//
//   fdatasync_loop FILE SECONDS BYTES      prints JSON
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "bench/histogram.hpp"

int main(int argc, char** argv) {
  using Clock = std::chrono::steady_clock;
  if (argc != 4) {
    std::fputs("fdatasync_loop FILE SECONDS BYTES\n", stderr);
    return 2;
  }
  const int fd = open(argv[1], O_CREAT | O_TRUNC | O_WRONLY, 0600);
  const std::vector<char> bytes(static_cast<std::size_t>(std::atol(argv[3])), 'x');
  constexpr off_t kSize = off_t{16} << 20;
  for (off_t filled = 0; filled < kSize; filled += static_cast<off_t>(bytes.size())) {
    if (write(fd, bytes.data(), bytes.size()) < 0) {
      std::perror(argv[1]);
      return 1;
    }
  }
  fsync(fd);
  frontrow::bench::Histogram latency;
  const auto start = Clock::now();
  const auto end = start + std::chrono::milliseconds{static_cast<long>(std::atof(argv[2]) * 1000)};
  off_t at = 0;
  auto now = start;
  while (now < end) {
    if (pwrite(fd, bytes.data(), bytes.size(), at) < 0 || fdatasync(fd) != 0) {
      std::perror(argv[1]);
      return 1;
    }
    at = (at + static_cast<off_t>(bytes.size())) % kSize;
    const auto after = Clock::now();
    latency.record(after - now);
    now = after;
  }
  close(fd);
  unlink(argv[1]);
  const auto us = [&](double share) { return std::chrono::duration<double, std::micro>(latency.quantile(share)).count(); };
  const double seconds = std::chrono::duration<double>(now - start).count();
  std::printf("{\"perSecond\": %.0f, \"p50us\": %.0f, \"p99us\": %.0f, \"maxus\": %.0f}\n",
              static_cast<double>(latency.count()) / seconds,
              us(0.5),
              us(0.99),
              us(1));
}
