#include "main/settings.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "base/private_files.hpp"
#include "main/config_file.hpp"
#include "main/settings_table.hpp"

namespace frontrow {

namespace {

// An empty reason is success; the first reason stops the start.
using Reason = std::string;

constexpr std::string_view kPrefix = "FRONTROW_";
constexpr std::string_view kConfigEnvironment = "FRONTROW_CONFIG";
// Variables of our own test runs, which their children inherit; the program does not read them.
constexpr std::array<std::string_view, 4> kTestEnvironment = {
    "FRONTROW_PROVE", "FRONTROW_WRITE_GOLDEN", "FRONTROW_SERVICES", "FRONTROW_TEST_PROFILE"};
constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;
constexpr std::size_t kChargeTokenBytesMin = 32;

// The command line before interpretation: flags[i] belongs to settings_table()[i].
struct Arguments {
  Subcommand subcommand = Subcommand::serve;
  std::optional<std::string> config;
  std::string folder;  // of backup and restore
  std::vector<std::optional<std::string>> flags;
  OperatorWish operator_wish;
};

// Levenshtein's distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string unknown_name(std::string_view given, const std::vector<std::string>& known) {
  constexpr std::size_t kNear = 4;
  const auto nearest = std::ranges::min_element(known, {}, [&](const std::string& name) { return distance(given, name); });
  const bool near = nearest != known.end() && distance(given, *nearest) < kNear;
  return near ? fmt::format("unknown setting; did you mean {}?", *nearest) : "unknown setting; see frontrow --help";
}

std::vector<std::string> known_names(bool environment) {
  std::vector<std::string> names;
  for (const auto& setting : settings_table()) {
    names.push_back(environment ? setting.environment_name() : std::string{setting.name});
  }
  if (environment) {
    for (const auto& source : secret_sources()) names.emplace_back(source.environment_name);
    names.emplace_back(kConfigEnvironment);
  }
  return names;
}

// Kubernetes mounts secrets as links.
std::expected<std::string, Reason> read_file(const std::filesystem::path& file) {
  return read_private_file(file, kFileBytesMax, Links::followed);
}

Reason apply_entry(Settings& settings, const ConfigEntry& entry) {
  const auto table = settings_table();
  const auto setting = std::ranges::find(table, entry.key, &Setting::name);
  if (setting == table.end()) return entry.key + ": " + unknown_name(entry.key, known_names(false));
  if (setting->kind != entry.kind) {
    switch (setting->kind) {
      case ConfigKind::number: return entry.key + ": needs a whole number, without quotes";
      case ConfigKind::fact: return entry.key + ": needs true or false, without quotes";
      case ConfigKind::text: return entry.key + ": needs a text in quotes";
    }
  }
  const auto stored = setting->store(settings, entry.value);
  return stored ? Reason{} : entry.key + ": " + stored.error();
}

Reason apply_file(Settings& settings, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return fmt::format("{}: {}", file, text.error());
  const auto entries = parse_config(*text);
  if (!entries) return fmt::format("{}:{}: {}", file, entries.error().line, entries.error().reason);
  for (const auto& entry : *entries) {
    const Reason reason = apply_entry(settings, entry);
    if (!reason.empty()) return fmt::format("{}:{}: {}", file, entry.line, reason);
  }
  return {};
}

// Kubernetes sets FRONTROW_PORT=tcp://… and its relatives in every pod beside a service named frontrow.
std::string service_link_hint(std::string_view name, std::string_view value) {
  const bool link = value.starts_with("tcp://") || name.starts_with("FRONTROW_SERVICE_") || name.starts_with("FRONTROW_PORT_");
  return link ? " (if Kubernetes set this, use enableServiceLinks: false)" : "";
}

// An empty variable counts as not set: shells and compose files cannot unset one.
Reason apply_environment(Settings& settings, const char* const* environment) {
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry{*environment};
    const std::string_view name = entry.substr(0, entry.find('='));
    const std::string_view value = entry.substr(std::min(name.size() + 1, entry.size()));
    if (!name.starts_with(kPrefix) || value.empty() || name == kConfigEnvironment) continue;
    if (std::ranges::find(kTestEnvironment, name) != kTestEnvironment.end()) continue;
    const auto secret = std::ranges::find(secret_sources(), name, &SecretSource::environment_name);
    if (secret != secret_sources().end()) {
      settings.*(secret->secret) = Secret{std::string{value}};
      continue;
    }
    const auto table = settings_table();
    const auto setting = std::ranges::find_if(table, [&](const Setting& each) { return each.environment_name() == name; });
    if (setting == table.end()) {
      return fmt::format("{}: {}{}", name, unknown_name(name, known_names(true)), service_link_hint(name, value));
    }
    const auto stored = setting->store(settings, value);
    if (!stored) return fmt::format("{}: {}{}", name, stored.error(), service_link_hint(name, value));
  }
  return {};
}

