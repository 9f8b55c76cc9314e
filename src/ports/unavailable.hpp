// The exception of a lost dependency. Adapters throw it at their edge, whatever their driver threw; it ends at the boundary of the
// thread that called the adapter (base/boundary.hpp): a loop counts it, logs it and goes on later; the commit queue and the readers
// also answer the requests that waited, with 503. Code between the two catches it only where the sale goes on without the
// dependency.
#pragma once

#include <stdexcept>
#include <string>

namespace frontrow {

// A name for Unavailable::component: the database's schema is not this release's, so the answer would mean nothing.
inline constexpr char kStoreSchema[] = "store-schema";

struct Unavailable : std::runtime_error {
  Unavailable(std::string component_name, const std::string& what, bool unknown = false)
      : std::runtime_error(component_name + ": " + what), component(std::move(component_name)), outcome_unknown(unknown) {}
  std::string component;  // "store", "store-full", …
  // The transaction may or may not have been committed. False: it certainly was not.
  bool outcome_unknown;
};

}  // namespace frontrow
