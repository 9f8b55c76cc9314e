#include "bench/verify.hpp"

#include <fmt/format.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>

namespace frontrow::bench {

namespace {

constexpr std::size_t kUsersAsked = 2000;
constexpr std::size_t kReservationsAsked = 1000;
constexpr std::size_t kLinesKept = 20;

// Every n-th, so that they come from the whole run and are at most `most`.
template <class Container, class Take>
void sample(const Container& all, std::size_t most, Take take) {
  const std::size_t stride = all.size() / most + 1;
  std::size_t index = 0;
  for (const auto& one : all)
    if (index++ % stride == 0) take(one);
}

void read_samples(Api& api, const std::vector<Told>& told, Stored& stored) {
  std::set<std::int64_t> payers;
  std::vector<Told> holds;
  for (const Told& one : told) {
    if (one.fact == Fact::charged || one.fact == Fact::paid) payers.insert(one.user);
    if (one.fact == Fact::held) holds.push_back(one);
  }
  sample(payers, kUsersAsked, [&](std::int64_t user) { stored.balances[user] = api.balance(user); });
  sample(holds, kReservationsAsked, [&](const Told& hold) {
    stored.reservation_states[hold.reservation] = api.reservation_status(hold.user, hold.reservation);
  });
}

std::string default_audit(const std::string& data_dir) {
  const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return fmt::format("'{}' audit --data-dir '{}'", (here / "frontrow").string(), data_dir);
}

void run_audit(const std::string& command, Verdict& verdict) {
  verdict.was_audited = true;
  verdict.audit_command = command;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    verdict.audit_lines.push_back("cannot run it");
    return;
  }
  std::vector<std::string> all;
  std::vector<std::string> broken;
  std::array<char, 1024> line;
  while (fgets(line.data(), line.size(), pipe) != nullptr) {
    std::string text = line.data();
    if (text.ends_with('\n')) text.pop_back();
    if (text.starts_with("BROKEN")) broken.push_back(text);
    all.push_back(std::move(text));
    if (all.size() > kLinesKept) all.erase(all.begin());
  }
  const int status = pclose(pipe);
  verdict.is_audit_clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!verdict.is_audit_clean) verdict.audit_lines = broken.empty() ? all : broken;
}

}  // namespace

Verdict verify(Api& api, const Options& options, const ToldHeader& header, const std::vector<Told>& told) {
  Verdict verdict;
  Stored stored;
  // The feed is read first: a change during the reading is then ahead of the feed, never behind it.
  stored.events = api.events(header.concert, header.events_before);
  stored.sales = api.sale(header.concert).sales;
  read_samples(api, told, stored);
  verdict.comparison = reconcile(header, told, stored);
  if (options.audit_command != "none" && (!options.audit_command.empty() || !options.data_dir.empty()))
    run_audit(options.audit_command.empty() ? default_audit(options.data_dir) : options.audit_command, verdict);
  return verdict;
}

}  // namespace frontrow::bench
