# Writes the pairs of persistence/migrations into one C++ file, in order of their numbers.
#   cmake -DFOLDER=… -DOUTPUT=… -P embed_migrations.cmake
# A pair that is not whole, a number that is used twice or a gap ends the build.
file(GLOB ups RELATIVE ${FOLDER} ${FOLDER}/*.up.sql)
file(GLOB downs RELATIVE ${FOLDER} ${FOLDER}/*.down.sql)
list(SORT ups)
list(LENGTH ups up_count)
list(LENGTH downs down_count)
if(NOT up_count EQUAL down_count)
  message(FATAL_ERROR "${up_count} files *.up.sql, but ${down_count} files *.down.sql")
endif()

set(delimiter "stoa_sql")
function(read_sql path variable)
  file(READ ${path} text)
  string(FIND "${text}" ")${delimiter}\"" found)
  if(NOT found EQUAL -1)
    message(FATAL_ERROR "${path} contains what ends a string of C++")
  endif()
  set(${variable} "R\"${delimiter}(${text})${delimiter}\"" PARENT_SCOPE)
endfunction()

set(rows "")
set(expected 0)
foreach(up IN LISTS ups)
  if(NOT up MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)[.]up[.]sql$")
    message(FATAL_ERROR "${up} is not called NNNN_name.up.sql")
  endif()
  set(digits ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  string(REGEX REPLACE "^0+" "" number ${digits})
  math(EXPR expected "${expected} + 1")
  if(NOT number EQUAL expected)
    message(FATAL_ERROR "${up}: the next number is ${expected}")
  endif()
  set(down ${digits}_${name}.down.sql)
  if(NOT EXISTS ${FOLDER}/${down})
    message(FATAL_ERROR "${up} has no ${down}")
  endif()
  read_sql(${FOLDER}/${up} up_text)
  read_sql(${FOLDER}/${down} down_text)
  string(APPEND rows "    {${number}, \"${name}\",\n${up_text},\n${down_text}},\n")
endforeach()

if(rows)
  set(body "constexpr migration all[] = {\n${rows}};\n}  // namespace\n
std::span<const migration> embedded_migrations() {\n  return all;\n}\n")
else()
  set(body "}  // namespace\n\nstd::span<const migration> embedded_migrations() {\n  return {};\n}\n")
endif()
file(WRITE ${OUTPUT} "// Made from persistence/migrations by persistence/embed_migrations.cmake.
#include \"persistence/migrate.hpp\"

namespace stoa {
namespace {
${body}
}  // namespace stoa
")
