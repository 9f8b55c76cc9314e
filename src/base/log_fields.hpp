// The one list of the values that a log line may name. A name that is not here does not compile.
//
// `key` is what the code and the console say. `ecs` is the name in the JSON log: the Elastic Common Schema's where it has
// one, else below `frontrow.`. deploy/logs/index-template.json is made from this list, so that an index with a strict
// mapping takes every line.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace frontrow {

enum class LogKind : std::uint8_t { text, number, fact };

struct LogFieldName {
  std::string_view key;
  std::string_view ecs;
  LogKind kind;
  std::int64_t factor = 1;  // the JSON log's unit is so many times finer
};

inline constexpr std::string_view kTraceId = "traceId";

inline constexpr auto kLogFieldNames = std::to_array<LogFieldName>({
    {kTraceId, "trace.id", LogKind::text},
    // A request.
    {"method", "http.request.method", LogKind::text},
    {"route", "frontrow.route", LogKind::text},
    {"status", "http.response.status_code", LogKind::number},
    {"microseconds", "event.duration", LogKind::number, 1'000},
    {"buffered", "frontrow.buffered_bytes", LogKind::number},
    {"connections", "frontrow.connections", LogKind::number},
    {"limit", "frontrow.limit", LogKind::text},
    {"client", "client.address", LogKind::text},
    {"operator", "user.name", LogKind::text},
    // A failure.
    {"reason", "error.message", LogKind::text},
    {"error", "error.code", LogKind::text},
    {"where", "frontrow.where", LogKind::text},
    {"leftOut", "frontrow.left_out", LogKind::number},
    {"outcomeUnknown", "frontrow.outcome_unknown", LogKind::fact},
    {"commands", "frontrow.commands", LogKind::number},
    {"expression", "frontrow.expression", LogKind::text},
    {"sourceFile", "log.origin.file.name", LogKind::text},
    {"sourceLine", "log.origin.file.line", LogKind::number},
    // Start and stop.
    {"address", "frontrow.address", LogKind::text},
    {"operators", "frontrow.operators_address", LogKind::text},
    {"data", "frontrow.data", LogKind::text},
    {"signal", "frontrow.signal", LogKind::number},
    {"file", "file.path", LogKind::text},
    {"keys", "frontrow.keys", LogKind::number},
    // The sale.
    {"concert", "frontrow.concert", LogKind::number},
    {"schedule", "frontrow.schedule", LogKind::number},
    {"shown", "frontrow.shown_version", LogKind::number},
    {"stored", "frontrow.stored_version", LogKind::number},
    // Parts of the cluster.
    {"host", "frontrow.server.host", LogKind::text},
    {"port", "frontrow.server.port", LogKind::number},
    {"from", "frontrow.schema.from", LogKind::number},
    {"to", "frontrow.schema.to", LogKind::number},
    {"topic", "frontrow.topic", LogKind::text},
    {"given", "frontrow.partitions_given", LogKind::number},
    {"taken", "frontrow.partitions_taken", LogKind::number},
    {"messages", "frontrow.messages", LogKind::number},
    {"delivered", "frontrow.messages_delivered", LogKind::number},
    {"not", "frontrow.messages_not_delivered", LogKind::number},
    {"what", "frontrow.what", LogKind::text},
    // The audit.
    {"rule", "frontrow.audit.rule", LogKind::text},
    {"checked", "frontrow.audit.checked", LogKind::number},
    {"broken", "frontrow.audit.broken", LogKind::number},
    {"meaning", "frontrow.meaning", LogKind::text},
    {"example", "frontrow.audit.example", LogKind::text},
});

// A name from the list, of this kind; checked by the compiler.
template <LogKind kind>
class LogKey {
 public:
  template <class Text>
    requires std::convertible_to<const Text&, std::string_view>
  consteval LogKey(const Text& key) : name_(find(std::string_view(key))) {}

  const LogFieldName& name() const { return *name_; }

 private:
  static consteval const LogFieldName* find(std::string_view key) {
    for (const LogFieldName& each : kLogFieldNames) {
      if (each.key == key && each.kind == kind) return &each;
    }
    throw "no field of this name and kind is in kLogFieldNames";
  }

  const LogFieldName* name_;
};

}  // namespace frontrow
