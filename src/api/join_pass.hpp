// A pass that a join shows: a short-lived JWT of a party that has looked whether the user is a person (a CAPTCHA, a fan club, a
// bank). docs/reference/join-pass.md has its claims. Its one use is decided with the join, in the store's transaction.
#pragma once

#include "api/request_reader.hpp"
#include "app/queue/public_queue.hpp"

namespace frontrow::http {

// The pass in X-Join-Pass; nothing if this concert's queue wants none. A pass that does not count is a ShownPass with its refusal:
// a user who has a place needs none. JOIN_PASS_REQUIRED, JOIN_PASS_INVALID. A signature that fails costs its address.
std::optional<ShownPass> shown_pass(RequestReader& in, UserId user, const Concert& concert);

}  // namespace frontrow::http
