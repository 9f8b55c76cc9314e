// Any bytes as the head of a request. Beast under the rules of framing accepts only what framing by itself accepts, with
// the same result. Then a third reader, the naive one below, must find the same method, target, body length, chunking and
// headers.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "http/framing.hpp"
#include "http/message_parser.hpp"

namespace {

using frontrow::http::Header;

struct Reading {
  std::string method, target, version;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case

  std::vector<std::string> all(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [key, value] : headers) {
      if (key == name) values.push_back(value);
    }
    return values;
  }
};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string trimmed(std::string text) {
  const auto from = text.find_first_not_of(" \t");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

Reading read_naively(std::string_view head) {
  Reading reading;
  std::vector<std::string> lines;
  std::string line;
  for (char c : head) {
    line += c;
    if (!line.ends_with("\r\n")) continue;
    lines.push_back(line.substr(0, line.size() - 2));
    line.clear();
  }
  const std::string& first = lines.at(0);
  const auto blank = first.find(' '), last = first.rfind(' ');
  reading.method = first.substr(0, blank);
  reading.target = first.substr(blank + 1, last - blank - 1);
  reading.version = first.substr(last + 1);
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    reading.headers.emplace_back(lower(lines[i].substr(0, colon)), trimmed(lines[i].substr(colon + 1)));
  }
  return reading;
}

void compare(const Reading& naive, const frontrow::http::Head& head, std::span<const Header> headers) {
  const bool is_old = naive.version == "HTTP/1.0";
  CHECK(is_old == (head.version == frontrow::http::Version::http10));
  CHECK(is_old || naive.version == "HTTP/1.1");  // Beast refuses the newer ones; the server passes them to it as 1.1
  CHECK(naive.method == head.method);
  CHECK(naive.target == head.target);
  CHECK(head.path == "*" ? head.method == "OPTIONS" : head.path.starts_with('/'));
  CHECK(naive.target == "*" || naive.target.ends_with(head.query));
  CHECK(naive.all("host").size() == 1 || (is_old && naive.all("host").empty()));
  CHECK(!is_old || (naive.all("transfer-encoding").empty() && !head.expects_continue));
  const auto lengths = naive.all("content-length"), encodings = naive.all("transfer-encoding");
  CHECK(lengths.size() <= 1 && encodings.size() <= 1 && lengths.size() + encodings.size() <= 1);
  CHECK(head.chunked == !encodings.empty());
  CHECK(encodings.empty() || lower(encodings[0]) == "chunked");
  CHECK(head.content_length == (lengths.empty() ? 0 : std::strtoull(lengths[0].c_str(), nullptr, 10)));
  CHECK(lengths.empty() || lengths[0] == std::to_string(head.content_length));
  CHECK(naive.headers.size() == headers.size());
  for (std::size_t i = 0; i < headers.size(); ++i) {
    CHECK(naive.headers[i].first == lower(std::string(headers[i].name)));
    CHECK(naive.headers[i].second == headers[i].value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace frontrow::http;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits{.request_line = 256, .header_bytes = 512, .header_count = 8};
  HeadScan scan;
  const auto found = find_head_end(bytes, scan, limits);
  // The verdict does not depend on how the bytes arrive.
  HeadScan slow;
  frontrow::Result<std::size_t> piecewise = std::size_t{0};
  for (std::size_t end = 1; end <= size && piecewise && *piecewise == 0; ++end)
    piecewise = find_head_end(bytes.substr(0, end), slow, limits);
  CHECK(found.has_value() == piecewise.has_value());
  CHECK(!found || *found == *piecewise);
  if (!found || *found == 0) return 0;

  const std::string_view head_bytes = bytes.substr(0, *found);
  const auto checked = check_head(head_bytes, limits);
  MessageParser parser;
  const auto head = parser.read_head(head_bytes, scan, limits);
  CHECK(checked || (!head && head.error().code == checked.error().code));
  if (!head) return 0;
  CHECK(checked->version == head->version && checked->keep_alive == head->keep_alive);
  CHECK(checked->path == head->path && checked->query == head->query && checked->host == head->host);
  CHECK(checked->expects_continue == head->expects_continue && checked->chunked == head->chunked);
  CHECK(checked->content_length == head->content_length);
  compare(read_naively(head_bytes), *head, parser.headers());
  CHECK(parser.is_done() == !head->has_body());
  if (parser.is_done()) return 0;

  const std::string_view rest = bytes.substr(*found);
  std::string body;
  const auto used = parser.parse_body(rest, body, 1024);
  if (!used) return 0;
  CHECK(*used <= rest.size() && body.size() <= 1024);
  if (!head->chunked) CHECK(body == rest.substr(0, std::min<std::size_t>(rest.size(), head->content_length)));
  return 0;
}
