#include "adapters/sqlite/data_directory.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include <gmock/gmock.h>

#include "support/processes/temp_directory.hpp"

namespace frontrow::sqlite {
namespace {

TEST(DataDirectory, IsMadeForItsOwnerOnly) {
  const TempDirectory home;
  const DataDirectory directory{home.path() / "deep" / "data"};
  struct stat about{};
  ASSERT_EQ(::stat(directory.path().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0700u);
  EXPECT_EQ(directory.database(), (home.path() / "deep" / "data" / "frontrow.db").string());
}

TEST(DataDirectory, IsServedByOneAtATime) {
  const TempDirectory home;
  EXPECT_FALSE(DataDirectory::is_served(home.path()));
  {
    const DataDirectory first{home.path()};
    EXPECT_TRUE(DataDirectory::is_served(home.path()));
    EXPECT_THROW(DataDirectory{home.path()}, NotUsable);
    EXPECT_TRUE(DataDirectory::is_served(home.path())) << "being refused, and asking, leave the lock alone";
  }
  EXPECT_FALSE(DataDirectory::is_served(home.path()));
  const DataDirectory second{home.path()};
}

TEST(DataDirectory, RefusesAnotherProcessAndSaysWhoServesIt) {
  const TempDirectory home;
  int ready[2], release[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(release), 0);
  const pid_t server = ::fork();
  if (server == 0) {
    const DataDirectory directory{home.path()};
    char byte = 'x';
    if (::write(ready[1], &byte, 1) != 1 || ::read(release[0], &byte, 1) != 1) ::_exit(1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_TRUE(DataDirectory::is_served(home.path()));
  try {
    const DataDirectory directory{home.path()};
    ADD_FAILURE() << "two processes serve one directory";
  } catch (const NotUsable& refused) {
    EXPECT_THAT(refused.what(), testing::HasSubstr("is served by another frontrow (process " + std::to_string(server) + ")"));
  }
  ASSERT_EQ(::write(release[1], &byte, 1), 1);
  ::waitpid(server, nullptr, 0);
  const DataDirectory directory{home.path()};
  for (const int fd : {ready[0], ready[1], release[0], release[1]}) ::close(fd);
}

TEST(DataDirectory, RefusesAPlaceThatCannotBeADirectory) {
  const TempDirectory home;
  const auto file = home.path() / "file";
  std::ofstream{file} << "not a directory";
  EXPECT_THROW(DataDirectory{file}, NotUsable);
  EXPECT_THROW(DataDirectory{file / "data"}, NotUsable);
}

}  // namespace
}  // namespace frontrow::sqlite
