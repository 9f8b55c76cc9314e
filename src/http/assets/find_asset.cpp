// Looks a carried file up by its path.
#include <algorithm>

#include "http/assets/embedded_assets.hpp"

namespace frontrow {

const Asset* find_asset(std::string_view path) {
  const auto assets = embedded_assets();
  const auto found = std::ranges::find(assets, path, &Asset::path);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace frontrow