Reason apply_flags(Settings& settings, const Arguments& arguments) {
  const auto table = settings_table();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!arguments.flags[i]) continue;
    const auto stored = table[i].store(settings, *arguments.flags[i]);
    if (!stored) return fmt::format("--{}: {}", table[i].name, stored.error());
  }
  return {};
}

// TLS files without TLS are refused: an operator who names them expects TLS to Redis.
Reason check_redis_tls(const Settings& settings) {
  const std::array<std::pair<std::string_view, std::string>, 4> named = {
      {{"redis-tls-ca-file", settings.redis_tls_ca_file.string()},
       {"redis-tls-cert-file", settings.redis_tls_cert_file.string()},
       {"redis-tls-key-file", settings.redis_tls_key_file.string()},
       {"redis-tls-server-name", settings.redis_tls_server_name}}};
  for (const auto& [name, value] : named) {
    if (value.empty()) continue;
    if (!settings.redis_tls) return fmt::format("{} needs redis-tls", name);
    if (!name.ends_with("-file")) continue;
    if (const auto text = read_file(value); !text) return fmt::format("{} {}: {}", name, value, text.error());
  }
  if (settings.redis_tls_cert_file.empty() != settings.redis_tls_key_file.empty())
    return "redis-tls-cert-file and redis-tls-key-file need each other";
  return {};
}

// A token of few letters can be guessed; the operators' token would let the payment service do all that they may.
Reason check_charging(const Settings& settings) {
  if (!is_charged_by_service(settings)) return {};
  if (!settings.charge_token)
    return settings.profile == Settings::Profile::embedded
               ? ""
               : "charge-by service (auto with auth-mode jwt) needs charge-token-file (or FRONTROW_CHARGE_TOKEN), the same for "
                 "every pod";
  const std::string_view token = settings.charge_token->reveal();
  if (token.size() < kChargeTokenBytesMin)
    return fmt::format("the charge token is too short: {} bytes at least", kChargeTokenBytesMin);
  if (settings.admin_token && settings.admin_token->reveal() == token) return "the charge token must not be the admin token";
  return {};
}

// What serving requests needs. Pods share the keys that one machine would make for itself, and are reached from outside.
Reason check_http(const Settings& settings) {
  Reason reason;
  if (settings.auth_mode == Settings::AuthMode::jwt) reason = refuse_token_keys(settings);
  if (reason.empty()) reason = check_charging(settings);
  if (reason.empty()) reason = refuse_pass_keys(settings);
  if (!reason.empty()) return reason;
  if (settings.profile != Settings::Profile::cluster) return {};
  if (!settings.ticket_key) return "the cluster profile needs ticket-key-file (or FRONTROW_TICKET_KEY), the same for every pod";
  if (!settings.admin_token) return "the cluster profile needs admin-token-file (or FRONTROW_ADMIN_TOKEN), the same for every pod";
  return {};
}

Reason check_kafka(const Settings& settings) {
  const bool has_sasl = settings.kafka_security == Settings::KafkaSecurity::sasl_plaintext ||
                        settings.kafka_security == Settings::KafkaSecurity::sasl_tls;
  if (has_sasl && (settings.kafka_user.empty() || !settings.kafka_password))
    return "kafka-security with SASL needs kafka-user and kafka-password-file (or FRONTROW_KAFKA_PASSWORD)";
  return {};
}

