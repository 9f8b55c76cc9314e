#include "support/services/services.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace frontrow::test {

namespace {

std::filesystem::path environment_file() {
  const char* file = std::getenv("FRONTROW_SERVICES");
  if (file == nullptr || !std::filesystem::exists(file))
    throw std::runtime_error(
        "FRONTROW_SERVICES names no file: run the suite through ctest, or `tools/services.py start` and "
        "FRONTROW_SERVICES=build/services/services.env");
  return file;
}

void services(std::string_view verb, std::string_view name) {
  const std::string directory = environment_file().parent_path().string();
  const std::string command =
      std::string("python3 '" FRONTROW_SOURCE_DIR "/tools/services.py' ").append(verb).append(" ").append(name) + " --dir '" +
      directory + "' </dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

}  // namespace

std::string service(std::string_view key) {
  std::ifstream file(environment_file());
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key) && line.substr(key.size()).starts_with('=')) return line.substr(key.size() + 1);
  throw std::runtime_error(environment_file().string() + " does not say " + std::string(key));
}

std::string service_password(std::string_view key) {
  std::ifstream file(service(key));
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.empty()) throw std::runtime_error("no password where " + std::string(key) + " points");
  return text;
}

void kill_service(std::string_view name) { services("kill", name); }
void revive_service(std::string_view name) { services("revive", name); }
void pause_service(std::string_view name) { services("pause", name); }
void resume_service(std::string_view name) { services("resume", name); }

}  // namespace frontrow::test
