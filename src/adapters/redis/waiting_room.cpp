#include "adapters/redis/waiting_room.hpp"

#include <algorithm>
#include <numeric>

#include "adapters/redis/room_text.hpp"

namespace frontrow::redis {

namespace {

constexpr std::size_t kFencePiece = 500;
constexpr std::int64_t kChunk = 65'536;  // numbers a bitmap: CHUNK in db/redis/room.lua

std::string key_of(ConcertId concert) { return "queue:concert:{" + std::to_string(concert.value) + "}:state"; }
std::string text_of(std::int64_t number) { return std::to_string(number); }
std::string text_of(TimePoint time) { return std::to_string(time.time_since_epoch().count()); }
std::string text_of(std::optional<TimePoint> time) { return time ? text_of(*time) : "-1"; }

// A script call as all of them begin: run id, now.
Command call(const Script& script, ConcertId concert, TimePoint now) {
  return {.words = {key_of(concert), text_of(now)}, .script = &script, .keys = 1, .with_run_id = true};
}

// And then the rules.
Command call(const Script& script, ConcertId concert, const RoomRules& rules, TimePoint now) {
  Command command = call(script, concert, now);
  const QueueLimits& limits = rules.limits;
  for (std::string word : {std::string(rules.settings.enabled ? "1" : "0"),
                           text_of(rules.settings.max_active),
                           text_of(rules.settings.admissions_per_second),
                           text_of(rules.booking.opens_at),
                           text_of(rules.booking.closes_at),
                           text_of(limits.active.count()),
                           text_of(limits.idle.count()),
                           text_of(limits.return_window.count())})
    command.words.push_back(std::move(word));
  return command;
}

void append(Command& command, const RoomMarks& marks) {
  command.words.insert(command.words.end(), {text_of(marks.epoch), text_of(marks.tail), text_of(marks.front)});
}

void append(Command& command, const Ticket& ticket) {
  command.words.insert(
      command.words.end(),
      {text_of(ticket.number.value), text_of(ticket.user.value), text_of(ticket.issued_at), text_of(ticket.epoch)});
}

void append(Command& command, const InsidePlace& place) {
  command.words.insert(command.words.end(),
                       {text_of(place.number.value),
                        text_of(place.user.value),
                        text_of(place.issued_at),
                        text_of(place.admitted_at),
                        text_of(place.seen_at),
                        text_of(place.holds_until)});
}

void append(Command& command, const EndedPlace& place) {
  command.words.insert(command.words.end(), {text_of(place.number.value), text_of(place.user.value), place.was_paid ? "1" : "0"});
}

ReplyView answer(const Reply& reply) {
  if (reply.is_error() && reply.text().starts_with("FENCE")) throw RoomNeedsFence();
  return good(reply);
}

JoinedPlace joined(const ReplyView& reply) {
  JoinedPlace place{.outcome = outcome_of(reply.at(0).text()),
                    .number = {reply.at(1).integer()},
                    .epoch = static_cast<std::uint16_t>(reply.at(2).integer()),
                    .issued_at = TimePoint{Duration{reply.at(3).integer()}},
                    .is_new = reply.at(4).integer() == 1,
                    .was_admitted = reply.at(5).integer() == 1};
  if (!reply.at(6).text().empty()) place.inside = inside_of(place.number, reply.at(6).text());
  return place;
}

}  // namespace

std::vector<JoinedPlace> WaitingRoom::join(ConcertId concert, const RoomRules& rules, const RoomMarks& marks,
                                           std::span<const UserId> users, TimePoint now) {
  if (users.empty()) return {};
  Command command = call(scripts::room_join, concert, rules, now);
  append(command, marks);
  for (const UserId user : users) command.words.push_back(text_of(user.value));
  const Reply reply = client_.run(std::move(command));
  std::vector<JoinedPlace> places;
  for (std::size_t i = 0; i < users.size(); ++i) places.push_back(joined(answer(reply).at(i)));
  return places;
}

std::vector<Standing> WaitingRoom::claim(ConcertId concert, const RoomRules& rules, std::span<const Ticket> tickets,
                                         TimePoint now) {
  if (tickets.empty()) return {};
  std::vector<std::size_t> order(tickets.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair{tickets[i].number, i}; });
  Command command = call(scripts::room_claim, concert, rules, now);
  for (const std::size_t i : order) append(command, tickets[i]);
  const Reply reply = client_.run(std::move(command));
  std::vector<Standing> standings(tickets.size());
  for (std::size_t at = 0; at < order.size(); ++at) {
    const ReplyView answered = answer(reply).at(at);
    Standing& standing = standings[order[at]];
    standing.status = status_of(answered.at(0).text());
    standing.was_admitted = answered.at(1).integer() == 1;
    if (!answered.at(2).text().empty()) standing.inside = inside_of(tickets[order[at]].number, answered.at(2).text());
  }
  return standings;
}

void WaitingRoom::leave(ConcertId concert, std::span<const Ticket> tickets, TimePoint now) {
  if (tickets.empty()) return;
  Command command = call(scripts::room_leave, concert, now);
  for (const Ticket& ticket : tickets) append(command, ticket);
  answer(client_.run(std::move(command)));
}

