// The real program as a child process: started on a free port, killed, stopped, and started again on the same data.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace frontrow::test {

// The controlling terminal of the process: that of the test, none, or one of its own that hang_up() closes.
enum class Terminal : std::uint8_t { inherited, none, own };

struct ProcessOptions {
  std::vector<std::string> flags;        // besides --port 0 and --data-dir
  std::vector<std::string> environment;  // NAME=value, added to this process's environment without its FRONTROW_* variables
  Terminal terminal = Terminal::inherited;
};

class ServerProcess {
 public:
  explicit ServerProcess(std::filesystem::path data_dir, ProcessOptions options = {});
  ~ServerProcess();  // kill -9 if it still runs

  // Returns when /actuator/health/readiness answers 200. Throws with the log if it never does.
  void start();
  std::chrono::milliseconds started_in() const { return started_in_; }  // from exec to ready
  bool is_running() const { return pid_ > 0; }

  void signal(int number) const;
  void hang_up();
  void kill();  // kill -9; returns when it is gone
  int wait();   // waits for its own end: its exit code, 128 + n after a signal n
  int stop();   // SIGTERM, then wait()

  pid_t pid() const { return pid_; }
  std::uint16_t port() const { return port_; }
  const std::filesystem::path& data_dir() const { return data_dir_; }
  std::string admin_token() const;
  std::string log() const;      // standard error of all starts
  std::string log_end() const;  // the last lines of it

  // Starts again with other flags on the same data.
  void set_options(ProcessOptions options) { options_ = std::move(options); }

 private:
  void spawn();
  std::string line_of_start();
  std::filesystem::path log_file() const { return data_dir_.string() + ".log"; }

  const std::filesystem::path data_dir_;
  ProcessOptions options_;
  pid_t pid_ = -1;
  int output_ = -1;    // its standard output
  int terminal_ = -1;  // our end of its own terminal
  std::uint16_t port_ = 0;
  std::size_t log_begin_ = 0;  // where the log of this start begins
  std::chrono::milliseconds started_in_{};
};

// Runs `frontrow <arguments>` to its end: exit code and both outputs.
struct RunResult {
  int code = -1;
  std::string output;
};
RunResult run_frontrow(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {});

// True if `frontrow audit` finds every rule kept.
void expect_clean_audit_by_program(const std::filesystem::path& data_dir);

}  // namespace frontrow::test
