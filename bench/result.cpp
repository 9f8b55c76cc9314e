#include "bench/result.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <iterator>

#include "bench/page.hpp"

namespace frontrow::bench {

namespace json = boost::json;

namespace {

std::string_view loop_of(const Options& options) {
  if (options.is_open_loop()) return "open loop";
  return options.scenario == ScenarioName::rush || options.scenario == ScenarioName::poll ? "crowd" : "closed loop";
}

constexpr std::array<std::string_view, kKinds> kKindNames = {"ok", "refused", "error"};
constexpr std::array kShares = {0.5, 0.95, 0.99, 1.0};

double milliseconds(Histogram::Value value) { return std::chrono::duration<double, std::milli>(value).count(); }

std::string row(std::string_view name, const Result& result, const Histogram& histogram, std::uint64_t count) {
  std::string line = fmt::format("  {:<20} {:>10} {:>10.0f}", name, count, result.rate_of(count));
  for (const double share : kShares) line += fmt::format(" {:>9.2f}", milliseconds(histogram.quantile(share)));
  return line + "\n";
}

json::object latency(const Histogram& histogram) {
  return {{"p50", milliseconds(histogram.quantile(0.5))},
          {"p95", milliseconds(histogram.quantile(0.95))},
          {"p99", milliseconds(histogram.quantile(0.99))},
          {"max", milliseconds(histogram.quantile(1))}};
}

json::array endpoints(const Result& result) {
  json::array all;
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    const Tally::Line& line = result.tally.lines[i];
    if (line.count() == 0) continue;
    json::object endpoint{
        {"name", name_of(static_cast<Endpoint>(i))}, {"count", line.count()}, {"perSecond", result.rate_of(line.count())}};
    for (std::size_t j = 0; j < kKinds; ++j) {
      json::object kind = latency(line.latency[j]);
      kind["count"] = line.count(static_cast<Kind>(j));
      kind["perSecond"] = result.rate_of(line.count(static_cast<Kind>(j)));
      endpoint[kKindNames[j]] = std::move(kind);
    }
    json::object outcomes;
    for (std::size_t j = 0; j < kOutcomes; ++j)
      if (line.outcomes[j] > 0) outcomes[name_of(static_cast<Outcome>(j))] = line.outcomes[j];
    endpoint["outcomes"] = std::move(outcomes);
    all.push_back(std::move(endpoint));
  }
  return all;
}

json::array samples(const Result& result) {
  json::array all;
  for (const Sample& sample : result.samples) {
    json::object one{{"t", sample.at},
                     {"ok", sample.ok},
                     {"refused", sample.refused},
                     {"errors", sample.errors},
                     {"p50", sample.p50_ms},
                     {"p99", sample.p99_ms},
                     {"backlog", sample.backlog},
                     {"usersLeft", sample.users_left},
                     {"serverMiB", sample.server_mib},
                     {"serverConnections", sample.server_connections},
                     {"batch", sample.batch}};
    if (sample.waiting >= 0) {
      one["waiting"] = sample.waiting;
      one["active"] = sample.active;
      one["seatsLeft"] = sample.seats_left;
    }
    all.push_back(std::move(one));
  }
  return all;
}

json::object check(const Verdict& verdict) {
  const Reconciliation& comparison = verdict.comparison;
  json::object check{{"clean", verdict.is_clean()},
                     {"toldHolds", comparison.holds},
                     {"toldPayments", comparison.payments},
                     {"toldCharges", comparison.charges},
                     {"unknown", comparison.unknown},
                     {"compared", comparison.compared},
                     {"mismatches", comparison.mismatches},
                     {"examples", json::value_from(comparison.examples)}};
  check["audit"] = !verdict.was_audited ? "not run" : verdict.is_audit_clean ? "clean" : "NOT clean";
  check["auditLines"] = json::value_from(verdict.audit_lines);
  return check;
}

json::object document(const Result& result) {
  const Options& options = result.options;
  return {{"scenario", name_of(options.scenario)},
          {"command", options.command},
          {"startedAt", result.started_at},
          {"addressLimits", result.has_address_limits ? "on" : "off"},
          {"seconds", result.seconds},
          {"loop", loop_of(options)},
          {"rate", options.rate},
          {"connections", options.connections},
          {"connectionsInside", options.connections_inside},
          {"processes", options.processes},
          {"users", options.users},
          {"seats", options.seats},
          {"journeys", result.tally.journeys},
          {"journeysPerSecond", result.rate_of(result.tally.journeys)},
          {"requests", result.tally.count()},
          {"requestsPerSecond", result.rate_of(result.tally.count())},
          {"errors", result.tally.count(Kind::error)},
          {"usersLeft", result.tally.users_left},
          {"unreadable", result.tally.unreadable},
          {"reconnects", result.tally.reconnects},
          {"endpoints", endpoints(result)},
          {"samples", samples(result)},
          {"check", check(result.verdict)}};
}

}  // namespace

