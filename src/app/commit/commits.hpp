// The entry for writes. Behind it are one writer or several; the choice of the writer has no influence on the outcome.
#pragma once

#include <memory>

#include "ports/command.hpp"

namespace frontrow {

enum class CommandClass : std::uint8_t { join, charge, hold, settle };

class Commits {
 public:
  virtual ~Commits() = default;
  // Any thread; never blocks on a commit. The command is completed exactly once: as `dropped` on this thread if there
  // is no room.
  virtual void submit(std::unique_ptr<Command> command, CommandClass command_class) = 0;
  // True if a command of this class would be refused for lack of room.
  virtual bool is_full_for(CommandClass command_class) const = 0;
  // False after a commit that the store refused, until a commit succeeds.
  virtual bool store_is_up() const = 0;
};

}  // namespace frontrow