void WaitingRoom::finish(ConcertId concert, std::span<const EndedPlace> ended, TimePoint now) {
  if (ended.empty()) return;
  Command command = call(scripts::room_finish, concert, now);
  for (const EndedPlace& place : ended) append(command, place);
  answer(client_.run(std::move(command)));
}

void WaitingRoom::touch(ConcertId concert, const RoomRules& rules, std::span<const Sign> signs, TimePoint now) {
  if (signs.empty()) return;
  Command command = call(scripts::room_touch, concert, rules, now);
  for (const Sign& sign : signs)
    command.words.insert(command.words.end(),
                         {text_of(sign.number.value), text_of(sign.seen_at), text_of(sign.back_by), text_of(sign.holds_until)});
  answer(client_.run(std::move(command)));
}

std::shared_ptr<const Board> WaitingRoom::tick(ConcertId concert, const RoomRules& rules, const RoomMarks& marks, TimePoint now) {
  Command command = call(scripts::room_tick, concert, rules, now);
  append(command, marks);
  return refresh(concert, std::move(command));
}

std::shared_ptr<const Board> WaitingRoom::board(ConcertId concert) { return refresh(concert, {}); }

WaitingRoom::Known& WaitingRoom::known(ConcertId concert) {
  const std::lock_guard lock(mutex_);
  return known_[concert];
}

std::shared_ptr<const Board> WaitingRoom::refresh(ConcertId concert, std::optional<Command> first) {
  Known& room = known(concert);
  const std::lock_guard lock(room.mutex);
  std::vector<Command> commands;
  if (first) commands.push_back(std::move(*first));
  Command& board = commands.emplace_back(call(scripts::room_board, concert, TimePoint{}));
  board.words.insert(board.words.end(), {text_of(room.board->epoch), text_of(room.log_end)});
  const std::vector<Reply> replies = client_.run(commands);
  for (const Reply& reply : replies) answer(reply);
  learn(room, replies.back());
  return room.board;
}

void WaitingRoom::learn(Known& known, const Reply& reply) {
  auto board = std::make_shared<Board>(*known.board);
  read_counters(reply, *board);
  const ReplyView entries = reply.at(13), chunks = reply.at(14);
  const bool is_full = reply.at(12).integer() == 1;
  std::shared_ptr<NumberSet> gone;
  if (is_full) {
    known.inside.clear();
    gone = std::make_shared<NumberSet>();
    for (std::size_t i = 0; i + 1 < chunks.size(); i += 2) insert_bits(*gone, chunks.at(i).integer(), chunks.at(i + 1).text());
  }
  bool inside_changed = is_full;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const LogEntry entry = entry_of(entries.at(i).text());
    if (entry.kind == LogEntry::Kind::gone) {
      if (gone == nullptr) gone = std::make_shared<NumberSet>(*board->gone);
      gone->insert(entry.place.number.value);
      continue;
    }
    inside_changed = true;
    if (entry.kind == LogEntry::Kind::inside)
      known.inside.insert_or_assign(entry.place.number.value, entry.place);
    else
      known.inside.erase(entry.place.number.value);
  }
  if (gone != nullptr) board->gone = std::move(gone);
  if (inside_changed) {
    auto inside = std::make_shared<std::vector<InsidePlace>>();
    for (const auto& [number, place] : known.inside) inside->push_back(place);
    std::ranges::sort(*inside, {}, &InsidePlace::number);
    board->inside = std::move(inside);
  }
  known.log_end = reply.at(11).integer();
  known.board = std::move(board);
}

// In pieces, so that Redis is not busy for long with one; the last one opens the room.
void WaitingRoom::fence(ConcertId concert, const RoomRules& rules, const Fence& fence, TimePoint now) {
  auto ended = fence.ended;
  auto inside = fence.inside;
  std::int64_t chunk = fence.gone == nullptr ? fence.given + 1 : fence.called / kChunk * kChunk;
  for (bool is_last = false; !is_last;) {
    const auto some_ended = ended.first(std::min(kFencePiece, ended.size()));
    ended = ended.subspan(some_ended.size());
    const auto some_inside = ended.empty() ? inside.first(std::min(kFencePiece, inside.size())) : inside.first(0);
    inside = inside.subspan(some_inside.size());
    const std::string gone = chunk <= fence.given ? bits_of(*fence.gone, chunk, kChunk) : "";
    chunk += kChunk;
    is_last = ended.empty() && inside.empty() && chunk > fence.given;
    Command command = call(scripts::room_fence, concert, rules, now);
    append(command, fence.marks);
    command.words.insert(command.words.end(),
                         {text_of(fence.given),
                          text_of(fence.called),
                          text_of(fence.called_long_ago),
                          is_last ? "1" : "0",
                          text_of(chunk - kChunk),
                          gone,
                          text_of(static_cast<std::int64_t>(some_ended.size()))});
    for (const EndedPlace& place : some_ended) append(command, place);
    for (const InsidePlace& place : some_inside) append(command, place);
    good(client_.run(std::move(command)));
  }
}

}  // namespace frontrow::redis
