#include "bench/answer.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "base/clock.hpp"

namespace frontrow::bench {

namespace {

namespace json = boost::json;

constexpr std::size_t kScratch = 16 * 1024;

// Parses a small object without the heap, and passes it to `read`; empty if it lacks a member that `read` needs.
template <class Read>
auto with_object(std::string_view body, Read read) -> std::optional<decltype(read(std::declval<const json::object&>()))> {
  std::array<unsigned char, kScratch> scratch;
  json::monotonic_resource memory(scratch.data(), scratch.size());
  json::error_code ec;
  const json::value value = json::parse({body.data(), body.size()}, ec, &memory);
  if (ec || !value.is_object()) return {};
  try {
    return read(value.get_object());
  } catch (const std::exception&) {
    return {};
  }
}

std::string_view text(const json::object& object, const char* name) {
  const json::string& found = object.at(name).as_string();
  return {found.data(), found.size()};
}

std::int64_t integer(const json::object& object, const char* name) { return object.at(name).as_int64(); }

TimePoint time(const json::object& object, const char* name) {
  const auto found = parse_iso8601(text(object, name));
  if (!found) throw std::invalid_argument(name);
  return *found;
}

TicketState state_of(std::string_view name) {
  if (name == "WAITING") return TicketState::waiting;
  if (name == "ACTIVE") return TicketState::active;
  if (name == "COMPLETED") return TicketState::completed;
  if (name == "EXPIRED") return TicketState::expired;
  throw std::invalid_argument("status");
}

// The members of each object in the array `seats`: a document tree of a whole seat map for each look would cost too
// much.
class FreeSeats {
 public:
  explicit FreeSeats(std::vector<std::int64_t>& seats) : seats_(seats) {}

  static constexpr std::size_t max_array_size = -1;
  static constexpr std::size_t max_object_size = -1;
  static constexpr std::size_t max_string_size = -1;
  static constexpr std::size_t max_key_size = -1;

  using error_code = json::error_code;
  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    is_free_ = false;
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    if (is_free_) seats_.push_back(id_);
    is_free_ = false;
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t, error_code&) { return true; }
  bool on_key_part(json::string_view, std::size_t, error_code&) { return true; }
  bool on_key(json::string_view key, std::size_t, error_code&) {
    is_id_ = key == "id";
    is_status_ = key == "status";
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
  bool on_string(json::string_view value, std::size_t, error_code&) {
    if (is_status_) is_free_ = value == "AVAILABLE";
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t value, json::string_view, error_code&) {
    if (is_id_) id_ = value;
    return true;
  }
  bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
  bool on_double(double, json::string_view, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  std::vector<std::int64_t>& seats_;
  std::int64_t id_ = 0;
  bool is_id_ = false;
  bool is_status_ = false;
  bool is_free_ = false;
};

}  // namespace

std::string_view problem_code(std::string_view body) {
  constexpr std::string_view kName = "\"code\":\"";
  const auto at = body.find(kName);
  if (at == std::string_view::npos) return {};
  body.remove_prefix(at + kName.size());
  return body.substr(0, body.find('"'));
}

std::int64_t read_version(std::string_view body) {
  constexpr std::string_view kName = "\"version\":";
  const auto at = body.substr(0, 200).find(kName);
  if (at == std::string_view::npos) return -1;
  std::int64_t version = -1;
  body.remove_prefix(at + kName.size());
  std::from_chars(body.data(), body.data() + body.size(), version);
  return version;
}

std::optional<TicketAnswer> read_ticket(std::string_view body) {
  return with_object(body, [](const json::object& object) {
    return TicketAnswer{.token = std::string{text(object, "token")},
                        .state = state_of(text(object, "status")),
                        .position = integer(object, "position"),
                        .poll_after = std::chrono::milliseconds{integer(object, "pollAfterMs")}};
  });
}

std::optional<HoldAnswer> read_hold(std::string_view body) {
  return with_object(body, [](const json::object& object) {
    HoldAnswer hold{.reservation = integer(object, "reservationId"),
                    .amount = integer(object, "amount"),
                    .seats = {},
                    .expires_at = time(object, "temporaryExpiresAt")};
    for (const json::value& seat : object.at("seats").as_array()) hold.seats.push_back(integer(seat.as_object(), "seatId"));
    return hold;
  });
}

std::optional<PaymentAnswer> read_payment(std::string_view body) {
  return with_object(body, [](const json::object& object) {
    return PaymentAnswer{.payment = integer(object, "paymentId"),
                         .reservation = integer(object, "reservationId"),
                         .amount = integer(object, "amount"),
                         .balance = integer(object, "balance")};
  });
}

bool read_free_seats(std::string_view body, std::vector<std::int64_t>& seats) {
  seats.clear();
  json::basic_parser<FreeSeats> parser(json::parse_options{}, seats);
  json::error_code ec;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), ec);
  return !ec && used == body.size();
}

std::optional<std::vector<ScheduleAnswer>> read_schedules(std::string_view body) {
  return with_object(body, [](const json::object& object) {
    std::vector<ScheduleAnswer> schedules;
    for (const json::value& one : object.at("schedules").as_array())
      schedules.push_back({.id = integer(one.as_object(), "id"), .available = integer(one.as_object(), "availableSeats")});
    return schedules;
  });
}

}  // namespace frontrow::bench
