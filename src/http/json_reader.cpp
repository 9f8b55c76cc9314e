#include "http/json_reader.hpp"

#include <array>
#include <boost/json/basic_parser_impl.hpp>

namespace frontrow::http {

namespace json = boost::json;

// The handler that boost::json::basic_parser calls as it reads. A false return value stops it.
struct TapeHandler {
  static constexpr std::size_t max_object_size = kMaxMembers;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  explicit TapeHandler(JsonDocument& document) : nodes(document.nodes_), text(document.text_), document(document) {}

  std::vector<JsonNode>& nodes;
  std::string& text;
  JsonDocument& document;

  struct Open {
    std::uint32_t at, last_key;
  };
  std::array<Open, kMaxDepth> open{};
  std::size_t depth = 0;

  std::uint32_t size() const { return static_cast<std::uint32_t>(nodes.size()); }

  bool leaf(JsonKind kind, std::int64_t value) {
    nodes.push_back({.kind = kind, .link = size() + 1, .integer = value});
    return true;
  }
  bool other(double value) {
    nodes.push_back({.kind = JsonKind::other_number, .link = size() + 1, .other_number = value});
    return true;
  }
  bool begin(JsonKind kind) {
    CHECK(depth < open.size());
    open[depth++] = {size(), 0};
    nodes.push_back({.kind = kind, .count = 0});
    return true;
  }
  bool end(std::size_t count) {
    JsonNode& node = nodes[open[--depth].at];
    node.link = size();
    node.count = static_cast<std::int64_t>(count);
    return true;
  }
  // A text of `total` characters; the last `last` of them are not in `text` yet.
  JsonNode take_text(JsonKind kind, json::string_view last, std::size_t total) {
    text.append(last.data(), last.size());
    return {.kind = kind,
            .text = {.offset = static_cast<std::uint32_t>(text.size() - total), .size = static_cast<std::uint32_t>(total)}};
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return begin(JsonKind::object); }
  bool on_object_end(std::size_t count, json::error_code&) { return end(count); }
  bool on_array_begin(json::error_code&) { return begin(JsonKind::array); }
  bool on_array_end(std::size_t count, json::error_code&) { return end(count); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view last, std::size_t total, json::error_code& ec) {
    JsonNode key = take_text(JsonKind::key, last, total);
    std::uint32_t& previous = open[depth - 1].last_key;
    for (std::uint32_t at = previous; at != 0; at = nodes[at].link) {
      if (document.text(nodes[at]) != document.text(key)) continue;
      ec = json::error::syntax;
      return false;
    }
    key.link = previous;
    previous = size();
    nodes.push_back(key);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view last, std::size_t total, json::error_code&) {
    JsonNode node = take_text(JsonKind::string, last, total);
    node.link = size() + 1;
    nodes.push_back(node);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view digits, json::error_code&) {
    const bool minus_zero = value == 0 && digits.starts_with('-');
    return minus_zero ? other(-0.0) : leaf(JsonKind::integer, value);
  }
  bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) { return other(static_cast<double>(value)); }
  bool on_double(double value, json::string_view, json::error_code&) { return other(value); }
  bool on_bool(bool value, json::error_code&) { return leaf(JsonKind::boolean, value ? 1 : 0); }
  bool on_null(json::error_code&) { return leaf(JsonKind::null, 0); }
  bool on_comment_part(json::string_view, json::error_code&) { return false; }
  bool on_comment(json::string_view, json::error_code&) { return false; }
};

Result<JsonView> JsonDocument::parse(std::string_view body) {
  constexpr std::size_t kKeptBytes = 256 * 1024;
  // An administrator's megabytes are not kept for ever.
  if (nodes_.capacity() * sizeof(JsonNode) > kKeptBytes) nodes_ = std::vector<JsonNode>{};
  if (text_.capacity() > kKeptBytes) std::string{}.swap(text_);  // an assignment would keep the memory
  nodes_.clear();
  text_.clear();
  if (body.size() > UINT32_MAX / 2) return refuse(ErrorCode::payload_too_large);
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::basic_parser<TapeHandler> parser{options, *this};
  json::error_code ec;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), ec);
  if (ec || used != body.size() || !parser.done()) return refuse(ErrorCode::malformed_json);
  return JsonView{*this, 0};
}

std::optional<JsonView> JsonView::find(std::string_view key) const {
  const std::uint32_t end = checked(JsonKind::object).link;
  for (std::uint32_t at = at_ + 1; at < end;) {
    if (document_->text(document_->node(at)) == key) return JsonView{*document_, at + 1};
    at = document_->node(at + 1).link;
  }
  return {};
}

}  // namespace frontrow::http
