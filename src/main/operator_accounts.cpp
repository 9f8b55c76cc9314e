#include "main/operator_accounts.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

#include "adapters/mysql/store.hpp"
#include "adapters/sqlite/data_directory.hpp"
#include "adapters/sqlite/store.hpp"
#include "api/sign_in.hpp"
#include "app/commands/operator.hpp"
#include "app/commit/commit_queue.hpp"
#include "http/name_text.hpp"
#include "http/problem.hpp"
#include "main/cluster_settings.hpp"

namespace frontrow {

namespace {

constexpr int kBatches = 20;  // that an account may have to wait for others

bool is_cluster(const Settings& settings) { return settings.profile == Settings::Profile::cluster; }

std::string database_of(const Settings& settings) {
  const auto file = sqlite::DataDirectory::database_in(settings.data_dir);
  if (!std::filesystem::exists(file))
    throw std::runtime_error("there is no sale in " + settings.data_dir.string() +
                             ": start the server once, or run `frontrow migrate`");
  return file.string();
}

// A store for one small change, open beside the servers that use it.
struct Guest {
  explicit Guest(const Settings& settings)
      : clock(is_cluster(settings) ? TimePoint{} : sqlite::newest_time(database_of(settings))), store(open(settings)) {}

  std::unique_ptr<Store> open(const Settings& settings) const {
    if (is_cluster(settings)) return mysql::open_store({.primary = primary_of(settings), .connection = connection_of(settings)});
    return sqlite::open_store({.location = database_of(settings), .is_guest = true}, clock);
  }

  template <class C, class... Args>
  Result<Operator> commit(Args... args) {
    std::optional<Result<Operator>> outcome;
    auto command = std::make_unique<C>(std::move(args)..., [&](Result<Operator> result) { outcome = std::move(result); });
    command->actor = {.name = std::string{kCommandLineName}};
    Metrics metrics;
    CommitQueue commits(*store, clock, metrics, {}, [](const WorkingSet&) {}, [] {});
    commits.submit(std::move(command), CommandClass::settle);
    for (int batch = 0; !outcome && batch < kBatches; ++batch) commits.run_batch();
    return outcome ? std::move(*outcome) : Result<Operator>(refuse(ErrorCode::store_unavailable));
  }

  const SystemClock clock;
  const std::unique_ptr<Store> store;
};

int complain(const Refusal& refusal) {
  const http::ProblemKind kind = http::problem_kind(refusal.code);
  std::string text = fmt::format("frontrow: {}\n", refusal.detail.empty() ? kind.detail : std::string_view{refusal.detail});
  for (const FieldError& error : refusal.errors) text += fmt::format("  {} {}\n", error.field, error.reason);
  std::fputs(text.c_str(), stderr);
  return 1;
}

Result<std::string> read_name(const std::string& text) {
  auto name = http::clean_name(text);
  if (!name) return refuse(Refusal{.code = ErrorCode::validation_failed, .errors = {{"name", name.error()}}});
  if (http::count_code_points(*name) <= kMaxOperatorName) return std::move(*name);
  return refuse(Refusal{.code = ErrorCode::validation_failed,
                        .errors = {{"name", "must have at most " + std::to_string(kMaxOperatorName) + " characters"}}});
}

std::string_view state_of(const Operator& account, TimePoint now) {
  if (account.is_revoked()) return "revoked";
  return account.has_expired(now) ? "expired" : "live";
}

}  // namespace

int add_operator(const Settings& settings, const OperatorWish& wish) {
  auto name = read_name(wish.name);
  if (!name) return complain(name.error());
  Guest guest(settings);
  const std::string token = http::new_operator_token();
  NewOperator wanted{.name = std::move(*name), .role = wish.role, .token = sha256(token)};
  if (wish.days > 0) wanted.expires_at = guest.clock.now() + std::chrono::days{wish.days};
  const auto made = guest.commit<AddOperator>(std::move(wanted));
  if (!made) return complain(made.error());
  std::fputs(fmt::format("account {}  {}  {}\ntoken {}\nThe token is not stored and not shown again.\n",
                         made->id.value,
                         name_of(made->role),
                         made->name,
                         token)
                 .c_str(),
             stdout);
  return 0;
}

int list_operators(const Settings& settings) {
  const Guest guest(settings);
  const TimePoint now = guest.clock.now();
  for (const Operator& account : guest.store->open_reader()->operators())
    std::fputs(fmt::format("{:>4}  {:<10}  {:<7}  made {}  {}  {}\n",
                           account.id.value,
                           name_of(account.role),
                           state_of(account, now),
                           iso8601(account.made_at),
                           account.expires_at ? "until " + iso8601(*account.expires_at) : std::string{"without end"},
                           account.name)
                   .c_str(),
               stdout);
  return 0;
}

int revoke_operator(const Settings& settings, const OperatorWish& wish) {
  const auto name = read_name(wish.name);
  if (!name) return complain(name.error());
  Guest guest(settings);
  const auto revoked = guest.commit<RevokeOperator>(OperatorKey{*name});
  if (!revoked) return complain(revoked.error());
  std::fputs(fmt::format("account {} of {} is revoked; running servers know it within a second\n", revoked->id.value, revoked->name)
                 .c_str(),
             stdout);
  return 0;
}

}  // namespace frontrow
