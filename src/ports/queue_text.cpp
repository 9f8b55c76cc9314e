#include "ports/queue_text.hpp"

#include <array>
#include <charconv>
#include <concepts>

namespace frontrow {

namespace {

class TextWriter {
 public:
  template <class Number>
  void number(Number& value) {
    std::array<char, 32> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), end).push_back(' ');
  }
  std::string text;
};

class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}
  template <class Number>
  void number(Number& value) {
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    is_good_ = is_good_ && error == std::errc{} && end != rest_.data() + rest_.size() && *end == ' ';
    if (is_good_) rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()) + 1);
  }
  bool is_good() const { return is_good_; }
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

// The same order for both ways.
template <class Text>
struct Walk {
  Text& text;
  void one(double& value) { text.number(value); }
  void one(std::int64_t& value) { text.number(value); }
  void one(TimePoint& time) {
    std::int64_t ms = time.time_since_epoch().count();
    text.number(ms);
    time = TimePoint{Duration{ms}};
  }
  void one(bool& flag) {
    std::int64_t value = flag ? 1 : 0;
    text.number(value);
    flag = value != 0;
  }
  template <class... Values>
  void all(Values&... values) {
    (one(values), ...);
  }
  void memory(QueueRow& row) {
    Flow& flow = row.flow;
    all(row.bucket.level,
        row.bucket.at,
        flow.left,
        flow.stays,
        flow.inside_seconds,
        flow.called,
        flow.missed,
        flow.at,
        flow.inside.people,
        flow.inside.seconds,
        flow.admitted);
  }
  void call(Call& call) { all(call.upto, call.people, call.at, call.until); }
  void counters(QueueRow& row) {
    all(row.tail,
        row.front,
        row.late,
        row.lapsed,
        row.active,
        row.expected,
        row.admitted,
        row.is_on,
        row.free_upto,
        row.free_until,
        row.has_free_seats,
        row.without_seats_at,
        row.version,
        row.ticker,
        row.ticker_until);
  }
};

void write_memory(TextWriter& text, QueueRow row) {
  Walk<TextWriter> walk{text};
  walk.memory(row);
  for (Call& call : row.calls) walk.call(call);
}

bool read_memory(TextReader& text, QueueRow& row) {
  Walk<TextReader> walk{text};
  walk.memory(row);
  row.calls.clear();
  while (text.is_good() && !text.is_at_end()) walk.call(row.calls.emplace_back());
  return text.is_good();
}

}  // namespace

std::string memory_text(const QueueRow& row) {
  TextWriter text;
  write_memory(text, row);
  return std::move(text.text);
}

bool read_memory(std::string_view text, QueueRow& row) {
  if (text.empty()) return true;
  QueueRow read = row;
  TextReader reader(text);
  if (!read_memory(reader, read)) return false;
  row = std::move(read);
  return true;
}

std::string board_text(const QueueRow& row) {
  TextWriter text;
  QueueRow copy = row;
  Walk<TextWriter>{text}.counters(copy);
  write_memory(text, std::move(copy));
  return std::move(text.text);
}

bool read_board(std::string_view text, QueueRow& row) {
  QueueRow read;
  TextReader reader(text);
  Walk<TextReader>{reader}.counters(read);
  if (!reader.is_good() || !read_memory(reader, read)) return false;
  row = std::move(read);
  return true;
}

}  // namespace frontrow
