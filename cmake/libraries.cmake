# The libraries we use, all Debian packages (tools/setup.sh). Imported targets are SYSTEM: their warnings are not ours.

find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# The package's own config asks for curl and civetweb, which only the parts we do not use need.
find_path(FRONTROW_PROMETHEUS_INCLUDE prometheus/registry.h REQUIRED)
find_library(FRONTROW_PROMETHEUS_CORE prometheus-cpp-core REQUIRED)
add_library(frontrow_prometheus INTERFACE)
target_include_directories(frontrow_prometheus SYSTEM INTERFACE "${FRONTROW_PROMETHEUS_INCLUDE}")
target_link_libraries(frontrow_prometheus INTERFACE "${FRONTROW_PROMETHEUS_CORE}")

# The client library of MySQL and MariaDB. Its package has no CMake config; pkg-config would do, but is one more tool.
find_path(FRONTROW_MARIADB_INCLUDE mysql.h PATH_SUFFIXES mariadb REQUIRED)
find_library(FRONTROW_MARIADB mariadb REQUIRED)
add_library(frontrow_mariadb INTERFACE)
target_include_directories(frontrow_mariadb SYSTEM INTERFACE "${FRONTROW_MARIADB_INCLUDE}")
target_link_libraries(frontrow_mariadb INTERFACE "${FRONTROW_MARIADB}")

# Boost as we use it: Asio and Beast are headers, JSON is a library.
add_library(frontrow_boost INTERFACE)
target_link_libraries(frontrow_boost INTERFACE Boost::headers Boost::json)
target_compile_definitions(frontrow_boost INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_USE_STD_STRING_VIEW)