// What others reach must not be what only a machine's own people may do.
Reason check_addresses(const Settings& settings) {
  if (settings.admin_port != kUsualAdminPort && !is_apart(settings)) return "admin-port needs admin-host";
  if (is_apart(settings) && settings.admin_port != 0 && settings.admin_port == settings.port &&
      settings.admin_host == settings.host)
    return "admin-host and admin-port are the buyers' address; leave them out to serve both kinds of people there";
  if (is_on_loopback(settings)) return {};
  if (settings.auth_mode == Settings::AuthMode::open && !settings.believe_anybody)
    return fmt::format(
        "auth-mode open believes anybody and is refused on {}, which others can reach: use auth-mode jwt, or say "
        "--believe-anybody if that is meant",
        settings.host);
  if (!is_apart(settings))
    return fmt::format(
        "{} is an address that others can reach: name another one for operators with admin-host (and admin-port), "
        "127.0.0.1 for example",
        settings.host);
  return {};
}

Reason read_secret_of(const SecretSource& source, Settings& settings) {
  const auto& file = settings.*(source.file);
  auto& secret = settings.*(source.secret);
  if (file.empty()) return {};
  if (secret) return fmt::format("{} and {} are both given; one of them must go", source.environment_name, source.file_setting);
  auto text = read_file(file);
  if (!text) return fmt::format("{} {}: {}", source.file_setting, file.string(), text.error());
  if (source.secret != &Settings::jwt_key && source.secret != &Settings::join_pass_key) {
    if (text->ends_with('\n')) text->pop_back();
    if (text->ends_with('\r')) text->pop_back();
  }
  if (text->empty()) return fmt::format("{} {}: is empty", source.file_setting, file.string());
  secret = Secret{std::move(*text)};
  return {};
}

// A command reads, and wants, only what it uses: `migrate` runs where the pods' keys are not.
Reason read_and_check_secrets(Subcommand command, Settings& settings) {
  const auto is_used = [&](Part part) { return uses(command, settings.profile, part); };
  Reason reason;
  for (const auto& source : secret_sources()) {
    if (reason.empty() && is_used(source.part)) reason = read_secret_of(source, settings);
  }
  if (reason.empty() && is_used(Part::http)) reason = check_http(settings);
  if (reason.empty() && is_used(Part::kafka)) reason = check_kafka(settings);
  if (reason.empty() && is_used(Part::redis)) reason = check_redis_tls(settings);
  return reason;
}

std::string environment_value(const char* const* environment, std::string_view name) {
  for (; *environment != nullptr; ++environment) {
    const std::string_view entry{*environment};
    if (entry.substr(0, entry.find('=')) == name) return std::string{entry.substr(std::min(name.size() + 1, entry.size()))};
  }
  return {};
}

// The last value of a flag, also on a command line that is refused.
std::string flag_value(std::span<const char* const> words, std::string_view flag) {
  std::string value;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word{words[i]};
    if (word == flag && i + 1 < words.size()) value = words[i + 1];
    if (word.starts_with(flag) && word.substr(flag.size()).starts_with('=')) value = word.substr(flag.size() + 1);
  }
  return value;
}

Reason apply_all(Settings& settings, const Arguments& arguments, const char* const* environment) {
  const std::string config = arguments.config ? *arguments.config : environment_value(environment, kConfigEnvironment);
  Reason reason;
  if (arguments.config || !config.empty()) reason = apply_file(settings, config);
  if (reason.empty()) reason = apply_environment(settings, environment);
  if (reason.empty()) reason = apply_flags(settings, arguments);
  if (reason.empty()) reason = read_and_check_secrets(arguments.subcommand, settings);
  if (reason.empty() && arguments.subcommand == Subcommand::serve) reason = check_addresses(settings);
  return reason;
}

