// `frontrow operator add|list|revoke`, for either profile: the way to the first account, and to the last one when its token is
// lost. Works on the store itself, and so beside a running server, which learns of it within a second.
#pragma once

#include "main/settings.hpp"

namespace frontrow {

// Each returns the exit code. What it says goes to standard output as text, whatever the log's format: a token is no log line.
int add_operator(const Settings& settings, const OperatorWish& wish);
int list_operators(const Settings& settings);
int revoke_operator(const Settings& settings, const OperatorWish& wish);

}  // namespace frontrow
