// The program's entry: settings in, exit code out.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "adapters/local/hmac_signer.hpp"
#include "adapters/sqlite/audit.hpp"
#include "base/boundary.hpp"
#include "base/log.hpp"
#include "base/private_files.hpp"
#include "main/assemble_cluster.hpp"
#include "main/assemble_embedded.hpp"
#include "main/backup.hpp"
#include "main/operator_accounts.hpp"
#include "main/secret_file.hpp"
#include "main/settings.hpp"
#include "main/settings_table.hpp"
#include "main/signals.hpp"

namespace frontrow {
namespace {

bool is_json(const Settings& settings) { return settings.log_format == LogFormat::json; }

// For people on standard output. A JSON log has the same as a line of its own: every line of it is JSON, on one stream.
void say(const Settings& settings, const std::string& text, std::string_view message, LogFields fields = {}) {
  if (is_json(settings)) return log_info(message, fields);
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::string where_the_data_is(const Settings& settings) {
  if (settings.profile == Settings::Profile::cluster) {
    const HostPort& at = settings.mysql_primary.front();
    return fmt::format("mysql {}:{}/{}", at.host, at.port, settings.mysql_database);
  }
  return std::filesystem::absolute(settings.data_dir).lexically_normal().string();
}

bool is_cluster(const Settings& settings) { return settings.profile == Settings::Profile::cluster; }

void run_until_stopped(Signals& signals, SaleServer& server) {
  while (signals.wait() == Asked::to_read_keys_again) server.read_keys_again();
}

std::string url(const std::string& host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
}

void say_addresses(const Settings& settings, const SaleServer& server) {
  const std::string buyers = url(settings.host, server.port());
  const std::string operators = is_apart(settings) ? url(settings.admin_host, server.admin_port()) : buyers;
  const std::string data = where_the_data_is(settings);
  const bool has_made_token = !is_cluster(settings) && !settings.admin_token;
  std::string text = fmt::format("frontrow {} is serving {}\n", version(), buyers);
  if (is_apart(settings)) text += fmt::format("  operators    {}/admin\n", operators);
  if (settings.swagger != Settings::Swagger::off) text += fmt::format("  try it       {}/swagger-ui.html\n", operators);
  text += fmt::format(
      "  concerts     {}/api/v1/concerts\n"
      "  health       {}/actuator/health\n"
      "  data         {}{}\n"
      "  stop         Ctrl-C\n",
      buyers,
      operators,
      data,
      has_made_token ? " (admin token in admin.token)" : "");
  if (is_charged_by_service(settings) && !settings.charge_token) text += "  charges      with the token in charge.token\n";
  say(settings, text, "serving", {{"address", buyers}, {"operators", operators}, {"data", data}});
}

// Before a pod touches the database.
void require_long_keys(const Settings& settings) {
  if (settings.admin_token) require_length("admin token", *settings.admin_token, kMinAdminTokenBytes);
  if (settings.ticket_key) require_length("ticket key", *settings.ticket_key, local::kMinKeyBytes);
}

// For a server that others reach, unlike a command that an operator runs once.
void warn_of_rights(Subcommand command, const Settings& settings) {
  if (::geteuid() == 0) log_warn("frontrow runs as root and needs none of its rights: give it a user of its own");
  for (const SecretSource& source : secret_sources()) {
    const std::filesystem::path& file = settings.*(source.file);
    if (file.empty() || is_public(source.secret, settings) || !uses(command, settings.profile, source.part) || !is_readable_by_others(file)) continue;
    log_warn("a secret can be read by every user of this machine: chmod o-r", {{"file", file.string()}});
  }
}

int serve(const Settings& settings) {
  require_long_keys(settings);
  Signals signals;
  const auto server = make_server(settings);
  server->start();
  say_addresses(settings, *server);
  warn_of_rights(Subcommand::serve, settings);
  if (settings.auth_mode == Settings::AuthMode::open) log_warn("auth-mode is open: every request may name any userId");
  run_until_stopped(signals, *server);
  server->stop();
  log_info("stopped");
  return 0;
}

int work(const Settings& settings) {
  if (!is_cluster(settings)) throw std::runtime_error("worker is for the cluster profile: --profile cluster");
  Signals signals;
  ClusterServer server(settings);
  server.start_worker();
  const std::string data = where_the_data_is(settings);
  say(settings,
      fmt::format("frontrow {} is working for the cluster on {}\n  stop         Ctrl-C\n", version(), data),
      "working",
      {{"data", data}});
  warn_of_rights(Subcommand::worker, settings);
  run_until_stopped(signals, server);
  server.stop();
  return 0;
}

void say_audited(const Settings& settings, const AuditLine& line) {
  if (is_json(settings))
    return log(line.broken == 0 ? LogLevel::info : LogLevel::error,
               line.broken == 0 ? "a rule holds" : "a rule is broken",
               {{"rule", line.rule},
                {"checked", line.checked},
                {"broken", line.broken},
                {"meaning", line.what},
                {"example", line.example}});
  say(settings,
      fmt::format("{} {:<4} {:>10} checked {:>6} broken  {}{}{}\n",
                  line.broken == 0 ? "ok    " : "BROKEN",
                  line.rule,
                  line.checked,
                  line.broken,
                  line.what,
                  line.example.empty() ? "" : ": ",
                  line.example),
      {});
}

void say_verdict(const Settings& settings, bool is_clean) {
  if (is_clean) {
    say(settings, "clean\n", "the audit is clean");
  } else if (is_json(settings)) {
    log_error("the audit is NOT clean");
  } else {
    say(settings, "NOT clean\n", {});
  }
}

int audit(const Settings& settings) {
  bool is_clean = true;
  for (const AuditLine& line : is_cluster(settings) ? audit_cluster(settings) : sqlite::audit(settings.data_dir)) {
    say_audited(settings, line);
    is_clean = is_clean && line.broken == 0;
  }
  say_verdict(settings, is_clean);
  return is_clean ? 0 : 1;
}

int fill(const Settings& settings) {
  const bool is_filled = is_cluster(settings) ? fill_cluster_with_demo(settings) : fill_with_demo(settings);
  const std::string said = is_filled ? "three demo concerts were created" : "there are concerts already: nothing was changed";
  say(settings, said + "\n", said);
  return 0;
}

// The end of a backup or a restore: what is in it, and what is not.
int say_kept(const Settings& settings, std::string_view done, const std::filesystem::path& folder, const BackupResult& result,
             const std::vector<std::string>& keys) {
  const std::string up_to =
      fmt::format("everything answered before {}; the last event is {}", result.backup.up_to, result.backup.last_event);
  if (is_json(settings)) log_info(done, {{"data", folder.string()}, {"meaning", up_to}});
  std::string text = fmt::format("{}: {}\n  holds        {}\n", done, folder.string(), up_to);
  for (const KeptFile& file : result.backup.files) text += fmt::format("  file         {}, {} bytes\n", file.name, file.bytes);
  for (const std::string& key : keys) {
    if (is_json(settings)) log_info("a key that is not in the backup", {{"what", key}});
    text += fmt::format("  not in it    {}\n", key);
  }
  if (!is_json(settings)) say(settings, text, {});
  bool is_clean = true;
  for (const AuditLine& line : result.audit) {
    if (line.broken > 0) say_audited(settings, line);
    is_clean = is_clean && line.broken == 0;
  }
  say_verdict(settings, is_clean);
  return is_clean ? 0 : 1;
}

void require_embedded(const Settings& settings, std::string_view command) {
  if (is_cluster(settings))
    throw std::runtime_error(fmt::format("{} is for the embedded profile; see docs/operations/backup.md for a cluster", command));
}

int back_up(const Settings& settings, const std::filesystem::path& to) {
  constexpr int kMoreModest = 10;
  require_embedded(settings, "backup");
  (void)!::nice(kMoreModest);  // the sale goes first
  const BackupResult result = make_backup(settings, to);
  std::vector<std::string> keys;
  for (const NamedKey& key : result.backup.named)
    keys.push_back(fmt::format("{} {} ({})", key.setting, key.place, key.fingerprint));
  return say_kept(settings, "the backup is complete", to, result, keys);
}

int restore(const Settings& settings, const std::filesystem::path& from) {
  require_embedded(settings, "restore");
  const BackupResult result = restore_backup(settings, from);
  return say_kept(settings, "the sale is restored", settings.data_dir, result, look_for(result.backup.named));
}

int run(const Parsed& parsed) {
  const Settings& settings = parsed.settings;
  switch (parsed.subcommand) {
    case Subcommand::serve: return serve(settings);
    case Subcommand::worker: return work(settings);
    case Subcommand::audit: return audit(settings);
    case Subcommand::migrate: is_cluster(settings) ? migrate_cluster(settings) : migrate(settings); return 0;
    case Subcommand::demo: return fill(settings);
    case Subcommand::backup: return back_up(settings, parsed.folder);
    case Subcommand::restore: return restore(settings, parsed.folder);
    case Subcommand::operator_add: return add_operator(settings, parsed.operator_wish);
    case Subcommand::operator_list: return list_operators(settings);
    case Subcommand::operator_revoke: return revoke_operator(settings, parsed.operator_wish);
  }
  return 2;
}

int end_early(const Exit& end, LogFormat format) {
  if (end.code == 0) {
    std::fputs(end.text.c_str(), stdout);
  } else if (format == LogFormat::json) {
    configure_log({.format = format, .version = version()});
    log_error("frontrow does not start", {{"reason", std::string_view(end.text).substr(0, end.text.find_last_not_of('\n') + 1)}});
  } else {
    std::fputs(end.text.c_str(), stderr);
  }
  return end.code;
}

// The library's own handler writes lines that are no log lines.
[[noreturn]] void log_and_abort() {
  if (std::current_exception()) {
    note_exception("a thread");
  } else {
    log_error("the program ends itself");
  }
  std::abort();
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  ::umask(077);  // the database, its log and every other file are for this user only
  const auto parsed = frontrow::parse_settings(argc, argv, environ);
  if (!parsed) {
    return frontrow::end_early(parsed.error(), frontrow::asked_log_format(argc, argv, environ));
  }
  frontrow::configure_log(
      {.format = parsed->settings.log_format, .level = parsed->settings.log_level, .version = frontrow::version()});
  std::set_terminate(frontrow::log_and_abort);
  try {
    return frontrow::run(*parsed);
  } catch (const std::exception& error) {
    frontrow::log_error("frontrow ends", {{"reason", error.what()}});
    return 1;
  }
}
