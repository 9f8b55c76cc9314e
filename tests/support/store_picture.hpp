// Everything a store can be asked, as text: two stores that hold the same sale give the same picture.
#pragma once

#include <span>
#include <string>

#include "ports/store.hpp"

namespace frontrow {

// Of the catalog, seats, queues, events, sales, and what these users have.
std::string picture_of(Store& store, std::span<const UserId> users);

// The first line in which two pictures differ, from both; empty when they are the same.
std::string difference(const std::string& one, const std::string& other);

}  // namespace frontrow
