#include "bench/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>

namespace frontrow::bench {

namespace {

struct ScenarioRow {
  ScenarioName scenario;
  const char* name;
  const char* meaning;
  // Defaults.
  std::int64_t users;
  std::int64_t seats;  // 0 = one for each user
  int connections;
  double seconds;
  std::int64_t max_active;
  std::int64_t admissions;
};

constexpr std::array<ScenarioRow, 9> kScenarios = {{
    {ScenarioName::join, "join", "Everybody takes a ticket, and waits.", 50'000, 50, 256, 120, 1, 1},
    {ScenarioName::seats, "seats", "Read the seat map.", 1000, 50, 64, 10, 0, 0},
    {ScenarioName::hold, "hold", "Distinct users hold distinct seats.", 50'000, 0, 64, 60, 0, 0},
    {ScenarioName::hot_seat, "hot-seat", "Everybody wants the same few seats.", 5000, 10, 64, 10, 0, 0},
    {ScenarioName::pay, "pay", "Charge, hold and pay.", 20'000, 0, 64, 60, 0, 0},
    {ScenarioName::purchase, "purchase", "Ticket, poll, look, hold, charge and pay.", 20'000, 0, 64, 60, 1'000'000, 100'000},
    {ScenarioName::on_sale,
     "on-sale",
     "Poll and look six times each, then hold, charge and pay.",
     20'000,
     0,
     64,
     60,
     1'000'000,
     100'000},
    {ScenarioName::poll, "poll", "Wait in the queue and poll as told.", 10'000, 50, 1000, 30, 500, 100},
    {ScenarioName::rush, "rush", "The opening of a sale.", 5000, 1000, 256, 600, 500, 500},
}};

const ScenarioRow& row_of(ScenarioName scenario) {
  for (const ScenarioRow& row : kScenarios)
    if (row.scenario == scenario) return row;
  return kScenarios.front();
}

template <class T>
void set_default(T& value, T fallback) {
  if (value == T{}) value = fallback;
}

void with_defaults(Options& options) {
  const ScenarioRow& row = row_of(options.scenario);
  set_default(options.users, row.users);
  set_default(options.seats, row.seats == 0 ? options.users : row.seats);
  // Buyers look at a hall first, so their hall has a usual size. Users that only hold look at nothing; a hall as large
  // as possible is the harder case.
  const bool looks_first = options.scenario == ScenarioName::rush || options.scenario == ScenarioName::purchase ||
                           options.scenario == ScenarioName::on_sale;
  set_default(options.seats_per_schedule, looks_first ? std::int64_t{1000} : std::int64_t{50'000});
  set_default(options.connections, row.connections);
  set_default(options.seconds, row.seconds);
  set_default(options.max_active, row.max_active);
  set_default(options.admissions, row.admissions);
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--host", options.host, "Address of the server, not a name.")->capture_default_str()->check(CLI::ValidIPV4);
  app.add_option("--port", options.port)->capture_default_str();
  app.add_option("--more-ports",
                 options.more_ports,
                 "Other servers of the same sale: connections are spread evenly, as a balancer would, and a user's requests go to "
                 "any of them.")
      ->delimiter(',');
  app.add_option("--admin-token-file", options.admin_token_file, "Token of the admin API. [DATA-DIR/admin.token]");
  app.add_option("--charge-token-file",
                 options.charge_token_file,
                 "Token of the payment service, for a server with charge-by service. [DATA-DIR/charge.token, if it is there]");
  app.add_option("--data-dir", options.data_dir, "Data directory of the server; it is audited after the run.");
  app.add_option(
      "--audit-command",
      options.audit_command,
      "What is run after the run, by a shell; it must end with 0. [frontrow audit --data-dir DATA-DIR, frontrow from beside this "
      "program]; \"none\" leaves it out");
  app.add_option("--connections", options.connections, "Connections of all processes; closed loop: journeys at any time.")
      ->check(CLI::Range(1, 1'000'000));
  app.add_option(
         "--connections-inside",
         options.connections_inside,
         "Of the connections, those kept for people inside, as browsers keep theirs; whoever joins or polls shares the others.")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--processes", options.processes, "Generator processes; each has its own limit of open files.")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_option("--seconds", options.seconds, "Length of the run at most.")->check(CLI::Range(0.1, 86400.0));
  app.add_option(
         "--rate",
         options.rate,
         "Open loop: so many journeys begin a second, however the server does, and latency counts from when each was to begin.")
      ->check(CLI::Range(0.1, 10e6));
  app.add_flag("--poisson", options.poisson, "Open loop with random gaps instead of even ones.");
  app.add_option("--timeout-ms", options.timeout_ms, "A request not answered by then is counted as timed out.")
      ->capture_default_str()
      ->check(CLI::Range(10, 600'000));
  app.add_option("--users", options.users, "Distinct users, each with a ticket of their own.")->check(CLI::Range(1, 10'000'000));
  app.add_option("--seats", options.seats, "Seats of the concert.")->check(CLI::Range(1, 10'000'000));
  app.add_option("--seats-per-schedule", options.seats_per_schedule)->check(CLI::Range(1, 100'000));
  app.add_option("--price", options.price)->capture_default_str()->check(CLI::Range(1, 10'000'000));
  app.add_option("--max-active", options.max_active, "People inside at once, in the scenarios with a queue.");
  app.add_option("--admissions", options.admissions, "People let in a second.");
  app.add_flag("--idempotency-keys", options.with_keys, "An Idempotency-Key with every POST. Charges always have one.");
  app.add_option("--waiting", options.waiting, "poll: tickets in the queue besides those of the users.");
  app.add_option("--ramp", options.ramp, "rush: seconds over which people arrive; 0 is all at once.");
  app.add_option("--give-up", options.give_up, "rush: share of people who do not go through with it.")->capture_default_str();
  app.add_option("--pay-late", options.pay_late, "rush: share of people who pay when their hold is over.")->capture_default_str();
  app.add_option("--think-ms", options.think_ms, "rush: pause between two steps, on average.")->capture_default_str();
  app.add_option("--seed", options.seed)->capture_default_str();
  app.add_option("--json", options.json_file, "Write the result here.");
  app.add_option("--html", options.html_file, "Write a page with curves here.");
  app.add_option("--told", options.told_file, "Write what the server told here; `frontrow-bench verify` reads it.");
  app.add_flag("--quiet", options.quiet, "No progress line.");
}

}  // namespace

std::string_view name_of(ScenarioName scenario) { return row_of(scenario).name; }

bool Options::has_queue() const {
  return scenario == ScenarioName::join || scenario == ScenarioName::purchase || scenario == ScenarioName::on_sale ||
         scenario == ScenarioName::poll || scenario == ScenarioName::rush;
}

std::expected<Options, Stop> parse_options(int argc, char** argv) {
  Options options;
  CLI::App app{
      "frontrow-bench buys tickets from a frontrow server, as fast or as many people as you like, and then compares what it was\n"
      "told with what is stored. Exit code 0: all agrees; 1: it does not; 2: the run could not be made.",
      "frontrow-bench"};
  add_options(app, options);
  app.fallthrough();
  app.require_subcommand(1);
  for (const ScenarioRow& row : kScenarios) {
    app.add_subcommand(row.name, row.meaning)->set_help_flag();
  }
  app.add_subcommand("verify", "Compare again what a run with --told was told.")->set_help_flag();
  const std::string help = app.help();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Stop{0, help});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(Stop{2, fmt::format("frontrow-bench: {}\nSee frontrow-bench --help.\n", error.what())});
  }
  for (int i = 0; i < argc; ++i) options.command += fmt::format("{}{}", i == 0 ? "" : " ", i == 0 ? "frontrow-bench" : argv[i]);
  options.verify_only = app.got_subcommand("verify");
  for (const ScenarioRow& row : kScenarios) {
    if (app.got_subcommand(row.name)) options.scenario = row.scenario;
  }
  if (options.verify_only && options.told_file.empty())
    return std::unexpected(Stop{2, "frontrow-bench: verify needs --told FILE\n"});
  with_defaults(options);
  if (options.seats < options.users && !options.verify_only &&
      (options.scenario == ScenarioName::hold || options.scenario == ScenarioName::pay ||
       options.scenario == ScenarioName::purchase || options.scenario == ScenarioName::on_sale))
    return std::unexpected(Stop{2, "frontrow-bench: every user needs a seat of their own; raise --seats\n"});
  if (options.seats > options.seats_per_schedule * 100)
    return std::unexpected(Stop{2, "frontrow-bench: a concert has at most 100 schedules; raise --seats-per-schedule\n"});
  options.processes = std::min(options.processes, options.connections);
  if (options.connections - options.connections_inside < options.processes ||
      (options.connections_inside > 0 && options.connections_inside < options.processes))
    return std::unexpected(Stop{2, "frontrow-bench: every process needs connections for those inside and for the others\n"});
  if (options.admin_token_file.empty() && !options.data_dir.empty()) options.admin_token_file = options.data_dir + "/admin.token";
  if (const std::string made = options.data_dir + "/charge.token";
      options.charge_token_file.empty() && !options.data_dir.empty() && std::filesystem::exists(made))
    options.charge_token_file = made;
  if (options.admin_token_file.empty())
    return std::unexpected(Stop{2, "frontrow-bench: --admin-token-file or --data-dir is needed to set up a concert\n"});
  return options;
}

}  // namespace frontrow::bench
