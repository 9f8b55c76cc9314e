// All answers of a store, as text: two stores with the same sale give the same picture.
#pragma once

#include <span>
#include <string>

#include "ports/store.hpp"

namespace frontrow {

// The catalog, seats, queues, events and sales, and the belongings of these users.
std::string picture_of(Store& store, std::span<const UserId> users);

// The first line in which two pictures differ, from both; empty if they are the same.
std::string difference(const std::string& one, const std::string& other);

}  // namespace frontrow
