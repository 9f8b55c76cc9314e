// The cluster profile's real services, started by tools/services.py for a suite with SERVICES in its CMakeLists.txt.
#pragma once

#include <string>
#include <string_view>

namespace frontrow::test {

// The value in the file that FRONTROW_SERVICES names: service("KAFKA_BROKERS") is "127.0.0.1:9092". Throws if there is
// none, with the command that starts the services: a suite that needs services never passes without them.
std::string service(std::string_view key);

// The password in the file that a `…_PASSWORD_FILE` names.
std::string service_password(std::string_view key);

// One of their processes by name ("mysql-primary", "redis-1", "kafka"). kill: ends it at once, as a crash does. revive:
// starts it with its data and its port, and returns when it is ready. pause and resume: stop it and let it go on. Each
// throws if that failed.
void kill_service(std::string_view name);
void revive_service(std::string_view name);
void pause_service(std::string_view name);
void resume_service(std::string_view name);

}  // namespace frontrow::test
