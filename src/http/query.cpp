#include "http/query.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "http/text.hpp"

namespace frontrow::http {

namespace {

std::unexpected<Refusal> bad_query(const char* reason) {
  return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"query", reason}}});
}

// Appends the decoded text; false at an invalid escape.
bool decode(std::string_view encoded, std::string& out) {
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    char c = encoded[i];
    if (c == '+') {
      c = ' ';
    } else if (c == '%') {
      if (i + 2 >= encoded.size()) return false;
      const int high = hex_value(encoded[i + 1]), low = hex_value(encoded[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    out += c;
  }
  return true;
}

}  // namespace

Result<void> Query::parse(std::string_view raw) {
  count_ = 0;
  text_.clear();
  text_.reserve(raw.size());  // decoding never lengthens the text, so the views stay valid
  while (!raw.empty()) {
    const std::size_t end = std::min(raw.find('&'), raw.size());
    const std::string_view pair = raw.substr(0, end);
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (pair.empty()) continue;
    if (count_ == kMaxParameters) return bad_query("has too many parameters");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::size_t from = text_.size();
    if (!decode(pair.substr(0, equals), text_)) return bad_query("must be percent-encoded");
    const std::size_t middle = text_.size();
    if (equals < pair.size() && !decode(pair.substr(equals + 1), text_)) return bad_query("must be percent-encoded");
    const std::string_view text = text_;
    const Parameter parameter{text.substr(from, middle - from), text.substr(middle)};
    if (parameter.name.empty()) return bad_query("must give every parameter a name");
    if (find(parameter.name)) return bad_query("must not repeat a parameter");
    parameters_[count_++] = parameter;
  }
  if (!is_clean_utf8(text_)) return bad_query("must be UTF-8 without control characters");
  return {};
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (std::size_t i = 0; i < count_; ++i) {
    if (parameters_[i].name == name) return parameters_[i].value;
  }
  return {};
}

std::optional<std::int64_t> QueryReader::optional_int(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto text = query_.find(name);
  if (!text) return {};
  const auto value = parse_decimal(*text);
  if (value && *value >= min && *value <= max) return value;
  errors_.add(std::string(name), fmt::format("must be an integer from {} to {}", min, max));
  return {};
}

std::optional<bool> QueryReader::optional_bool(std::string_view name) {
  const auto text = query_.find(name);
  if (!text) return {};
  if (*text == "true" || *text == "false") return *text == "true";
  errors_.add(std::string(name), "must be true or false");
  return {};
}

std::optional<std::string_view> QueryReader::optional_string(std::string_view name, std::size_t min, std::size_t max) {
  const auto text = query_.find(name);
  if (!text || (text->size() >= min && text->size() <= max)) return text;
  errors_.add(std::string(name), fmt::format("must be {} to {} characters long", min, max));
  return {};
}

}  // namespace frontrow::http
