# The words the folders' CMakeLists.txt are written in: frontrow_library, frontrow_unit_tests, frontrow_suite, frontrow_embed_sql.

# frontrow_library(NAME [SOURCES file…] [DEPENDS target…])
# One folder of src/. Without sources it is an INTERFACE library, so that a folder of headers links like any other.
function(frontrow_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC frontrow_options ${arg_DEPENDS})
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

# frontrow_suite(NAME LABEL label [SERIAL] [SERVICES] [SOURCES file…] [DEPENDS target…] [ENVIRONMENT name=value…])
# A suite across folders: one executable `NAME_tests`, one ctest entry. Without sources it does not exist yet.
# SERVICES: it needs the cluster profile's MariaDB, Redis and Kafka. ctest starts them once, before the first such suite, and ends them after the
# last; tests/support/services.hpp says where they are. Suites take turns with them, for a test may kill one.
# Tests find the repository through FRONTROW_SOURCE_DIR and the build through FRONTROW_BINARY_DIR.
function(frontrow_suite name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL;SERVICES" "LABEL" "SOURCES;DEPENDS;ENVIRONMENT")
  if(NOT arg_SOURCES)
    return()
  endif()
  get_property(libraries GLOBAL PROPERTY FRONTROW_LIBRARIES)
  add_executable(${name}_tests ${arg_SOURCES})
  target_link_libraries(${name}_tests PRIVATE ${libraries} ${arg_DEPENDS} frontrow_test_support
    GTest::gmock GTest::gtest_main rapidcheck)
  target_compile_definitions(${name}_tests PRIVATE
    FRONTROW_SOURCE_DIR="${PROJECT_SOURCE_DIR}" FRONTROW_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name}_tests --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} ENVIRONMENT "${arg_ENVIRONMENT}")
  if(arg_SERVICES)
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED services RESOURCE_LOCK services)
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "FRONTROW_SERVICES=${PROJECT_BINARY_DIR}/services/services.env")
  endif()
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()

# frontrow_embed_sql(STORE out)
# Generates a source with the migrations of db/STORE, for src/adapters/STORE; its path goes into `out`.
function(frontrow_embed_sql store out)
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/db/${store}/*.sql")
  string(REPLACE ";" "," list "${files}")
  set(embedded "${CMAKE_CURRENT_BINARY_DIR}/embedded_migrations.cpp")
  add_custom_command(OUTPUT "${embedded}"
    COMMAND "${CMAKE_COMMAND}" "-DSTORE=${store}" "-DOUTPUT=${embedded}" "-DINPUTS=${list}"
      -P "${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake"
    VERBATIM)
  set(${out} "${embedded}" PARENT_SCOPE)
endfunction()
