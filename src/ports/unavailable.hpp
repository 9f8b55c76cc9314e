// The exception of a lost dependency. Adapters throw it at their edge, for every error of their driver. It ends at the
// boundary of the calling thread (base/boundary.hpp): a loop counts it, logs it and goes on later; the commit queue and
// the readers also answer the waiting requests with 503. Code between the two catches it only where the sale goes on
// without the dependency.
#pragma once

#include <stdexcept>
#include <string>

namespace frontrow {

// A value of Unavailable::component: the schema is of another release, so the answer would be meaningless.
inline constexpr char kStoreSchema[] = "store-schema";

struct Unavailable : std::runtime_error {
  Unavailable(std::string component_name, const std::string& what, bool unknown = false)
      : std::runtime_error(component_name + ": " + what), component(std::move(component_name)), outcome_unknown(unknown) {}
  std::string component;  // "store", "store-full", …
  // True: the transaction may or may not have been committed. False: it certainly was not.
  bool outcome_unknown;
};

}  // namespace frontrow
