#include "support/services/tls_redis.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "support/clients/socket.hpp"
#include "support/text_file.hpp"
#include "support/wait.hpp"

namespace frontrow::test {

namespace {

void make_certificate(const std::filesystem::path& certificate, const std::filesystem::path& key, const std::string& more) {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2 -subj /CN=frontrow-test -out '" +
      certificate.string() + "' -keyout '" + key.string() + "' " + more + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

// The child dies with this thread.
pid_t run(const char* program, const std::filesystem::path& configuration, const std::filesystem::path& log) {
  const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execlp(program, program, configuration.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(output);
  if (child < 0) throw std::runtime_error("fork failed");
  return child;
}

}  // namespace

int free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_bound = ::bind(listener, any, size) == 0 && ::getsockname(listener, any, &size) == 0;
  ::close(listener);
  if (!is_bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

Authority::Authority() : certificate_(folder_.path() / "authority.crt") {
  make_certificate(certificate_, folder_.path() / "authority.key", "");
}

redis::TlsFiles Authority::sign(const std::string& names) const {
  static std::atomic<int> count{0};
  const std::string stem = "signed-" + std::to_string(++count);
  const redis::TlsFiles files{
      .trusted = certificate_, .certificate = folder_.path() / (stem + ".crt"), .key = folder_.path() / (stem + ".key")};
  make_certificate(files.certificate,
                   files.key,
                   "-CA '" + certificate_.string() + "' -CAkey '" + (folder_.path() / "authority.key").string() +
                       "' -addext subjectAltName=" + names);
  return files;
}

std::filesystem::path Authority::file(const std::string& name, const std::string& text) const {
  std::ofstream{folder_.path() / name, std::ios::binary} << text;
  return folder_.path() / name;
}

std::shared_ptr<const redis::TlsContext> Authority::trusting(std::string server_name) const {
  return std::make_shared<const redis::TlsContext>(redis::TlsFiles{.trusted = certificate_}, std::move(server_name));
}

TlsRedis::TlsRedis(const redis::TlsFiles& files, const std::vector<std::string>& more) : TlsRedis(files, more, false) {}

TlsRedis::TlsRedis(const redis::TlsFiles& files, std::vector<std::string> more, bool is_sentinel) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    const std::filesystem::path configuration = folder_.path() / "redis.conf";
    std::ofstream out(configuration);
    out << "port 0\ntls-port " << port_ << "\nbind 127.0.0.1\ndir " << folder_.path().string() << "\ntls-replication yes\n"
        << "tls-ca-cert-file " << files.trusted.string() << "\ntls-cert-file " << files.certificate.string() << "\ntls-key-file "
        << files.key.string() << "\n";
    if (!is_sentinel) out << "save \"\"\nrepl-diskless-sync-delay 0\n";
    for (const std::string& line : more) out << line << "\n";
    out.close();
    if (start(configuration, is_sentinel)) return;
    kill();
  }
  throw std::runtime_error("no Redis: " + read_file(folder_.path() / "redis.log"));
}

std::unique_ptr<TlsRedis> TlsRedis::sentinel(const redis::TlsFiles& files, const TlsRedis& primary,
                                             const std::vector<std::string>& more) {
  std::vector<std::string> lines{"sentinel monitor frontrow 127.0.0.1 " + std::to_string(primary.port_) + " 1",
                                 "sentinel down-after-milliseconds frontrow 1500",
                                 "sentinel failover-timeout frontrow 5000"};
  lines.insert(lines.end(), more.begin(), more.end());
  return std::unique_ptr<TlsRedis>(new TlsRedis(files, lines, true));
}

bool TlsRedis::start(const std::filesystem::path& configuration, bool is_sentinel) {
  pid_ = run(is_sentinel ? "redis-sentinel" : "redis-server", configuration, folder_.path() / "redis.log");
  bool has_ended = false;
  const bool is_there = eventually([&] {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) has_ended = true, pid_ = -1;
    if (has_ended) return true;
    try {
      Socket(static_cast<std::uint16_t>(port_));
      return true;
    } catch (const ConnectionLost&) {
      return false;
    }
  });
  return is_there && !has_ended;
}

void TlsRedis::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace frontrow::test
