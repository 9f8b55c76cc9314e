// The real program as a child process: started on a free port, killed, stopped, started again on the same data.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace frontrow::test {

// What controls the process: whatever controls the test, nothing, or a terminal of its own that hang_up() closes.
enum class Terminal : std::uint8_t { inherited, none, own };

struct ProcessOptions {
  std::vector<std::string> flags;        // beside --port 0 and --data-dir
  std::vector<std::string> environment;  // NAME=value, beside what this process has; FRONTROW_* is not passed on
  Terminal terminal = Terminal::inherited;
};

class ServerProcess {
 public:
  explicit ServerProcess(std::filesystem::path data_dir, ProcessOptions options = {});
  ~ServerProcess();  // kill -9, when it still runs

  // Returns when /actuator/health/readiness says 200. Throws with the log when it does not come to that.
  void start();
  std::chrono::milliseconds started_in() const { return started_in_; }  // from exec to ready
  bool is_running() const { return pid_ > 0; }

  void signal(int number) const;
  void hang_up();
  void kill();  // -9; returns when it is gone
  int wait();   // for it to end by itself: its exit code, 128 + n after a signal n
  int stop();   // SIGTERM, then wait()

  pid_t pid() const { return pid_; }
  std::uint16_t port() const { return port_; }
  const std::filesystem::path& data_dir() const { return data_dir_; }
  std::string admin_token() const;
  std::string log() const;      // standard error of all starts
  std::string log_end() const;  // the last lines of it

  // Another start with other flags on the same data.
  void set_options(ProcessOptions options) { options_ = std::move(options); }

 private:
  void spawn();
  std::filesystem::path log_file() const { return data_dir_.string() + ".log"; }

  const std::filesystem::path data_dir_;
  ProcessOptions options_;
  pid_t pid_ = -1;
  int output_ = -1;    // its standard output
  int terminal_ = -1;  // our end of its own
  std::uint16_t port_ = 0;
  std::chrono::milliseconds started_in_{};
};

// `frontrow <arguments>` to its end: exit code and what it said on both outputs.
struct RunResult {
  int code = -1;
  std::string output;
};
RunResult run_frontrow(const std::vector<std::string>& arguments);

// `frontrow audit` says that every rule holds.
void expect_clean_audit_by_program(const std::filesystem::path& data_dir);

}  // namespace frontrow::test
