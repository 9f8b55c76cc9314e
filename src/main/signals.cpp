#include "main/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace frontrow {

namespace {

// Asked at the start: once the terminal is gone it cannot be opened.
bool has_controlling_terminal() {
  const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (terminal >= 0) ::close(terminal);
  return terminal >= 0;
}

bool is_ignored(int number) {
  struct sigaction action{};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Signals::Signals() : hangup_stops_(has_controlling_terminal() && !is_ignored(SIGHUP)) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow counts as a full disk, and the program goes on
  ::sigemptyset(&awaited_);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&awaited_, number);
  ::pthread_sigmask(SIG_BLOCK, &awaited_, nullptr);
  ::signal(SIGHUP, SIG_DFL);  // an inherited SIG_IGN (nohup) could keep it from wait()
}

Asked Signals::wait() {
  int number = 0;
  ::sigwait(&awaited_, &number);
  if (number == SIGHUP && !hangup_stops_) return Asked::to_read_keys_again;
  log_info(number == SIGHUP ? "the terminal has gone" : "stopping", {{"signal", number}});
  return Asked::to_stop;
}

void Signals::wait_to_stop(std::chrono::seconds time) {
  const auto until = steady_now() + time;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(until - steady_now());
    if (left.count() <= 0) return;
    constexpr std::int64_t kSecond = 1'000'000'000;
    const timespec wait{.tv_sec = left.count() / kSecond, .tv_nsec = left.count() % kSecond};
    const int number = ::sigtimedwait(&awaited_, nullptr, &wait);
    if (number == SIGTERM || number == SIGINT) return;
  }
}

}  // namespace frontrow
