// Any bytes as a JSON body. Our reader accepts the documents that Boost.JSON's own parser accepts, except those it
// refuses on purpose (a key twice, too many members), and finds the same values.
#include <algorithm>
#include <boost/json/parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "http/field_reader.hpp"
#include "http/json_reader.hpp"

namespace {

namespace json = boost::json;
using namespace frontrow::http;

// Compares our view of the document with theirs. Theirs keeps the last of two equal keys, so ours must have refused
// such a document.
void compare(JsonView ours, const json::value& theirs) {
  switch (ours.kind()) {
    case JsonKind::null: CHECK(theirs.is_null()); break;
    case JsonKind::boolean: CHECK(theirs.get_bool() == ours.boolean()); break;
    case JsonKind::integer: CHECK(theirs.get_int64() == ours.integer()); break;
    case JsonKind::other_number:
      CHECK(theirs.is_double() || theirs.is_uint64() || (theirs.is_int64() && theirs.get_int64() == 0));  // the last is −0
      break;
    case JsonKind::string: CHECK(std::string_view(theirs.get_string().data(), theirs.get_string().size()) == ours.string()); break;
    case JsonKind::array: {
      const json::array& array = theirs.get_array();
      CHECK(array.size() == ours.size());
      std::size_t i = 0;
      ours.for_each([&](JsonView element) { compare(element, array[i++]); });
      break;
    }
    case JsonKind::object: {
      const json::object& object = theirs.get_object();
      CHECK(object.size() == ours.size());
      for (const auto& [key, value] : object) {
        const auto member = ours.find({key.data(), key.size()});
        CHECK(member.has_value());
        compare(*member, value);
      }
      break;
    }
    case JsonKind::key: CHECK(!"a key is no value");
  }
}

// Reads every kind of field; only complaints may follow.
void read_fields(JsonView root) {
  FieldErrors errors;
  FieldReader in{root, errors};
  in.required_int("a", 1, 9);
  in.optional_string("b", 1, 5);
  in.optional_time("c");
  in.optional_ints("d", 1, 9, 4);
  in.objects("e", 1, 4, [](FieldReader& inner) { inner.required_bool("a"); });
  if (!errors.empty()) CHECK(errors.refusal().error().errors.size() <= FieldErrors::kMost);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static JsonDocument document;
  const auto ours = document.parse(text);

  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::parser parser{{}, options};
  json::error_code ec;
  parser.write(text.data(), text.size(), ec);
  if (ours) {
    CHECK(!ec);
    compare(*ours, parser.release());
    if (ours->kind() == JsonKind::object) read_fields(*ours);
  } else if (!ec) {
    // Refused on purpose: there must be a second equal key or too many members, and both need a comma in an object.
    CHECK(text.find('{') != std::string_view::npos && text.find(',') != std::string_view::npos);
  }
  return 0;
}
