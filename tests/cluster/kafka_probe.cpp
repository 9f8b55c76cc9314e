#include "cluster/kafka_probe.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "adapters/kafka/topics.hpp"
#include "base/random.hpp"
#include "support/services/services.hpp"

namespace frontrow::test {

namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 4096> part{};
  while (const std::size_t count = std::fread(part.data(), 1, part.size(), pipe.get())) text.append(part.data(), count);
  return text;
}

std::string kcat(const std::string& arguments) {
  return output_of("kcat -b " + service("KAFKA_BROKERS") + " " + arguments + " 2>/dev/null");
}

}  // namespace

kafka::KafkaSettings broker() { return {.brokers = service("KAFKA_BROKERS"), .partitions = 3}; }

std::string fresh_name(const std::string& begin) { return begin + "-" + std::to_string(SystemRandom().next()); }

std::string fresh_topic(const std::string& begin, int partitions) {
  const std::string name = fresh_name(begin);
  kafka::KafkaSettings settings = broker();
  settings.partitions = partitions;
  kafka::ensure_topics(settings, std::array{name});
  return name;
}

std::vector<Stored> stored_in(const std::string& topic) {
  std::istringstream lines(kcat("-C -t " + topic + " -o beginning -e -q -f '%p\\t%T\\t%k\\t%h\\t%s\\n'"));
  std::vector<Stored> all;
  for (std::string partition; std::getline(lines, partition, '\t');) {
    Stored& stored = all.emplace_back();
    stored.partition = std::stoi(partition);
    std::string time;
    std::getline(lines, time, '\t');
    stored.published_at = std::stoll(time);
    std::getline(lines, stored.key, '\t');
    std::getline(lines, stored.headers, '\t');
    std::getline(lines, stored.payload);
  }
  return all;
}

std::int64_t end_of(const std::string& topic) {
  const std::string text = kcat("-Q -t " + topic + ":0:-1");  // topic [0] offset 7
  return std::stoll(text.substr(text.rfind(' ')));
}

int partitions_of(const std::string& topic) {
  const std::string text = kcat("-L -t " + topic);
  const auto at = text.find("\"" + topic + "\" with ");
  return at == std::string::npos ? 0 : std::stoi(text.substr(at + topic.size() + 8));
}

}  // namespace frontrow::test
