// A bug planted into the sale from outside: each hook replaces one place in which a mistake could be made.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "app/live/live_state.hpp"
#include "ports/command.hpp"
#include "ports/store.hpp"

namespace frontrow::sim {

struct Op;

struct Plant {
  std::string_view name = "nothing";
  // Instead of command.decide(set). `op` is null for the workers' commands.
  std::function<Verdict(Command& command, const Op* op, WorkingSet& set)> decide = {};
  // Around a client's command as it is submitted.
  std::function<std::unique_ptr<Command>(std::unique_ptr<Command>)> wrap = {};
  // Instead of live.apply(set).
  std::function<void(LiveState& live, const WorkingSet& set)> apply = {};
  // Around the store.
  std::function<std::unique_ptr<Store>(Store& store)> store = {};
  // Changes the picture that a ticket's owner sees.
  std::function<void(TicketView& view, const Ticket& ticket, const ConcertQueue& queue)> view = {};
  // Adds to the seats that the early check of a hold finds surely taken.
  std::function<void(const SeatMap& map, const std::vector<SeatId>& wanted, std::vector<SeatId>& taken)> door = {};
  // A process has started; `live` is its memory.
  std::function<void(LiveState& live)> started = {};
  bool reloads = true;  // after a commit of unknown outcome
};

}  // namespace frontrow::sim
