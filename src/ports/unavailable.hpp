// The one exception of the sale: a part it depends on is lost. Caught in two places only: the commit queue, which answers the
// requests concerned, and the loop of a worker.
#pragma once

#include <stdexcept>
#include <string>

namespace frontrow {

struct Unavailable : std::runtime_error {
  Unavailable(std::string component_name, const std::string& what, bool unknown = false)
      : std::runtime_error(component_name + ": " + what), component(std::move(component_name)), outcome_unknown(unknown) {}
  std::string component;  // "store", "store-full", …
  // The transaction may or may not have been committed. False: it certainly was not.
  bool outcome_unknown;
};

}  // namespace frontrow
