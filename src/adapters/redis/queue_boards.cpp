#include "adapters/redis/queue_boards.hpp"

#include <charconv>

#include "adapters/redis/token.hpp"
#include "ports/queue_text.hpp"

namespace frontrow::redis {

namespace {

constexpr std::size_t kSlice = 1'000;  // sightings in one command: a few milliseconds of the server's time
constexpr std::string_view kLifeMs = "86400000";

std::string key_of(ConcertId concert, std::string_view what) {
  return "queue:concert:" + std::to_string(concert.value) + ":" + std::string{what};
}

std::string text_of(TimePoint time) { return std::to_string(time.time_since_epoch().count()); }

std::int64_t integer_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) throw Unavailable("redis", "a queue's presence holds something else");
  return value;
}

TimePoint time_of(std::string_view text) { return TimePoint{Duration{integer_of(text)}}; }

}  // namespace

void QueueBoards::publish(ConcertId concert, const Board& board) {
  good(client_.run(
      {.words = {key_of(concert, "board"), std::to_string(board.row.version), board_text(board.row), text_of(board.published_at)},
       .script = &scripts::board_put,
       .keys = 1}));
}

// A text that another release has written in another form is no board.
std::vector<std::optional<Board>> QueueBoards::read(std::span<const ConcertId> concerts) {
  std::vector<Command> commands;
  for (const ConcertId concert : concerts) commands.push_back({.words = {"HMGET", key_of(concert, "board"), "text", "at"}});
  std::vector<std::optional<Board>> boards;
  for (const Reply& reply : client_.run(commands)) {
    std::optional<Board>& board = boards.emplace_back();
    const ReplyView text = good(reply).at(0), at = reply.at(1);
    if (text.is_nil() || at.is_nil()) continue;
    board.emplace();
    if (read_board(text.text(), board->row))
      board->published_at = time_of(at.text());
    else
      board.reset();
  }
  return boards;
}

void Presence::seen(ConcertId concert, std::span<const Sighting> sightings) {
  const std::string key = key_of(concert, "active");
  std::vector<Command> commands;
  for (std::size_t first = 0; first < sightings.size(); first += kSlice) {
    Command command{.words = {"ZADD", key, "GT"}};
    for (const Sighting& sighting : sightings.subspan(first, std::min(kSlice, sightings.size() - first))) {
      command.words.push_back(text_of(sighting.at));
      command.words.push_back(std::to_string(sighting.number.value));
    }
    commands.push_back(std::move(command));
  }
  commands.push_back({.words = {"PEXPIRE", key, std::string{kLifeMs}}});
  for (const Reply& reply : client_.run(commands)) good(reply);
}

Presence::Seen Presence::all(ConcertId concert, TimePoint since) {
  const std::string key = key_of(concert, "active"), memory = key_of(concert, "active:since");
  const std::vector<Command> commands{{.words = {"SET", memory, random_token(), "NX", "PX", std::string{kLifeMs}}},
                                      {.words = {"GET", memory}},
                                      {.words = {"PEXPIRE", memory, std::string{kLifeMs}}},
                                      {.words = {"ZREMRANGEBYSCORE", key, "-inf", "(" + text_of(since)}},
                                      {.words = {"ZRANGE", key, "0", "-1", "WITHSCORES"}}};
  const std::vector<Reply> replies = client_.run(commands);
  for (const Reply& reply : replies) good(reply);
  Seen seen{.memory = std::string{replies[1].text()}, .at = {}};
  const Reply& members = replies[4];
  for (std::size_t i = 0; i + 1 < members.size(); i += 2)
    seen.at[{integer_of(members.at(i).text())}] = time_of(members.at(i + 1).text());
  return seen;
}

std::optional<TimePoint> Presence::last_seen(ConcertId concert, TicketNumber number) {
  const Reply reply = client_.run({.words = {"ZSCORE", key_of(concert, "active"), std::to_string(number.value)}});
  if (good(reply).is_nil()) return {};
  return time_of(reply.text());
}

}  // namespace frontrow::redis
