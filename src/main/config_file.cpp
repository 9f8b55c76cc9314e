#include "main/config_file.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace frontrow {

namespace {

using Reason = std::unexpected<std::string>;

struct Value {
  ConfigKind kind;
  std::string text;
};

bool is_key_char(char c) { return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '-' || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void skip_blanks(std::string_view& line) { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); }

// TOML escapes without \u: nobody writes a port in it, and a path can hold the character itself.
std::optional<char> unescape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: return {};
  }
}

// "…" with escapes or '…' without; drops it from `line`.
std::expected<Value, std::string> take_string(std::string_view& line) {
  const char quote = line.front();
  line.remove_prefix(1);
  std::string text;
  while (!line.empty() && line.front() != quote) {
    char c = line.front();
    line.remove_prefix(1);
    if (c == '\\' && quote == '"') {
      const auto unescaped = line.empty() ? std::nullopt : unescape(line.front());
      if (!unescaped) return Reason("unknown escape in a string; use '…' for a text with backslashes");
      c = *unescaped;
      line.remove_prefix(1);
    }
    text += c;
  }
  if (line.empty()) return Reason("the string is not closed on its line");
  line.remove_prefix(1);
  return Value{ConfigKind::text, std::move(text)};
}

// TOML: digits with single underscores between them, an optional sign, no leading zero.
bool is_number(std::string_view word) {
  if (!word.empty() && (word.front() == '+' || word.front() == '-')) word.remove_prefix(1);
  if (word.empty() || !is_digit(word.front()) || !is_digit(word.back())) return false;
  if (word.size() > 1 && word.front() == '0') return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (!is_digit(word[i]) && (word[i] != '_' || word[i - 1] == '_')) return false;
  }
  return true;
}

std::expected<Value, std::string> take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t#"));
  line.remove_prefix(word.size());
  if (word == "true" || word == "false") return Value{ConfigKind::fact, std::string{word}};
  if (is_number(word)) {
    std::string digits{word};
    std::erase(digits, '_');
    if (digits.front() == '+') digits.erase(0, 1);
    return Value{ConfigKind::number, std::move(digits)};
  }
  if (!word.empty() && (is_digit(word.front()) || word.front() == '[' || word.front() == '{')) {
    return Reason("only whole numbers, true, false and \"strings\" are understood");
  }
  return Reason("a text needs quotes: \"" + std::string{word} + "\"");
}

std::expected<Value, std::string> take_value(std::string_view& line) {
  if (line.empty() || line.front() == '#') return Reason("a value is missing after =");
  if (line.starts_with(R"(""")") || line.starts_with("'''")) return Reason("a string must be on one line");
  if (line.front() == '"' || line.front() == '\'') return take_string(line);
  return take_word(line);
}

std::expected<ConfigEntry, std::string> parse_line(std::string_view line) {
  if (line.front() == '[') return Reason("tables are not understood; the file is flat");
  const auto key_length = static_cast<std::size_t>(std::ranges::find_if_not(line, is_key_char) - line.begin());
  const std::string key{line.substr(0, key_length)};
  if (key.empty()) return Reason("expected key = value");
  line.remove_prefix(key_length);
  skip_blanks(line);
  if (line.empty() || line.front() != '=') return Reason("expected key = value");
  line.remove_prefix(1);
  skip_blanks(line);
  auto value = take_value(line);
  if (!value) return Reason(value.error());
  skip_blanks(line);
  if (!line.empty() && line.front() != '#') return Reason("something follows the value");
  return ConfigEntry{.key = key, .kind = value->kind, .value = std::move(value->text), .line = 0};
}

}  // namespace

std::expected<std::vector<ConfigEntry>, ConfigError> parse_config(std::string_view text) {
  std::vector<ConfigEntry> entries;
  for (int number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    skip_blanks(line);
    if (line.empty() || line.front() == '#') continue;
    auto entry = parse_line(line);
    if (!entry) return std::unexpected(ConfigError{number, std::move(entry.error())});
    entry->line = number;
    const auto earlier = std::ranges::find(entries, entry->key, &ConfigEntry::key);
    if (earlier != entries.end()) {
      return std::unexpected(ConfigError{number, entry->key + " was given on line " + std::to_string(earlier->line) + " already"});
    }
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace frontrow
