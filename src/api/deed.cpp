// The deeds of operators: page by page as JSON, and for export as JSON lines or CSV.
#include <fmt/format.h>

#include <array>

#include "api/routes.hpp"
#include "http/json_body.hpp"

namespace frontrow::http {

namespace {

constexpr int kPage = 100;
constexpr int kMaxPage = 1'000;

enum class Format : std::uint8_t { json, lines, csv };
constexpr std::array<std::pair<std::string_view, Format>, 3> kFormats{
    {{"json", Format::json}, {"jsonl", Format::lines}, {"csv", Format::csv}}};

template <class Id>
std::optional<Id> if_named(Id id) {
  return id ? std::optional{id} : std::nullopt;
}

void write_deed(JsonWriter& json, const Deed& deed) {
  json.begin_object()
      .field("id", deed.id)
      .field("at", deed.at)
      .field("operatorId", if_named(deed.actor.account))
      .field("operatorName", deed.actor.name)
      .field("address", if_said(deed.actor.address))
      .field("what", name_of(deed.kind))
      .field("concertId", if_named(deed.concert))
      .field("concertVersion", deed.concert ? std::optional{deed.concert_version} : std::nullopt)
      .field("scheduleId", if_named(deed.schedule))
      .field("subjectId", if_named(deed.subject))
      .key("changes")
      .raw(deed.changes)
      .field("previousHash", hexadecimal(deed.previous))
      .field("hash", hexadecimal(deed.hash))
      .end_object();
}

struct Page {
  std::vector<Deed> deeds;
  DeedHead head;
};

Response as_json(DeedId after, const Page& page) {
  JsonBody json;
  json.begin_object().key("deeds").begin_array();
  for (const Deed& deed : page.deeds) write_deed(json, deed);
  json.end_array().field("lastId", page.deeds.empty() ? after : page.deeds.back().id);
  json.key("end").begin_object().field("id", page.head.last).field("hash", hexadecimal(page.head.hash)).end_object().end_object();
  return json.response();
}

Response as_lines(const Page& page) {
  Response response{.content_type = "application/x-ndjson"};
  for (const Deed& deed : page.deeds) {
    JsonWriter json(response.body);
    write_deed(json, deed);
    response.body += '\n';
  }
  return response;
}

// RFC 4180. A spreadsheet takes a text that begins like a formula for one, so such a text begins with an apostrophe.
void add_cell(std::string& csv, std::string_view text, char end = ',') {
  const bool is_formula = !text.empty() && std::string_view("=+-@\t\r").contains(text.front());
  csv += '"';
  if (is_formula) csv += '\'';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
  csv += end;
}

template <class Id>
void add_cell(std::string& csv, Id id) {
  if (id) csv += std::to_string(id.value);
  csv += ',';
}

Response as_csv(const Page& page) {
  Response response{.content_type = "text/csv; charset=utf-8"};
  std::string& csv = response.body;
  csv = "id,at,operatorId,operatorName,address,what,concertId,concertVersion,scheduleId,subjectId,changes,previousHash,hash\r\n";
  for (const Deed& deed : page.deeds) {
    add_cell(csv, deed.id);
    csv += iso8601(deed.at) + ',';
    add_cell(csv, deed.actor.account);
    add_cell(csv, std::string_view{deed.actor.name});
    add_cell(csv, std::string_view{deed.actor.address});
    add_cell(csv, name_of(deed.kind));
    add_cell(csv, deed.concert);
    if (deed.concert) csv += std::to_string(deed.concert_version);
    csv += ',';
    add_cell(csv, deed.schedule);
    add_cell(csv, deed.subject);
    add_cell(csv, std::string_view{deed.changes});
    csv += hexadecimal(deed.previous) + ',' + hexadecimal(deed.hash) + "\r\n";
  }
  response.add_header("Content-Disposition", "attachment; filename=\"deeds.csv\"");
  return response;
}

Format read_format(RequestReader& in, QueryReader& query) {
  const auto name = query.optional_string("format", 1, 8);
  for (const auto& [known, format] : kFormats)
    if (name.value_or("json") == known) return format;
  in.errors.add("format", "must be json, jsonl or csv");
  return Format::json;
}

auto deeds(RequestReader& in) {
  QueryReader query = in.query();
  const DeedId after{query.optional_int("after", 0, kMaxId).value_or(0)};
  const auto limit = static_cast<int>(query.optional_int("limit", 1, kMaxPage).value_or(kPage));
  const Format format = read_format(in, query);
  // The end is read last, so it is no older than the page.
  return in.ask(
      [after, limit](StoreReader& reader) {
        Page page{.deeds = reader.deeds_after(after, limit), .head = {}};
        page.head = reader.deed_head();
        return page;
      },
      [after, format](const Page& page) {
        switch (format) {
          case Format::lines: return as_lines(page);
          case Format::csv: return as_csv(page);
          case Format::json: break;
        }
        return as_json(after, page);
      });
}

}  // namespace

void add_deed_routes(Routes& routes) { routes.add("GET", "/api/v1/admin/deeds", Needs::admin, deeds).role = Role::manager; }

}  // namespace frontrow::http
