# cmake -DOUTPUT=file.cpp -DINPUTS=a.lua,b.lua -P embed_lua.cmake
# Writes the Redis scripts as one C++ source: room_join.lua becomes scripts::room_join with its text and SHA-1. Scripts
# whose names begin with the same word share a file of that name (room.lua): it is put in front of each, and is no
# script itself.
string(REPLACE "," ";" INPUTS "${INPUTS}")
set(entries "")
set(all "")
foreach(input IN LISTS INPUTS)
  get_filename_component(folder "${input}" DIRECTORY)
  get_filename_component(name "${input}" NAME_WE)
  if(NOT name MATCHES "_")
    continue()
  endif()
  string(REGEX REPLACE "_.*" "" family "${name}")
  set(shared "")
  if(EXISTS "${folder}/${family}.lua")
    file(READ "${folder}/${family}.lua" shared)
  endif()
  file(READ "${input}" text)
  set(text "${shared}${text}")
  string(SHA1 sha1 "${text}")
  string(APPEND entries "const Script ${name}{R\"lua(${text})lua\", \"${sha1}\"};\n")
  string(APPEND all "&${name}, ")
endforeach()
file(WRITE "${OUTPUT}"
  "// Generated from db/redis by cmake/embed_lua.cmake.\n"
  "#include \"adapters/redis/script.hpp\"\n\n"
  "namespace frontrow::redis::scripts {\n\n${entries}\n"
  "namespace {\nconstexpr const Script* kAll[] = {${all}};\n}  // namespace\n\n"
  "std::span<const Script* const> all() { return kAll; }\n\n}  // namespace frontrow::redis::scripts\n")
