# The libraries, all Debian packages (tools/setup.sh). Imported targets are SYSTEM, so that their warnings do not count.

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

# Headers only: the package's own CMake config would link its compiled copy, which has exceptions.
find_path(FRONTROW_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(frontrow_tomlplusplus INTERFACE)
target_include_directories(frontrow_tomlplusplus SYSTEM INTERFACE "${FRONTROW_TOMLPLUSPLUS_INCLUDE}")

# Debian 12 has 0.14 without TLS, so TLS is in src/adapters/redis/tls. The package's own config names no library.
find_path(FRONTROW_HIREDIS_INCLUDE hiredis/hiredis.h REQUIRED)
find_library(FRONTROW_HIREDIS hiredis REQUIRED)
add_library(frontrow_hiredis INTERFACE)
target_include_directories(frontrow_hiredis SYSTEM INTERFACE "${FRONTROW_HIREDIS_INCLUDE}")
target_link_libraries(frontrow_hiredis INTERFACE "${FRONTROW_HIREDIS}")

# The package's own config needs curl and civetweb, for parts that we do not use.
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

# The C API only.
find_path(FRONTROW_RDKAFKA_INCLUDE librdkafka/rdkafka.h REQUIRED)
find_library(FRONTROW_RDKAFKA rdkafka REQUIRED)
add_library(frontrow_rdkafka INTERFACE)
target_include_directories(frontrow_rdkafka SYSTEM INTERFACE "${FRONTROW_RDKAFKA_INCLUDE}")
target_link_libraries(frontrow_rdkafka INTERFACE "${FRONTROW_RDKAFKA}")

# Names in one form (NFC), and the categories of invisible characters.
find_path(FRONTROW_UTF8PROC_INCLUDE utf8proc.h REQUIRED)
find_library(FRONTROW_UTF8PROC utf8proc REQUIRED)
add_library(frontrow_utf8proc INTERFACE)
target_include_directories(frontrow_utf8proc SYSTEM INTERFACE "${FRONTROW_UTF8PROC_INCLUDE}")
target_link_libraries(frontrow_utf8proc INTERFACE "${FRONTROW_UTF8PROC}")

# The names of time zones: g++ 12 has no std::chrono::tzdb. Debian's build reads the system's tzdata.
find_path(FRONTROW_DATE_INCLUDE date/tz.h REQUIRED)
find_library(FRONTROW_DATE date-tz REQUIRED)
add_library(frontrow_date INTERFACE)
target_include_directories(frontrow_date SYSTEM INTERFACE "${FRONTROW_DATE_INCLUDE}")
target_link_libraries(frontrow_date INTERFACE "${FRONTROW_DATE}")
target_compile_definitions(frontrow_date INTERFACE USE_OS_TZDB=1)

# For the measured programs; docs/PERFORMANCE.md has its effect. The sanitizers bring their own allocator.
add_library(frontrow_allocator INTERFACE)
if(NOT FRONTROW_SANITIZE)
  find_library(FRONTROW_TCMALLOC NAMES tcmalloc_minimal libtcmalloc_minimal.so.4 REQUIRED)
  target_link_libraries(frontrow_allocator INTERFACE "${FRONTROW_TCMALLOC}")
endif()
