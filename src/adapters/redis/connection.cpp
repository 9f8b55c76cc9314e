#include "adapters/redis/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ports/unavailable.hpp"

namespace frontrow::redis {

namespace {

constexpr std::size_t kRecordBytes = 16 * 1024;  // the longest a TLS record may be

std::string text_of(const Address& address) { return address.host + ":" + std::to_string(address.port); }

}  // namespace

Connection::Connection(const Address& address, const std::string& user, const Secret& password, const Settings& settings)
    : address_(address),
      context_(redisConnectNonBlock(address.host.c_str(), address.port),
               [](redisContext* c) {
                 if (c != nullptr) redisFree(c);
               }),
      tls_(settings.tls) {
  const Deadline deadline = steady_now() + settings.connect_timeout;
  connect(deadline);
  if (password.reveal().empty()) return;
  std::vector<std::string> words{"AUTH"};
  if (!user.empty()) words.push_back(user);
  words.emplace_back(password.reveal());
  const Reply reply = run(std::move(words), std::chrono::ceil<Duration>(deadline - steady_now()));
  if (reply.is_error()) lost(std::string(reply.text()), false);
}

void Connection::connect(Deadline deadline) {
  if (context_ == nullptr) throw Unavailable("redis", "out of memory");
  if (context_->err != 0) lost(context_->errstr, false);
  if (!wait(POLLOUT, deadline)) lost("no connection in time", false);
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) lost(std::strerror(error), false);
  if (tls_ == nullptr) return;
  stream_ = std::make_unique<TlsStream>(*tls_, context_->fd, address_.host);
  for (;;) {
    const TlsStream::Result shaken = stream_->shake_hands();
    if (!shaken) lost(shaken.error(), false);
    if (shaken->wait_for == 0) return;
    if (!wait(shaken->wait_for, deadline)) lost("TLS: no handshake in time; a port without?", false);
  }
}

void Connection::lost(const std::string& why, bool unknown) { throw Unavailable("redis", text_of(address_) + ": " + why, unknown); }

bool Connection::wait(short events, Deadline deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_now()).count();
    pollfd waited{.fd = context_->fd, .events = events, .revents = 0};
    const int ready = poll(&waited, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)));
    if (ready > 0) return true;
    if (ready == 0 && steady_now() >= deadline) return false;
    if (ready < 0 && errno != EINTR) lost(std::strerror(errno), true);
  }
}

void Connection::append(const Command& command, bool whole_script) {
  std::vector<std::string_view> words;
  const std::string keys = std::to_string(command.keys);
  if (command.script != nullptr) {
    words = {whole_script ? "EVAL" : "EVALSHA", whole_script ? command.script->text : command.script->sha1, keys};
    words.insert(words.end(), command.words.begin(), command.words.end());
  } else {
    words.assign(command.words.begin(), command.words.end());
  }
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string_view word : words) texts.push_back(word.data()), sizes.push_back(word.size());
  const int count = static_cast<int>(words.size());
  if (stream_ == nullptr) {
    if (redisAppendCommandArgv(context_.get(), count, texts.data(), sizes.data()) != REDIS_OK) lost(context_->errstr, true);
    return;
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, count, texts.data(), sizes.data());
  if (size < 0) lost("out of memory", true);
  unsent_.append(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
}

void Connection::flush(Deadline deadline) {
  if (stream_ != nullptr) {
    flush_tls(deadline);
    return;
  }
  for (int done = 0; done == 0;) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) lost(context_->errstr, true);
    if (done == 0 && !wait(POLLOUT, deadline)) lost("took no more commands in time", true);
  }
}

void Connection::flush_tls(Deadline deadline) {
  for (std::string_view rest = unsent_; !rest.empty();) {
    const TlsStream::Result written = stream_->write(rest);
    if (!written) lost(written.error(), true);
    rest.remove_prefix(written->bytes);
    if (written->wait_for != 0 && !wait(written->wait_for, deadline)) lost("took no more commands in time", true);
  }
  unsent_.clear();
}

bool Connection::receive(Deadline deadline) {
  if (stream_ != nullptr) return receive_tls(deadline);
  if (!wait(POLLIN, deadline)) return false;
  if (redisBufferRead(context_.get()) != REDIS_OK)
    lost(std::string(context_->errstr) + (was_answered_ ? "" : " before any answer; a port with TLS?"), true);
  return true;
}

// Reads before it waits: bytes that are decrypted already do not wake poll().
bool Connection::receive_tls(Deadline deadline) {
  std::array<char, kRecordBytes> bytes;
  for (;;) {
    const TlsStream::Result got = stream_->read(bytes);
    if (!got) lost(got.error(), true);
    if (got->bytes > 0 && redisReaderFeed(context_->reader, bytes.data(), got->bytes) != REDIS_OK) lost("out of memory", true);
    if (got->bytes > 0) return true;
    if (!wait(got->wait_for, deadline)) return false;
  }
}

std::unique_ptr<Reply> Connection::read(Deadline deadline) {
  for (;;) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) lost(context_->errstr, true);
    if (reply != nullptr) {
      was_answered_ = true;
      return std::make_unique<Reply>(static_cast<redisReply*>(reply));
    }
    if (!receive(deadline)) return nullptr;
  }
}

std::vector<Reply> Connection::round_trip(std::span<const Command> commands, bool whole_scripts, Deadline deadline) {
  for (const Command& command : commands) append(command, whole_scripts);
  flush(deadline);
  std::vector<Reply> replies;
  replies.reserve(commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    auto reply = read(deadline);
    if (reply == nullptr) lost("no answer in time", true);
    replies.push_back(std::move(*reply));
  }
  return replies;
}

// A server that has dropped its scripts (SCRIPT FLUSH) is sent them whole, behind the other commands.
std::vector<Reply> Connection::run(std::span<const Command> commands, Duration timeout) {
  const Deadline deadline = steady_now() + timeout;
  std::vector<Reply> replies = round_trip(commands, false, deadline);
  for (std::size_t i = 0; i < replies.size(); ++i)
    if (commands[i].script != nullptr && replies[i].is_error() && replies[i].text().starts_with("NOSCRIPT"))
      replies[i] = std::move(round_trip(commands.subspan(i, 1), true, deadline).front());
  return replies;
}

Reply Connection::run(std::vector<std::string> words, Duration timeout) {
  const Command command{.words = std::move(words)};
  return std::move(run(std::span(&command, 1), timeout).front());
}

std::unique_ptr<Reply> Connection::next(Duration timeout) { return read(steady_now() + timeout); }

void Connection::require_primary(Duration timeout) {
  std::vector<Command> commands{{.words = {"ROLE"}}, {.words = {"INFO", "server"}}};
  for (const Script* script : scripts::all()) commands.push_back({.words = {"SCRIPT", "LOAD", std::string(script->text)}});
  const std::vector<Reply> replies = run(commands, timeout);
  for (const Reply& reply : replies)
    if (reply.is_error()) lost(std::string(reply.text()), false);
  if (replies[0].at(0).text() != "master") lost("is no primary", false);
  const std::string_view info = replies[1].text();
  const std::size_t at = info.find("run_id:");
  if (at == std::string_view::npos) lost("does not say its run id", false);
  run_id_ = info.substr(at + 7, info.find('\r', at) - at - 7);
}

}  // namespace frontrow::redis
