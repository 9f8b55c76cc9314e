#include "support/processes/server_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "support/clients/http_client.hpp"
#include "support/text_file.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// All variables except our own settings, which would change the test. A test asks as one user what many would ask: limits of a
// user are off unless it names them; the last of two counts.
std::vector<std::string> environment_with(const std::vector<std::string>& more) {
  std::vector<std::string> all{"FRONTROW_UNPAID_HOLDS_PER_HOUR=0", "FRONTROW_SEAT_COOL_DOWN_SECONDS=0"};
  for (const auto* rule : {"JOINS", "POLLS", "LOOKS", "HOLDS", "PAYMENTS", "CHARGES"})
    all.push_back(fmt::format("FRONTROW_LIMIT_{}_BY_USER=off", rule));
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!std::string_view{*entry}.starts_with("FRONTROW_")) all.emplace_back(*entry);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// The first terminal that a process without one opens becomes its controlling terminal. An empty name gives it none.
void leave_terminal(const char* other) {
  ::setsid();
  if (other != nullptr && ::open(other, O_RDWR) < 0) ::_exit(126);
}

// The child dies with this thread; both descriptors become its outputs.
pid_t run(std::vector<std::string> arguments, std::vector<std::string> environment, int output, int errors,
          Terminal terminal = Terminal::inherited, const char* own_terminal = nullptr) {
  arguments.insert(arguments.begin(), FRONTROW_BINARY_DIR "/frontrow");
  auto argv = pointers(arguments), envp = pointers(environment);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (terminal != Terminal::inherited) leave_terminal(own_terminal);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  ::execve(argv[0], argv.data(), envp.data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

// Reads up to the line break or the end; nothing if it takes too long.
std::string read_line_from(int fd, std::chrono::milliseconds patience) {
  std::string line;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (char c = 0; c != '\n';) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0 || ::read(fd, &c, 1) != 1) return line;
    line += c;
  }
  return line;
}

}  // namespace

ServerProcess::ServerProcess(std::filesystem::path data_dir, ProcessOptions options)
    : data_dir_(std::move(data_dir)), options_(std::move(options)) {}

ServerProcess::~ServerProcess() {
  if (is_running()) kill();
  std::error_code ignored;
  std::filesystem::remove(log_file(), ignored);
}

void ServerProcess::spawn() {
  std::vector<std::string> arguments{"serve", "--port", "0", "--data-dir", data_dir_.string()};
  arguments.insert(arguments.end(), options_.flags.begin(), options_.flags.end());
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  const int errors = ::open(log_file().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  char terminal[64] = "";
  if (options_.terminal == Terminal::own) {
    terminal_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (::grantpt(terminal_) != 0 || ::unlockpt(terminal_) != 0 || ::ptsname_r(terminal_, terminal, sizeof terminal) != 0)
      throw std::runtime_error("no terminal could be made");
  }
  pid_ = run(std::move(arguments),
             environment_with(options_.environment),
             pipe[1],
             errors,
             options_.terminal,
             options_.terminal == Terminal::own ? terminal : nullptr);
  ::close(pipe[1]);
  ::close(errors);
  output_ = pipe[0];
}

// What says where it serves, up to the port: "frontrow 0.1.0 is serving http://127.0.0.1:40123" on its standard output, or a
// line of its JSON log. The log has lines of earlier starts as well.
std::string ServerProcess::line_of_start() {
  if (std::ranges::find(options_.flags, "json") == options_.flags.end()) {
    const std::string line = read_line_from(output_, kPatience);
    return line.find("is serving") == std::string::npos ? "" : line;
  }
  constexpr std::string_view kAddress = "\"frontrow.address\":\"";
  std::string found;
  const auto look = [&] {
    const std::string text = log().substr(log_begin_);
    const auto begin = text.find(kAddress);
    if (begin == std::string::npos) return has_ended(pid_);
    found = text.substr(begin + kAddress.size(), text.find('"', begin + kAddress.size()) - begin - kAddress.size());
    return true;
  };
  eventually(look);
  return found;
}

void ServerProcess::start() {
  const auto begun = std::chrono::steady_clock::now();
  log_begin_ = log().size();
  spawn();
  const std::string line = line_of_start();
  const auto colon = line.rfind(':');
  if (colon != std::string::npos) std::from_chars(line.data() + colon + 1, line.data() + line.size(), port_);
  if (port_ == 0) {
    kill();
    throw std::runtime_error("the server did not start: " + line + log_end());
  }
  const bool is_ready = eventually([&] {
    try {
      return HttpClient(port_).get("/actuator/health/readiness").status == 200;
    } catch (const ConnectionLost&) {
      return false;
    }
  });
  if (!is_ready) throw std::runtime_error("the server is not ready: " + log_end());
  started_in_ = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
}

void ServerProcess::signal(int number) const { ::kill(pid_, number); }

void ServerProcess::hang_up() { ::close(std::exchange(terminal_, -1)); }

int ServerProcess::wait() {
  const int code = wait_for(pid_);
  pid_ = -1;
  ::close(output_);
  if (terminal_ >= 0) hang_up();
  return code;
}

void ServerProcess::kill() {
  signal(SIGKILL);
  wait();
}

int ServerProcess::stop() {
  signal(SIGTERM);
  return wait();
}

std::string ServerProcess::admin_token() const { return read_line(data_dir_ / "admin.token"); }

std::string ServerProcess::log() const { return std::filesystem::exists(log_file()) ? read_file(log_file()) : ""; }

std::string ServerProcess::log_end() const {
  constexpr std::size_t kShown = 2'000;
  const std::string all = log();
  return all.size() <= kShown ? all : "…" + all.substr(all.size() - kShown);
}

RunResult run_frontrow(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  const pid_t child = run(arguments, environment_with(environment), pipe[1], pipe[1]);
  ::close(pipe[1]);
  RunResult result;
  char bytes[4096];
  for (ssize_t got = 0; (got = ::read(pipe[0], bytes, sizeof bytes)) > 0;)
    result.output.append(bytes, static_cast<std::size_t>(got));
  ::close(pipe[0]);
  result.code = wait_for(child);
  return result;
}

void expect_clean_audit_by_program(const std::filesystem::path& data_dir) {
  const RunResult audit = run_frontrow({"audit", "--data-dir", data_dir.string()});
  EXPECT_EQ(audit.code, 0) << audit.output;
}

}  // namespace frontrow::test