std::string text_of(const Verdict& verdict) {
  const Reconciliation& comparison = verdict.comparison;
  std::string text =
      fmt::format("told and stored: {} holds, {} payments, {} charges told; {} outcomes unknown; {} comparisons, {} mismatches\n",
                  comparison.holds,
                  comparison.payments,
                  comparison.charges,
                  comparison.unknown,
                  comparison.compared,
                  comparison.mismatches);
  for (const std::string& example : comparison.examples) text += fmt::format("  MISMATCH: {}\n", example);
  if (!verdict.was_audited) return text + "audit: not run; give --data-dir or --audit-command\n";
  text += fmt::format("audit: {} ({})\n", verdict.is_audit_clean ? "clean" : "NOT clean", verdict.audit_command);
  for (const std::string& line : verdict.audit_lines) text += fmt::format("  {}\n", line);
  return text;
}

std::string as_text(const Result& result) {
  const Tally& tally = result.tally;
  std::string text =
      fmt::format("\n{}: {} requests in {:.2f} s, {:.0f} a second; {} journeys, {:.0f} a second ({}, {} connections)\n\n",
                  name_of(result.options.scenario),
                  tally.count(),
                  result.seconds,
                  result.rate_of(tally.count()),
                  tally.journeys,
                  result.rate_of(tally.journeys),
                  loop_of(result.options),
                  result.options.connections);
  text += fmt::format(
      "  {:<20} {:>10} {:>10} {:>9} {:>9} {:>9} {:>9}\n", "milliseconds", "count", "a second", "p50", "p95", "p99", "max");
  std::string outcomes;
  for (std::size_t i = 0; i < kEndpoints; ++i) {
    const Tally::Line& line = tally.lines[i];
    const std::string_view name = name_of(static_cast<Endpoint>(i));
    for (std::size_t j = 0; j < kKinds; ++j) {
      const auto kind = static_cast<Kind>(j);
      if (line.count(kind) > 0)
        text += row(kind == Kind::ok ? std::string{name} : fmt::format("{} {}", name, kKindNames[j]),
                    result,
                    line.latency[j],
                    line.count(kind));
    }
    for (std::size_t j = 1; j < kOutcomes; ++j) {
      const auto outcome = static_cast<Outcome>(j);
      if (line.outcomes[j] > 0)
        outcomes += fmt::format("  {:<8} {:<28} {:>10}  {}\n",
                                name,
                                name_of(outcome),
                                line.outcomes[j],
                                kind_of(outcome) == Kind::refused ? "refused" : "ERROR");
    }
  }
  if (!outcomes.empty()) text += "\nnot granted\n" + outcomes;
  text += fmt::format("\nlimits by address: {}\n", result.has_address_limits ? "on" : "off");
  text += fmt::format("errors: {}, of them timed out {}, dropped {}; idle connections opened again: {}\n",
                      tally.count(Kind::error),
                      tally.count(kTimedOut),
                      tally.count(kDropped),
                      tally.reconnects);
  if (tally.unreadable > 0) text += fmt::format("successes with a body nobody can read: {}\n", tally.unreadable);
  if (tally.users_left > 0) text += fmt::format("users still in the middle of it: {}\n", tally.users_left);
  return text + text_of(result.verdict);
}

std::string as_json(const Result& result) { return json::serialize(document(result)) + "\n"; }

std::string as_page(const Result& result) {
  constexpr std::string_view kPlace = "/*RUN*/";
  std::string page{page_template()};
  std::string data = json::serialize(document(result));
  // "</script>" inside a string would end the script.
  for (auto at = data.find("</"); at != std::string::npos; at = data.find("</", at + 3)) data.replace(at, 2, "<\\/");
  const auto at = page.find(kPlace);
  return page.replace(at, kPlace.size(), data);
}

}  // namespace frontrow::bench
