# The compiler's flags and warnings, and faster tools if they are installed.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# -g1: line numbers in a backtrace at a third of the object size. CHECK stays on; NDEBUG only silences the libraries' own asserts.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")
set(FRONTROW_SANITIZE "" CACHE STRING "Sanitizers for the whole build, as -fsanitize= takes them")

add_library(frontrow_options INTERFACE)
target_include_directories(frontrow_options INTERFACE "${PROJECT_SOURCE_DIR}/src")
target_compile_options(frontrow_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast -Wextra-semi -Wimplicit-fallthrough
  # We write small records with a designated initializer that leaves the other members at their defaults.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(frontrow_options INTERFACE -Wshadow=local -Wduplicated-cond -Wlogical-op
    # False alarms of GCC 12 inside libstdc++ and Boost at -O2 (GCC bugs 105329, 105562).
    -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds)
else()
  target_compile_options(frontrow_options INTERFACE -Wthread-safety -Werror=thread-safety)  # base/mutex.hpp
endif()

find_package(Threads REQUIRED)
target_link_libraries(frontrow_options INTERFACE Threads::Threads)

if(FRONTROW_SANITIZE)
  add_compile_options(-fsanitize=${FRONTROW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FRONTROW_SANITIZE} -fno-sanitize-recover=all)
endif()

# What is shipped refuses to go on after common memory errors (docs/security.md has the cost). Only our
# libraries and programs have it: the suites' own code need not. `hardening` in `make test` reads the binary.
function(frontrow_hardened target)
  if(FRONTROW_SANITIZE)
    return()  # the sanitizers see more, and FORTIFY_SOURCE hides calls from them
  endif()
  target_compile_options(${target} PRIVATE
    -fPIE -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>
    # It wants an optimized build.
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE> $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=3>
    -D_GLIBCXX_ASSERTIONS)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "EXECUTABLE")
    target_link_options(${target} PRIVATE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
endfunction()

find_program(FRONTROW_CCACHE ccache)
if(FRONTROW_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${FRONTROW_CCACHE}")
endif()

find_program(FRONTROW_MOLD mold)
find_program(FRONTROW_LLD NAMES ld.lld-19 ld.lld)
if(FRONTROW_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(FRONTROW_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()
