// Where writes go. Behind it are one writer or several; which of them takes a command decides nothing about its outcome.
#pragma once

#include <memory>

#include "ports/command.hpp"

namespace frontrow {

enum class CommandClass : std::uint8_t { join, hold, settle };

class Commits {
 public:
  virtual ~Commits() = default;
  // Any thread; never blocks on a commit. The command is completed exactly once, as `dropped` on this thread when there is no room.
  virtual void submit(std::unique_ptr<Command> command, CommandClass command_class) = 0;
  // Would a command of this class be refused at the door?
  virtual bool is_full_for(CommandClass command_class) const = 0;
  // False after a commit that the store refused, until one succeeds.
  virtual bool store_is_up() const = 0;
};

}  // namespace frontrow
