// The program's entry: settings in, exit code out.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "adapters/sqlite/audit.hpp"
#include "base/log.hpp"
#include "main/assemble_cluster.hpp"
#include "main/assemble_embedded.hpp"
#include "main/settings.hpp"
#include "main/signals.hpp"

namespace frontrow {
namespace {

void say(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

std::string where_the_data_is(const Settings& settings) {
  if (settings.profile == Settings::Profile::cluster) {
    const HostPort& at = settings.mysql_primary.front();
    return fmt::format("data         mysql {}:{}/{}", at.host, at.port, settings.mysql_database);
  }
  return fmt::format("data         {}{}",
                     std::filesystem::absolute(settings.data_dir).lexically_normal().string(),
                     settings.admin_token ? "" : " (admin token in admin.token)");
}

bool is_cluster(const Settings& settings) { return settings.profile == Settings::Profile::cluster; }

void run_until_stopped(Signals& signals, SaleServer& server) {
  while (signals.wait() == Asked::to_read_keys_again) server.read_keys_again();
}

std::string url(const std::string& host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("http://[{}]:{}", host, port) : fmt::format("http://{}:{}", host, port);
}

std::string addresses(const Settings& settings, const SaleServer& server) {
  const std::string buyers = url(settings.host, server.port());
  const std::string operators = is_apart(settings) ? url(settings.admin_host, server.admin_port()) : buyers;
  std::string text = fmt::format("frontrow {} is serving {}\n", version(), buyers);
  if (is_apart(settings)) text += fmt::format("  operators    {}/admin\n", operators);
  if (settings.swagger != Settings::Swagger::off) text += fmt::format("  try it       {}/swagger-ui.html\n", operators);
  return text + fmt::format(
                    "  concerts     {}/api/v1/concerts\n"
                    "  health       {}/actuator/health\n"
                    "  {}\n"
                    "  stop         Ctrl-C\n",
                    buyers,
                    operators,
                    where_the_data_is(settings));
}

int serve(const Settings& settings) {
  Signals signals;
  const auto server = make_server(settings);
  server->start();
  say(addresses(settings, *server));
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
  say(fmt::format("frontrow {} is working for the cluster on {}\n  stop         Ctrl-C\n", version(), where_the_data_is(settings)));
  run_until_stopped(signals, server);
  server.stop();
  return 0;
}

int audit(const Settings& settings) {
  bool is_clean = true;
  for (const AuditLine& line : is_cluster(settings) ? audit_cluster(settings) : sqlite::audit(settings.data_dir)) {
    say(fmt::format("{} {:<4} {:>10} checked {:>6} broken  {}{}{}\n",
                    line.broken == 0 ? "ok    " : "BROKEN",
                    line.rule,
                    line.checked,
                    line.broken,
                    line.what,
                    line.example.empty() ? "" : ": ",
                    line.example));
    is_clean = is_clean && line.broken == 0;
  }
  say(is_clean ? "clean\n" : "NOT clean\n");
  return is_clean ? 0 : 1;
}

int run(const Parsed& parsed) {
  const Settings& settings = parsed.settings;
  switch (parsed.subcommand) {
    case Subcommand::serve: return serve(settings);
    case Subcommand::worker: return work(settings);
    case Subcommand::audit: return audit(settings);
    case Subcommand::migrate: is_cluster(settings) ? migrate_cluster(settings) : migrate(settings); return 0;
    case Subcommand::demo:
      say((is_cluster(settings) ? fill_cluster_with_demo(settings) : fill_with_demo(settings))
              ? "three demo concerts were created\n"
              : "there are concerts already: nothing was changed\n");
      return 0;
  }
  return 2;
}

}  // namespace
}  // namespace frontrow

int main(int argc, char** argv) {
  const auto parsed = frontrow::parse_settings(argc, argv, environ);
  if (!parsed) {
    const auto& end = parsed.error();
    std::fputs(end.text.c_str(), end.code == 0 ? stdout : stderr);
    return end.code;
  }
  frontrow::configure_log({.format = parsed->settings.log_format, .level = parsed->settings.log_level});
  try {
    return frontrow::run(*parsed);
  } catch (const std::exception& error) {
    frontrow::log_error("frontrow ends", {{"reason", error.what()}});
    return 1;
  }
}
