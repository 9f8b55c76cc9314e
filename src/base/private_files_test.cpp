#include "base/private_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>

#include "support/processes/temp_directory.hpp"
#include "support/text_file.hpp"

namespace frontrow {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kMost = 100;
constexpr uid_t kNobody = 65534;

mode_t mode_of(const fs::path& path) {
  struct stat about{};
  ::lstat(path.c_str(), &about);
  return about.st_mode & 07777;
}

class PrivateFiles : public testing::Test {
 protected:
  fs::path file(const char* name, mode_t mode, const char* text = "text") const {
    const fs::path path = home_.path() / name;
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  fs::path folder(const char* name, mode_t mode) const {
    const fs::path path = home_.path() / name;
    ::mkdir(path.c_str(), 0700);
    ::chmod(path.c_str(), mode);
    return path;
  }
  const TempDirectory home_;
};

TEST_F(PrivateFiles, AFolderIsRefusedIfOthersMayChangeIt) {
  for (const mode_t mode : {0700u, 0750u, 0755u, 0770u, 02770u, 02775u}) {
    const fs::path path = folder("data", mode);
    EXPECT_THAT(refuse_folder(path), IsEmpty()) << std::oct << mode;
  }
  for (const mode_t mode : {0777u, 01777u, 0702u, 0733u, 02777u}) {
    const fs::path path = folder("data", mode);
    EXPECT_THAT(refuse_folder(path), HasSubstr("chmod o-w")) << std::oct << mode;
  }
  fs::create_symlink(folder("data", 0700), home_.path() / "link");
  EXPECT_THAT(refuse_folder(home_.path() / "link"), IsEmpty()) << "operators link folders to another disk";
  EXPECT_THAT(refuse_folder(file("file", 0600)), HasSubstr("is no folder"));
  EXPECT_THAT(refuse_folder(home_.path() / "none"), HasSubstr("No such file"));
}

TEST_F(PrivateFiles, AnOwnFileIsNoLinkAndNotForOthersToChange) {
  EXPECT_THAT(refuse_own_file(home_.path() / "none"), IsEmpty());
  for (const mode_t mode : {0400u, 0600u, 0640u, 0644u, 0660u})
    EXPECT_THAT(refuse_own_file(file("own", mode)), IsEmpty()) << std::oct << mode;
  for (const mode_t mode : {0602u, 0666u, 0777u})
    EXPECT_THAT(refuse_own_file(file("own", mode)), HasSubstr("chmod o-w")) << std::oct << mode;
  for (const char* target : {"own", "nowhere"}) {
    fs::remove(home_.path() / "link");
    fs::create_symlink(home_.path() / target, home_.path() / "link");
    EXPECT_THAT(refuse_own_file(home_.path() / "link"), HasSubstr("is a link"));
  }
  EXPECT_THAT(refuse_own_file(folder("folder", 0700)), HasSubstr("is no file"));
  ASSERT_EQ(::mkfifo((home_.path() / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(refuse_own_file(home_.path() / "pipe"), HasSubstr("is no file"));
}

TEST_F(PrivateFiles, AnotherUsersFolderAndFileAreRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const fs::path data = folder("data", 0700), own = file("own", 0600);
  ASSERT_EQ(::chown(data.c_str(), kNobody, kNobody), 0);
  ASSERT_EQ(::chown(own.c_str(), kNobody, kNobody), 0);
  EXPECT_THAT(refuse_folder(data), HasSubstr("belongs to another user (uid 65534)"));
  EXPECT_THAT(refuse_own_file(own), HasSubstr("belongs to another user (uid 65534)"));
}

TEST_F(PrivateFiles, OthersLoseWhatTheyCouldDoAndTheGroupKeepsIt) {
  const fs::path hidden = file("hidden", 0664);
  EXPECT_FALSE(close_to_others(hidden)) << "the folder let nobody in";
  EXPECT_EQ(mode_of(hidden), 0660u);
  EXPECT_FALSE(close_to_others(home_.path() / "none"));
  ::chmod(home_.path().c_str(), 0755);
  EXPECT_FALSE(is_readable_by_others(hidden));
  const fs::path shown = file("shown", 0644);
  EXPECT_TRUE(is_readable_by_others(shown));
  EXPECT_TRUE(close_to_others(shown));
  EXPECT_EQ(mode_of(shown), 0640u);
  EXPECT_FALSE(close_to_others(shown)) << "said once";
  fs::create_symlink(file("target", 0644), home_.path() / "link");
  EXPECT_FALSE(close_to_others(home_.path() / "link"));
  EXPECT_EQ(mode_of(home_.path() / "target"), 0644u) << "no other file is touched through a link";
}

TEST_F(PrivateFiles, ReadingRefusesWhatOthersMayChange) {
  EXPECT_EQ(read_private_file(file("a", 0644), kMost, Links::refused), "text");
  EXPECT_EQ(read_private_file(file("a", 0666), kMost, Links::followed).error(),
            "can be changed by every user of this machine: chmod o-w");
  EXPECT_EQ(read_private_file(file("long", 0600, std::string(kMost + 1, 'x').c_str()), kMost, Links::refused).error(),
            "larger than 0 KiB");
  EXPECT_EQ(read_private_file(home_.path() / "none", kMost, Links::followed).error(), "no such file");
  EXPECT_EQ(read_private_file(file("a", 0600) / "below", kMost, Links::followed).error(), "no such file");
  EXPECT_EQ(read_private_file(home_.path(), kMost, Links::followed).error(), "no such file");
  ASSERT_EQ(::mkfifo((home_.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_private_file(home_.path() / "pipe", kMost, Links::followed).error(), "no such file") << "and does not wait for it";
  fs::create_symlink(home_.path() / "a", home_.path() / "link");
  EXPECT_EQ(read_private_file(home_.path() / "link", kMost, Links::followed), "text") << "Kubernetes mounts secrets as links";
  EXPECT_EQ(read_private_file(home_.path() / "link", kMost, Links::refused).error(), "is a link");
}

TEST_F(PrivateFiles, MakingOneWritesThroughNoLink) {
  const fs::path victim = file("victim", 0644, "precious"), secret = home_.path() / "secret";
  fs::create_symlink(victim, home_.path() / "secret.new");
  create_private_file(secret, "s3cret\n");
  EXPECT_EQ(test::read_file(victim), "precious");
  EXPECT_EQ(test::read_file(secret), "s3cret\n");
  EXPECT_EQ(mode_of(secret), 0600u);
  EXPECT_FALSE(fs::exists(fs::symlink_status(home_.path() / "secret.new")));
  file("secret.new", 0600, "of a start that was cut off");
  create_private_file(secret, "again\n");
  EXPECT_EQ(test::read_file(secret), "again\n");
  EXPECT_THROW(create_private_file(home_.path() / "none" / "secret", "x"), std::runtime_error);
}

}  // namespace
}  // namespace frontrow
