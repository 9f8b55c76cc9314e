#include "main/backup.hpp"

#include <algorithm>
#include <stdexcept>

#include <gmock/gmock.h>

#include "adapters/sqlite/audit.hpp"
#include "main/assemble_embedded.hpp"
#include "main/backup_list.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/text_file.hpp"

namespace frontrow {
namespace {

namespace fs = std::filesystem;
using test::read_file;
using test::write_file;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kKey[] = "the-key-of-the-tickets-0123456789abcdef\n";

class Backups : public testing::Test {
 protected:
  Backups() {
    settings_.data_dir = home_.path() / "data";
    fill_with_demo(settings_);
    write_file(settings_.data_dir / "ticket.key", kKey);
    write_file(settings_.data_dir / "admin.token", "a-token-of-the-operator\n");
    write_file(settings_.data_dir / "charge.token", "a-token-of-the-payment-service\n");
  }
  Settings elsewhere(const char* name) const {
    Settings other;
    other.data_dir = home_.path() / name;
    return other;
  }
  template <class Call>
  static std::string reason(const Call& call) {
    try {
      call();
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    return "";
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator(home_.path())) all.push_back(each.path().filename().string());
    return all;
  }
  void expect_restore_refused(const char* why) {
    EXPECT_THAT(reason([&] { restore_backup(elsewhere("new"), to_); }), HasSubstr(why));
    EXPECT_FALSE(fs::exists(home_.path() / "new" / "frontrow.db"));
    EXPECT_FALSE(fs::exists(home_.path() / "new" / "ticket.key"));
  }

