// Reads one JSON document strictly, into a flat tape that is reused for the next document.
//
// Refused as malformed_json: text that is not JSON by RFC 8259 (comments, trailing commas, invalid UTF-8, text after
// the end …), an object with the same key twice or more than kMaxMembers keys, nesting deeper than kMaxDepth. A number
// is a plain 64-bit integer or `other_number` (floats, exponents, −0, larger values), so that a field can refuse it.
// `other_number` holds the nearest double for the standards that allow any number (the times of a JWT).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "domain/error.hpp"

namespace frontrow::http {

inline constexpr std::size_t kMaxDepth = 16;
inline constexpr std::uint32_t kMaxMembers = 100;  // in one object: the search for duplicates is quadratic

enum class JsonKind : std::uint8_t { null, boolean, integer, other_number, string, array, object, key };

struct JsonText {
  std::uint32_t offset, size;
};

struct JsonNode {
  JsonKind kind;
  // In a value: the index after its last descendant. In a key: the index of the key before it in the same object, 0 for
  // none.
  std::uint32_t link = 0;
  union {
    std::int64_t integer;  // 0 or 1 for a boolean
    double other_number;   // infinite if it is larger than any double
    JsonText text;         // the text of a string or a key
    std::int64_t count;    // elements or members
  };
};

class JsonView;

class JsonDocument {
 public:
  // The view and the strings it gives are valid until the next parse.
  Result<JsonView> parse(std::string_view text);
  std::string_view text(const JsonNode& node) const { return std::string_view(text_).substr(node.text.offset, node.text.size); }
  const JsonNode& node(std::uint32_t at) const { return nodes_[at]; }

 private:
  friend struct TapeHandler;
  std::vector<JsonNode> nodes_;
  std::string text_;  // all strings and keys, unescaped
};

class JsonView {
 public:
  JsonView(const JsonDocument& document, std::uint32_t at) : document_(&document), at_(at) {}

  JsonKind kind() const { return node().kind; }
  bool is_null() const { return kind() == JsonKind::null; }
  // Each may be called for a value of its own kind only.
  std::int64_t integer() const { return checked(JsonKind::integer).integer; }
  double other_number() const { return checked(JsonKind::other_number).other_number; }
  bool boolean() const { return checked(JsonKind::boolean).integer != 0; }
  std::string_view string() const { return document_->text(checked(JsonKind::string)); }
  std::size_t size() const {
    CHECK(kind() == JsonKind::array || kind() == JsonKind::object);
    return static_cast<std::size_t>(node().count);
  }

  // The member of an object; nothing if it is absent.
  std::optional<JsonView> find(std::string_view key) const;

  // Calls fn(JsonView) for each element of an array, in order.
  template <class F>
  void for_each(F fn) const {
    const std::uint32_t end = checked(JsonKind::array).link;
    for (std::uint32_t at = at_ + 1; at < end; at = document_->node(at).link) fn(JsonView{*document_, at});
  }

 private:
  const JsonNode& node() const { return document_->node(at_); }
  const JsonNode& checked(JsonKind expected) const {
    CHECK(node().kind == expected);
    return node();
  }

  const JsonDocument* document_;
  std::uint32_t at_;
};

}  // namespace frontrow::http
