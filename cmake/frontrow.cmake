# The functions for the folders' CMakeLists.txt: frontrow_library, frontrow_unit_tests, frontrow_suite,
# frontrow_embed_sql.

# frontrow_library(NAME [SOURCES file…] [DEPENDS target…])
# One folder of src/. Without sources it is an INTERFACE library, so that a folder of headers links like any other.
function(frontrow_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC frontrow_options ${arg_DEPENDS})
    frontrow_hardened(${name})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE frontrow_options ${arg_DEPENDS})
  endif()
  set_property(GLOBAL APPEND PROPERTY FRONTROW_LIBRARIES ${name})
endfunction()

# frontrow_unit_tests(file…)
# Unit tests live beside the code; all of them become one executable, `unit_tests`, in tests/CMakeLists.txt.
function(frontrow_unit_tests)
  foreach(file IN LISTS ARGN)
    set_property(GLOBAL APPEND PROPERTY FRONTROW_UNIT_TESTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  endforeach()
endfunction()

# frontrow_suite(NAME LABEL label… [TIMED] [BUSY] [SERVICES] [SOURCES file…] [DEPENDS target…] [ENVIRONMENT name=value…] [FILTER gtest-filter])
# A suite across folders: one executable `NAME_tests`, one ctest entry. Without sources it does not exist yet.
# TIMED: it waits for deadlines of a real server, so two such suites never run side by side. A suite that only computes
# may run beside it.
# BUSY: it keeps two cores busy, so no suite runs beside it on two cores. The label `cluster` keeps a suite, and its
# program, out of `make test`.
# SERVICES: it needs the cluster profile's MariaDB, Redis and Kafka. ctest starts them once, before the first such
# suite, and stops them after the last; tests/support/services/services.hpp gives their addresses. These suites run one at a
# time, because a test may kill a service.
# Tests find the repository through FRONTROW_SOURCE_DIR and the build through FRONTROW_BINARY_DIR.
function(frontrow_suite name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TIMED;BUSY;SERVICES" "FILTER" "LABEL;SOURCES;DEPENDS;ENVIRONMENT")
  if(NOT arg_SOURCES)
    return()
  endif()
  get_property(libraries GLOBAL PROPERTY FRONTROW_LIBRARIES)
  add_executable(${name}_tests ${arg_SOURCES})
  target_link_libraries(${name}_tests PRIVATE ${libraries} ${arg_DEPENDS} frontrow_test_support
    GTest::gmock GTest::gtest_main rapidcheck)
  # Compiling the suite's own code is a quarter faster with this, and the tested code is unchanged by it.
  target_compile_options(${name}_tests PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  target_compile_definitions(${name}_tests PRIVATE
    FRONTROW_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FRONTROW_BINARY_DIR="${PROJECT_BINARY_DIR}")
  if(NOT arg_FILTER)
    set(arg_FILTER "*")
  endif()
  add_test(NAME ${name} COMMAND ${name}_tests --gtest_brief=1 "--gtest_filter=${arg_FILTER}")
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" ENVIRONMENT "${arg_ENVIRONMENT}")
  if(NOT "cluster" IN_LIST arg_LABEL)
    set_property(GLOBAL APPEND PROPERTY FRONTROW_LOCAL_TESTS ${name}_tests)
  endif()
  if(arg_SERVICES)
    set_property(TEST ${name} APPEND PROPERTY FIXTURES_REQUIRED services)
    set_property(TEST ${name} APPEND PROPERTY RESOURCE_LOCK services)
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "FRONTROW_SERVICES=${PROJECT_BINARY_DIR}/services/services.env")
  endif()
  if(arg_TIMED)
    set_property(TEST ${name} APPEND PROPERTY RESOURCE_LOCK deadlines)
  endif()
  if(arg_BUSY)
    set_tests_properties(${name} PROPERTIES PROCESSORS 2)
  endif()
endfunction()

# frontrow_embed_sql(STORE out [file…])
# Generates a source with the migrations of db/STORE, and with these files after them; its path goes into `out`.
function(frontrow_embed_sql store out)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/db/${store}/*.sql")
  list(APPEND files ${ARGN})
  string(REPLACE ";" "," list "${files}")
  set(embedded "${CMAKE_CURRENT_BINARY_DIR}/embedded_migrations_of_${store}.cpp")
  add_custom_command(OUTPUT "${embedded}"
    COMMAND "${CMAKE_COMMAND}" "-DSTORE=${store}" "-DOUTPUT=${embedded}" "-DINPUTS=${list}"
      -P "${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake"
    VERBATIM)
  set(${out} "${embedded}" PARENT_SCOPE)
endfunction()
