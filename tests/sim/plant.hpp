// A bug to be planted in the sale, without the sale knowing: each hook stands in for one place a mistake could be made in.
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
  // In place of command.decide(set). `op` is null for the workers' commands.
  std::function<Verdict(Command& command, const Op* op, WorkingSet& set)> decide = {};
  // Around a client's command as it is submitted.
  std::function<std::unique_ptr<Command>(std::unique_ptr<Command>)> wrap = {};
  // In place of live.apply(set).
  std::function<void(LiveState& live, const WorkingSet& set)> apply = {};
  // Around the store.
  std::function<std::unique_ptr<Store>(Store& store)> store = {};
  // What a ticket's owner is told.
  std::function<void(TicketView& view, const Ticket& ticket, const ConcertQueue& queue)> view = {};
  // Changes what a hold's door thinks is surely taken: seats to refuse, besides those that are.
  std::function<void(const SeatMap& map, const std::vector<SeatId>& wanted, std::vector<SeatId>& taken)> door = {};
  // A process has started; `live` is its own.
  std::function<void(LiveState& live)> started = {};
  bool reloads = true;  // after a commit of unknown outcome
};

}  // namespace frontrow::sim
