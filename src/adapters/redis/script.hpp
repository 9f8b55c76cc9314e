// The Lua scripts of db/redis, which are part of the binary: a source is generated from them at build.
#pragma once

#include <span>
#include <string_view>

namespace frontrow::redis {

struct Script {
  std::string_view text;
  std::string_view sha1;  // of the text: its name in EVALSHA
};

extern const Script kRoomJoin, kRoomClaim, kRoomLeave, kRoomFinish, kRoomTouch, kRoomTick, kRoomBoard, kRoomFence;
extern const Script kLockRelease;
extern const Script kSeatsPut, kSeatsChanges, kSeatsFill, kSeatsComplete;

std::span<const Script* const> all_scripts();

}  // namespace frontrow::redis
