# cmake -DSTORE=sqlite -DOUTPUT=file.cpp -DINPUTS=a.sql,b.sql -P embed_sql.cmake
# Writes the migrations as one C++ source. The version is the number a file's name starts with; they must be 1, 2, 3 …
string(REPLACE "," ";" INPUTS "${INPUTS}")
set(version 0)
set(entries "")
foreach(input IN LISTS INPUTS)
  math(EXPR version "${version} + 1")
  get_filename_component(name "${input}" NAME_WE)
  string(REGEX MATCH "^[0-9]+" number "${name}")
  math(EXPR number "${number}" OUTPUT_FORMAT DECIMAL)
  if(NOT number EQUAL version)
    message(FATAL_ERROR "${input}: the next migration is number ${version}")
  endif()
  file(READ "${input}" sql)
  string(APPEND entries "    {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(WRITE "${OUTPUT}"
  "// Generated from db/${STORE} by cmake/embed_sql.cmake.\n"
  "#include \"adapters/${STORE}/migrations.hpp\"\n\n"
  "namespace frontrow::${STORE} {\n\n"
  "namespace {\nconstexpr Migration kMigrations[] = {\n${entries}};\n}  // namespace\n\n"
  "std::span<const Migration> migrations() { return kMigrations; }\n\n"
  "}  // namespace frontrow::${STORE}\n")
