#include "bench/told.hpp"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

#include "base/check.hpp"

namespace frontrow::bench {

namespace {
constexpr std::size_t kBuffered = 512;
constexpr std::array<char, 8> kMagic = {'f', 'r', 't', 'o', 'l', 'd', '0', '1'};
}  // namespace

int make_told_file() {
  const int fd = memfd_create("told", 0);
  if (fd < 0) throw std::runtime_error("memfd_create failed");
  return fd;
}

void ToldWriter::write(const Told& told) {
  buffer_.push_back(told);
  if (buffer_.size() >= kBuffered) flush();
}

void ToldWriter::flush() {
  const auto* bytes = reinterpret_cast<const char*>(buffer_.data());
  std::size_t left = buffer_.size() * sizeof(Told);
  while (left > 0) {
    const ssize_t count = ::write(fd_, bytes, left);
    CHECK(count > 0);  // memory only
    bytes += count;
    left -= static_cast<std::size_t>(count);
  }
  buffer_.clear();
}

std::vector<Told> read_told(int fd) {
  struct stat status{};
  if (fstat(fd, &status) != 0) throw std::runtime_error("cannot read what the server told");
  std::vector<Told> told(static_cast<std::size_t>(status.st_size) / sizeof(Told));
  std::size_t done = 0;
  const std::size_t size = told.size() * sizeof(Told);
  while (done < size) {
    const ssize_t count = pread(fd, reinterpret_cast<char*>(told.data()) + done, size - done, static_cast<off_t>(done));
    if (count <= 0) throw std::runtime_error("cannot read what the server told");
    done += static_cast<std::size_t>(count);
  }
  return told;
}

void save_told(const std::string& path, const ToldHeader& header, const std::vector<Told>& told) {
  std::ofstream out(path, std::ios::binary);
  out.write(kMagic.data(), kMagic.size());
  out.write(reinterpret_cast<const char*>(&header), sizeof header);
  out.write(reinterpret_cast<const char*>(told.data()), static_cast<std::streamsize>(told.size() * sizeof(Told)));
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

std::vector<Told> load_told(const std::string& path, ToldHeader& header) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 8> magic{};
  in.read(magic.data(), magic.size());
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  if (!in || magic != kMagic) throw std::runtime_error(path + " is not a file written by --told");
  std::vector<Told> told;
  Told one;
  while (in.read(reinterpret_cast<char*>(&one), sizeof one)) told.push_back(one);
  return told;
}

}  // namespace frontrow::bench
