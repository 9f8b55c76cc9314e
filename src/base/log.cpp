#include "base/log.hpp"

#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "base/clock.hpp"
#include "base/log_line.hpp"
#include "base/mutex.hpp"

namespace frontrow {

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view level_name(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::debug: return "debug";
    case spdlog::level::info: return "info";
    case spdlog::level::warn: return "warn";
    default: return "error";
  }
}

// spdlog's pattern does not escape. So the payload arrives here as finished members, and this adds what every line has.
class JsonFormatter final : public spdlog::formatter {
 public:
  // `service`: the finished members that say which program writes.
  explicit JsonFormatter(std::string service) : service_(std::move(service)) {}

  void format(const spdlog::details::log_msg& entry, spdlog::memory_buf_t& out) override {
    std::string head = "{\"@timestamp\":\"";
    append_iso8601(head, std::chrono::time_point_cast<Duration>(entry.time));
    head += "\",\"log.level\":\"";
    head += level_name(entry.level);
    head += "\",";
    out.append(head.data(), head.data() + head.size());
    out.append(entry.payload.begin(), entry.payload.end());
    out.append(service_.data(), service_.data() + service_.size());
    constexpr std::string_view kEnd = "}\n";
    out.append(kEnd.data(), kEnd.data() + kEnd.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(service_); }

 private:
  std::string service_;
};

std::string service_members(std::string_view version) {
  std::string members = R"(,"ecs.version":"8.11.0","service.name":"frontrow","service.version":)";
  append_json_string(members, version);
  return members;
}

struct Target {
  LogFormat format;
  std::shared_ptr<spdlog::logger> logger;
};

std::shared_ptr<const Target> make_target(const LogOptions& options) {
  spdlog::sink_ptr sink;
  if (options.out != nullptr) {
    sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*options.out, true);
  } else if (options.format == LogFormat::json) {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  }
  auto logger = std::make_shared<spdlog::logger>("frontrow", std::move(sink));
  if (options.format == LogFormat::json) {
    logger->set_formatter(std::make_unique<JsonFormatter>(service_members(options.version)));
  } else {
    // UTC, as on the wire, so that a log line can be compared with an answer.
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%H:%M:%S.%eZ %^%-5l%$ %v", spdlog::pattern_time_type::utc));
  }
  logger->set_level(to_spdlog(options.level));
  logger->flush_on(spdlog::level::debug);
  // A full disk does not stop the sale; this error has nowhere to go.
  logger->set_error_handler([](const std::string&) {});
  return std::make_shared<const Target>(Target{options.format, std::move(logger)});
}

Mutex target_mutex;
std::shared_ptr<const Target>& target_slot() REQUIRES(target_mutex) {
  static auto* const slot = new std::shared_ptr<const Target>(make_target({}));  // never freed: threads may log until the very end
  return *slot;
}
std::atomic<LogLevel> lowest_level{LogLevel::info};

std::shared_ptr<const Target> current_target() {
  const MutexLock lock(target_mutex);
  return target_slot();
}

}  // namespace

void configure_log(const LogOptions& options) {
  auto target = make_target(options);
  const MutexLock lock(target_mutex);
  target_slot() = std::move(target);
  lowest_level = options.level;
}

bool log_enabled(LogLevel level) noexcept { return level >= lowest_level.load(std::memory_order_relaxed); }

void log(LogLevel level, std::string_view message, LogFields fields) noexcept {
  if (!log_enabled(level)) return;
  try {
    const auto target = current_target();
    const std::string line = target->format == LogFormat::json ? json_members(message, fields) : console_text(message, fields);
    target->logger->log(to_spdlog(level), spdlog::string_view_t{line.data(), line.size()});
  } catch (...) {
    // Out of memory while logging: the entry is lost, but the caller goes on.
  }
}

}  // namespace frontrow
