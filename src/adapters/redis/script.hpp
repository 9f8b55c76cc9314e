// The Lua scripts of db/redis, which are part of the binary: a source is generated from them at build.
#pragma once

#include <span>
#include <string_view>

namespace frontrow::redis {

struct Script {
  std::string_view text;
  std::string_view sha1;  // of the text: its name in EVALSHA
};

namespace scripts {

extern const Script board_put;
extern const Script lock_release;
extern const Script seats_put, seats_changes, seats_fill, seats_complete;

std::span<const Script* const> all();

}  // namespace scripts

}  // namespace frontrow::redis
