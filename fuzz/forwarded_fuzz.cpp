// Headers of proxies, which clients may have written: whatever the bytes, a hop is an address or nothing, and a header of the PROXY
// protocol is no longer than what was read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/forwarded.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontrow::http;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::size_t hops = 0;
  const auto count = [&](const std::optional<IpAddress>& hop) {
    if (hop) prefix_of(*hop);
    return ++hops < 10'000;
  };
  read_x_forwarded_for(bytes, count);
  read_forwarded(bytes, count);
  if (hops > 2 * (size + 1)) std::abort();
  const auto header = read_proxy_header(bytes);
  if (header && header->size > size) std::abort();
  if (const auto network = Network::parse(bytes); network && bytes.size() > 49) std::abort();
  return 0;
}