struct CommandName {
  Subcommand subcommand;
  const char* name;
  const char* meaning;
  const char* folder = nullptr;  // the name of its argument
};
constexpr std::array<CommandName, 7> kCommands = {{
    {Subcommand::serve, "serve", "Sell tickets."},
    {Subcommand::worker, "worker", "Cluster profile: deliver events and end holds, without serving requests."},
    {Subcommand::audit, "audit", "Prove that no rule of the sale is broken in the data directory; exit 1 when one is."},
    {Subcommand::migrate, "migrate", "Bring the data directory to this version's layout."},
    {Subcommand::demo, "demo", "Fill an empty data directory with three demo concerts."},
    {Subcommand::backup,
     "backup",
     "Embedded profile: copy the sale and its keys into a new folder, beside a server that goes on.",
     "TO"},
    {Subcommand::restore, "restore", "Embedded profile: make a backup the sale in an empty data directory.", "FROM"},
}};
constexpr const char* kReferenceCommand = "settings-reference";
constexpr const char* kLimitsCommand = "limits-reference";

// One setting's lines in --help: `--port N   What it is. [8080; 0 … 65535]`.
void describe(CLI::Option& option, const Setting& setting, const Settings& defaults) {
  const std::string fallback = setting.show(defaults);
  option.description(fmt::format("{} [{}{}{}]", setting.meaning, fallback, fallback.empty() ? "" : "; ", setting.allowed));
  option.group(std::string{setting.group});
  switch (setting.kind) {
    case ConfigKind::number: option.option_text("N"); break;
    case ConfigKind::text: option.option_text("TEXT"); break;
    case ConfigKind::fact: option.option_text(" "); break;
  }
}

constexpr int kMaxDays = 3'660;

struct OperatorWords {
  std::string name, role;
  int days = 0;
};

void add_operator_commands(CLI::App& app, OperatorWords& words) {
  auto* const accounts = app.add_subcommand(
      "operator", "Accounts of the people who run the sale: `operator add NAME --role ROLE`, `list`, `revoke NAME`.");
  accounts->set_help_flag();
  accounts->require_subcommand(1);
  auto* const add = accounts->add_subcommand("add", "Make an account, and print its token once.");
  add->add_option("name", words.name)->required();
  add->add_option("--role", words.role, "viewer, door, box-office, manager or owner")->required();
  add->add_option("--days", words.days, "days that it is good for; without, until it is revoked")->check(CLI::Range(1, kMaxDays));
  accounts->add_subcommand("list", "List all accounts.");
  accounts->add_subcommand("revoke", "End an account.")->add_option("name", words.name)->required();
  for (CLI::App* const each : accounts->get_subcommands({})) each->set_help_flag();
}

// box-office, or BOX_OFFICE as the API spells it.
std::optional<Role> read_role(std::string text) {
  for (char& c : text) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return role_named(text);
}

// Nothing: it is not the command `operator`. An empty reason is success.
std::optional<Reason> read_operator_command(const CLI::App& app, const OperatorWords& words, Arguments& arguments) {
  if (!app.got_subcommand("operator")) return {};
  const auto* const accounts = app.get_subcommand("operator");
  arguments.operator_wish = {.name = words.name, .days = words.days};
  if (accounts->got_subcommand("list")) return arguments.subcommand = Subcommand::operator_list, Reason{};
  if (accounts->got_subcommand("revoke")) return arguments.subcommand = Subcommand::operator_revoke, Reason{};
  arguments.subcommand = Subcommand::operator_add;
  const auto role = read_role(words.role);
  if (!role) return fmt::format("--role: \"{}\" is no role: viewer, door, box-office, manager or owner", words.role);
  arguments.operator_wish.role = *role;
  return Reason{};
}

void add_commands(CLI::App& app, std::string& folder) {
  app.fallthrough();
  app.require_subcommand(0, 1);
  for (const auto& command : kCommands) {
    CLI::App* const added = app.add_subcommand(command.name, command.meaning);
    added->set_help_flag();
    if (command.folder != nullptr) added->add_option(command.folder, folder, "A folder.")->required();
  }
  app.add_subcommand(kReferenceCommand, "Print docs/reference/settings.md.")->group("")->set_help_flag();
  app.add_subcommand(kLimitsCommand, "Print docs/reference/limits.md.")->group("")->set_help_flag();
}

