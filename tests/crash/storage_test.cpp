// A disk that fills up, a file that may not grow, a flush that fails. Writes are refused with the right reason, reads
// go on, no answered change is lost, and the sale goes on by itself when the disk is well.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "crash/load.hpp"
#include "crash/storage_faults.hpp"
#include "support/processes/server_process.hpp"
#include "support/processes/temp_directory.hpp"
#include "support/rounds.hpp"
#include "support/wait.hpp"

namespace frontrow::test {
namespace {

class Storage : public testing::Test {
 protected:
  void SetUp() override {
    const auto file = dir_.path() / "faults";
    std::ofstream{file} << std::string(sizeof(StorageFaults), '\0');
    const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    void* memory = ::mmap(nullptr, sizeof(StorageFaults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    ASSERT_NE(memory, MAP_FAILED);
    faults_ = static_cast<StorageFaults*>(memory);
    server_.set_options(
        {.flags = {"--wal-limit-mib", "4"},
         .environment = {std::string{"LD_PRELOAD="} + FRONTROW_STORAGE_SHIM, std::string{kFaultsVariable} + "=" + file.string()}});
    server_.start();
    HttpClient http(server_.port());
    scene_ = make_scene(http, server_.admin_token());
  }
  void TearDown() override { ::munmap(faults_, sizeof(StorageFaults)); }

  void expect_reads_go_on() {
    HttpClient http(server_.port());
    EXPECT_EQ(http.get("/api/v1/concerts").status, 200);
    EXPECT_EQ(http.get("/api/v1/points?userId=1").status, 200);
    EXPECT_EQ(http.get("/api/v1/reservations?userId=1").status, 200);
    EXPECT_EQ(http.get("/actuator/health/readiness").status, 200);
    EXPECT_TRUE(eventually([&] {
      const auto health = http.get("/actuator/health");
      EXPECT_EQ(health.status, 200);
      return health.text("status") == "DEGRADED";
    }));
  }
  void expect_well_again(std::string_view code) {
    HttpClient http(server_.port());
    HttpResponse answer;
    EXPECT_TRUE(eventually([&] {
      answer = http.send(charge(999'999'999, 1));
      EXPECT_TRUE(answer.status != 503 || answer.code() == code) << answer;
      return answer.status == 201;
    })) << answer;
    EXPECT_EQ(http.get("/actuator/health").text("status"), "UP");
  }
  // Nothing is lost now, nor after a restart on a healthy disk.
  void expect_nothing_lost(Load& load) {
    load.expect_nothing_lost(server_.port());
    expect_clean_audit_by_program(server_.data_dir());
    server_.kill();
    server_.start();
    load.expect_nothing_lost(server_.port());
    expect_clean_audit_by_program(server_.data_dir());
  }

  TempDirectory dir_;
  ServerProcess server_{dir_.path() / "data"};
  StorageFaults* faults_ = nullptr;
  Scene scene_;
};

TEST_F(Storage, AFullDiskRefusesWritesUntilThereIsRoom) {
  Load load(scene_, server_.port(), 1, 11);
  for (int round = 0; round < rounds(2, 20); ++round) {
    ASSERT_TRUE(load.wait_for_answers(500)) << server_.log_end();
    faults_->is_full = 1;
    ASSERT_TRUE(load.wait_for_refusals(200)) << server_.log_end();
    HttpClient http(server_.port());
    // A log that was just copied starts over in the room it has, so a write may still succeed.
    HttpResponse refused;
    ASSERT_TRUE(eventually([&] { return (refused = http.send(charge(999'999'999, 1))).status == 503; })) << refused;
    EXPECT_EQ(refused.code(), "STORE_UNAVAILABLE") << refused;
    EXPECT_FALSE(refused.header("Retry-After").empty());
    expect_reads_go_on();
    faults_->is_full = 0;
    expect_well_again("STORE_UNAVAILABLE");
  }
  ASSERT_TRUE(load.wait_for_answers(500)) << server_.log_end();
  load.stop();
  EXPECT_GT(faults_->failures, 0);
  EXPECT_EQ(load.unknown(), 0) << "a full disk leaves nothing in doubt";
  expect_nothing_lost(load);
}

// A limit of the system: no file of the process may grow beyond this.
TEST_F(Storage, AFileThatMayNotGrowIsAFullDisk) {
  Load load(scene_, server_.port(), 1, 12);
  ASSERT_TRUE(load.wait_for_answers(500)) << server_.log_end();
  const rlimit small{.rlim_cur = 64 * 1024, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server_.pid(), RLIMIT_FSIZE, &small, nullptr), 0);
  ASSERT_TRUE(load.wait_for_refusals(100)) << server_.log_end();
  expect_reads_go_on();
  const rlimit none{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  ASSERT_EQ(::prlimit(server_.pid(), RLIMIT_FSIZE, &none, nullptr), 0);
  ASSERT_TRUE(load.wait_for_answers(500)) << server_.log_end();
  load.stop();
  expect_nothing_lost(load);
}

TEST_F(Storage, AFlushThatFailsIsAnUnknownOutcomeAndNothingIsLost) {
  Load load(scene_, server_.port(), 1, 13);
  for (int round = 0; round < rounds(6, 60); ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    ASSERT_TRUE(load.wait_for_answers(200)) << server_.log_end();
    const int before = faults_->failures;
    faults_->fail_syncs = 1 + round % 3;
    faults_->fail_sync_at = faults_->syncs + 1 + round % 5;
    ASSERT_TRUE(eventually([&] { return faults_->failures > before; }));
    ASSERT_TRUE(load.wait_for_answers(200)) << server_.log_end();  // without a restart
  }
  load.stop();
  EXPECT_GT(load.unknown(), 0);
  expect_nothing_lost(load);
}

// The worst moment for a kill: a commit of unknown outcome may be in the log, or not.
TEST_F(Storage, KilledRightAfterAFailedFlush) {
  for (int round = 0; round < rounds(3, 30); ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    Load load(scene_, server_.port(), 1 + 1'000'000 * round, 14);
    ASSERT_TRUE(load.wait_for_answers(100)) << server_.log_end();
    faults_->fail_syncs = 1'000'000;
    faults_->fail_sync_at = faults_->syncs + 1;
    ASSERT_TRUE(load.wait_for_refusals(20)) << server_.log_end();
    server_.kill();
    load.stop();
    faults_->fail_sync_at = 0;
    server_.start();
    expect_nothing_lost(load);
  }
}

}  // namespace
}  // namespace frontrow::test
