// The cluster profile's real services, as tools/services.py has started them for a suite that says SERVICES in its CMakeLists.txt.
#pragma once

#include <string>
#include <string_view>

namespace frontrow::test {

// What the file named by FRONTROW_SERVICES says now: service("KAFKA_BROKERS") is "127.0.0.1:9092". Throws when it does not say,
// with how to start them: a suite that needs services never passes without.
std::string service(std::string_view key);

// The password a `…_PASSWORD_FILE` of that file points at.
std::string service_password(std::string_view key);

// One process of them by name ("mysql-primary", "redis-1", "kafka"): ended at once as by a crash; started again with its data and
// its port, returning when it is ready; stopped in its tracks, and going on. Throws when that failed.
void kill_service(std::string_view name);
void revive_service(std::string_view name);
void pause_service(std::string_view name);
void resume_service(std::string_view name);

}  // namespace frontrow::test