// CLI11 only separates flags from values here; meaning and bounds are the table's.
std::expected<Arguments, Exit> parse_arguments(int argc, const char* const* argv) {
  const auto table = settings_table();
  CLI::App app{"frontrow sells concert seats under a rush.", "frontrow"};
  std::string config;
  std::vector<std::string> given(table.size());
  std::vector<CLI::Option*> options;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string flag = "--" + std::string{table[i].name};
    options.push_back(table[i].kind == ConfigKind::fact ? app.add_flag(flag, given[i]) : app.add_option(flag, given[i]));
    describe(*options.back(), table[i], Settings{});
  }
  auto* const config_option = app.add_option("--config", config, "File of settings, one `name = value` a line (TOML).");
  config_option->option_text("TEXT")->group("Log and start");
  app.set_version_flag("--version", fmt::format("frontrow {}", version()));
  app.footer(
      "Every setting is also an environment variable (--hold-seconds is FRONTROW_HOLD_SECONDS) and a key of the --config file.\n"
      "A flag counts over the environment, the environment over the file.");
  std::string folder;
  add_commands(app, folder);
  OperatorWords operator_words;
  add_operator_commands(app, operator_words);
  // Checked before parsing: later CLI11 would print the help of the subcommand, which has no options of its own.
  const std::string help = app.help();
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Exit{0, help});
  } catch (const CLI::CallForVersion& call) {
    return std::unexpected(Exit{0, std::string{call.what()} + "\n"});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(Exit{2, fmt::format("frontrow: {}\nSee frontrow --help.\n", error.what())});
  }
  if (app.get_subcommands().empty()) {
    return std::unexpected(Exit{
        2,
        "frontrow: a command is needed: serve, worker, audit, migrate, demo, backup, restore or operator\nSee frontrow --help.\n"});
  }
  if (app.got_subcommand(kReferenceCommand)) return std::unexpected(Exit{0, settings_reference()});
  if (app.got_subcommand(kLimitsCommand)) return std::unexpected(Exit{0, limits_reference()});
  Arguments arguments;
  arguments.folder = folder;
  for (const auto& command : kCommands) {
    if (app.got_subcommand(command.name)) arguments.subcommand = command.subcommand;
  }
  if (const auto reason = read_operator_command(app, operator_words, arguments); reason && !reason->empty())
    return std::unexpected(Exit{2, "frontrow: " + *reason + "\n"});
  if (config_option->count() > 0) arguments.config = config;
  for (std::size_t i = 0; i < table.size(); ++i) {
    arguments.flags.push_back(options[i]->count() > 0 ? std::optional{given[i]} : std::nullopt);
  }
  return arguments;
}

}  // namespace

std::string_view version() { return FRONTROW_VERSION; }

bool is_charged_by_service(const Settings& settings) {
  if (settings.charge_by == Settings::ChargeBy::automatic) return settings.auth_mode == Settings::AuthMode::jwt;
  return settings.charge_by == Settings::ChargeBy::service;
}

bool is_on_loopback(const Settings& settings) { return settings.host.starts_with("127.") || settings.host == "::1"; }

std::expected<Parsed, Exit> parse_settings(int argc, const char* const* argv, const char* const* environment) {
  auto arguments = parse_arguments(argc, argv);
  if (!arguments) return std::unexpected(std::move(arguments.error()));
  Parsed parsed{arguments->subcommand, {}, arguments->folder, arguments->operator_wish};
  const Reason reason = apply_all(parsed.settings, *arguments, environment);
  if (!reason.empty()) return std::unexpected(Exit{2, "frontrow: " + reason + "\n"});
  return parsed;
}

LogFormat asked_log_format(int argc, const char* const* argv, const char* const* environment) {
  const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
  std::string format = flag_value(words, "--log-format");
  if (format.empty()) format = environment_value(environment, "FRONTROW_LOG_FORMAT");
  std::string config = flag_value(words, "--config");
  if (config.empty()) config = environment_value(environment, kConfigEnvironment);
  if (format.empty() && !config.empty()) {
    const auto entries = parse_config(read_file(config).value_or(""));
    for (const ConfigEntry& entry : entries.value_or(std::vector<ConfigEntry>{})) {
      if (entry.key == "log-format") format = entry.value;
    }
  }
  return format == "json" ? LogFormat::json : LogFormat::console;
}

}  // namespace frontrow