  const TempDirectory home_;
  const fs::path to_ = home_.path() / "backup";
  Settings settings_;
};

TEST_F(Backups, BecomeTheSaleAgain) {
  const BackupResult made = make_backup(settings_, to_);
  EXPECT_TRUE(std::ranges::all_of(made.audit, [](const AuditLine& line) { return line.broken == 0; }));
  EXPECT_GT(made.audit.size(), 10U);
  EXPECT_THAT(names(), UnorderedElementsAre("data", "backup"));
  std::vector<std::string> files;
  for (const KeptFile& each : made.backup.files) files.push_back(each.name);
  EXPECT_THAT(files, UnorderedElementsAre("frontrow.db", "ticket.key", "admin.token", "charge.token"));

  const Settings other = elsewhere("new");
  const BackupResult restored = restore_backup(other, to_);
  EXPECT_TRUE(std::ranges::all_of(restored.audit, [](const AuditLine& line) { return line.broken == 0; }));
  EXPECT_EQ(restored.backup.up_to, made.backup.up_to);
  EXPECT_EQ(read_file(other.data_dir / "ticket.key"), kKey);
  EXPECT_FALSE(fill_with_demo(other)) << "the concerts are there";
  for (const fs::path& folder : {to_, other.data_dir}) {
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all) << folder;
    for (const auto& each : fs::directory_iterator(folder))
      EXPECT_EQ(each.status().permissions() & (fs::perms::group_all | fs::perms::others_all), fs::perms::none) << each.path();
  }
  // A backup of the restored sale is as good.
  EXPECT_EQ(make_backup(other, home_.path() / "second").backup.files.size(), 4U);
}

TEST_F(Backups, OverwriteNothing) {
  write_file(home_.path() / "file", "x");
  EXPECT_THAT(reason([&] { make_backup(settings_, home_.path() / "file"); }), HasSubstr("is no folder"));
  EXPECT_THAT(reason([&] { make_backup(settings_, settings_.data_dir); }), HasSubstr("is not empty"));
  fs::create_directory(to_);
  make_backup(settings_, to_.string() + "/");  // an empty folder, and as a shell completes its name
  EXPECT_THAT(reason([&] { make_backup(settings_, to_); }), HasSubstr("is not empty"));
  EXPECT_THAT(reason([&] { restore_backup(settings_, to_); }), HasSubstr("is not empty"));
  EXPECT_EQ(read_file(settings_.data_dir / "ticket.key"), kKey);
  EXPECT_THAT(reason([&] { make_backup(elsewhere("nothing"), home_.path() / "other"); }), HasSubstr("there is no sale in"));
  EXPECT_THAT(reason([&] { make_backup(settings_, home_.path() / "missing" / "other"); }), HasSubstr("No such file"));
  EXPECT_THAT(names(), UnorderedElementsAre("file", "data", "backup")) << "a refused backup leaves nothing";
}

TEST_F(Backups, ThatHaveChangedAreRefused) {
  make_backup(settings_, to_);
  const std::string list = read_file(to_ / kBackupList);
  for (const char* name : {"frontrow.db", "ticket.key", "admin.token", "charge.token"}) {
    const std::string whole = read_file(to_ / name);
    std::string changed = whole;
    changed[changed.size() / 2] ^= 1;
    write_file(to_ / name, changed);
    expect_restore_refused("is not as it was when the backup was made");
    write_file(to_ / name, whole.substr(0, whole.size() / 2));
    expect_restore_refused("is not as it was when the backup was made");
    fs::remove(to_ / name);
    expect_restore_refused("is missing, or is no file");
    fs::create_symlink("/etc/passwd", to_ / name);
    expect_restore_refused("is missing, or is no file");
    fs::remove(to_ / name);
    write_file(to_ / name, whole);
  }
  const auto with = [&](std::string from, const std::string& to) {
    std::string text = list;
    return text.replace(text.find(from), from.size(), to);
  };
  const std::vector<std::pair<std::string, const char*>> lists = {
      {with("format = 1", "format = 2"), "of another format"},
      {with("format = 1", "other = 1"), "is no list of a backup"},
      {with("\"frontrow.db ", "\"../data/frontrow.db "), "names a file that no backup has"},
      {with("\"frontrow.db ", "\"ticket.key "), "names no database"},
      {with("last-event = ", "last-event = \"x\" #"), "is no number"},
      {"= = =", "line 1"},
      {"", "is no list of a backup"}};
  for (const auto& [text, why] : lists) {
    write_file(to_ / kBackupList, text);
    expect_restore_refused(why);
  }
  fs::remove(to_ / kBackupList);
  expect_restore_refused("no such file");
  write_file(to_ / kBackupList, list);
  restore_backup(elsewhere("new"), to_);
}

TEST_F(Backups, NameTheKeysThatLieElsewhere) {
  const fs::path key = home_.path() / "jwt key";
  write_file(key, "a secret of the shop");
  settings_.jwt_key_file = key;
  settings_.admin_token = Secret{"a-token-of-the-environment"};
  const fs::path set = home_.path() / "passes.json";
  write_file(set, "{}");
  settings_.join_pass_key_set_file = set;
  const auto named = make_backup(settings_, to_).backup.named;
  ASSERT_EQ(named.size(), 3U);
  EXPECT_THAT(read_file(to_ / kBackupList), testing::Not(HasSubstr("a-token-of-the-environment")));
  const auto found = [&] { return look_for(restore_backup(elsewhere("new"), to_).backup.named); };
  const auto again = [&] {
    fs::remove_all(home_.path() / "new");
    return found();
  };
  EXPECT_THAT(found(),
              ElementsAre(testing::AllOf(HasSubstr("jwt-key-file"), HasSubstr(key.string()), testing::EndsWith(" is here")),
                          testing::AllOf(HasSubstr("FRONTROW_ADMIN_TOKEN"), HasSubstr("was in the environment")),
                          testing::AllOf(HasSubstr("join-pass-key-set-file"), testing::EndsWith(" is here"))));
  write_file(key, "another secret");
  EXPECT_THAT(again(), Contains(HasSubstr("is here, but is another key")));
  fs::remove(key);
  EXPECT_THAT(again(), Contains(testing::EndsWith("is not here")));
}

}  // namespace
}  // namespace frontrow
