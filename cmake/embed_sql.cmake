# cmake -DSTORE=sqlite -DOUTPUT=file.cpp -DINPUTS=a.sql,b.sql -P embed_sql.cmake
# Writes the migrations as one C++ source. A file's name begins with its version; the versions must increase, with or
# without gaps. A line `-- contract: unread since 0123` names the oldest program that works after the step.
string(REPLACE "," ";" INPUTS "${INPUTS}")
set(last 0)
set(entries "")
foreach(input IN LISTS INPUTS)
  get_filename_component(name "${input}" NAME_WE)
  string(REGEX MATCH "^0*([1-9][0-9]*)_" number "${name}")
  set(version "${CMAKE_MATCH_1}")
  if(NOT version GREATER last)
    message(FATAL_ERROR "${input}: a migration's number must be greater than ${last}, the one before")
  endif()
  set(last "${version}")
  file(READ "${input}" sql)
  set(oldest 0)
  if(sql MATCHES "(^|\n)-- contract: unread since 0*([1-9][0-9]*)\n")
    set(oldest "${CMAKE_MATCH_2}")
  endif()
  string(APPEND entries "    {${version}, \"${name}\", R\"sql(${sql})sql\", ${oldest}},\n")
endforeach()
file(WRITE "${OUTPUT}"
  "// Generated from db/${STORE} by cmake/embed_sql.cmake.\n"
  "#include \"adapters/${STORE}/migrations.hpp\"\n\n"
  "namespace frontrow::${STORE} {\n\n"
  "namespace {\nconstexpr Migration kMigrations[] = {\n${entries}};\n}  // namespace\n\n"
  "std::span<const Migration> migrations() { return kMigrations; }\n\n"
  "}  // namespace frontrow::${STORE}\n")
