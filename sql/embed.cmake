# cmake -D OUTPUT=<file.cpp> -P embed.cmake
# Writes the migrations, in order, as the C++ source that infra/postgres/migration.hpp declares.
file(GLOB ups LIST_DIRECTORIES false "${CMAKE_CURRENT_LIST_DIR}/*.up.sql")
list(SORT ups)
set(entries "")
foreach(up IN LISTS ups)
  string(REGEX REPLACE "\\.up\\.sql$" ".down.sql" down "${up}")
  get_filename_component(file "${up}" NAME)
  if(NOT file MATCHES "^([0-9][0-9][0-9][0-9])_([a-z0-9_]+)\\.up\\.sql$")
    message(FATAL_ERROR "${file}: a migration is called NNNN_name.up.sql")
  endif()
  set(name ${CMAKE_MATCH_2})
  math(EXPR number "1${CMAKE_MATCH_1} - 10000")
  file(READ "${up}" up_sql)
  file(READ "${down}" down_sql)
  string(APPEND entries "    {${number}, \"${name}\",\n     R\"sql(${up_sql})sql\",\n     R\"sql(${down_sql})sql\"},\n")
endforeach()
file(CONFIGURE OUTPUT "${OUTPUT}" @ONLY CONTENT [[
// Made by sql/embed.cmake.
#include "infra/postgres/migration.hpp"

namespace zenzefi::infra {
namespace {

constexpr Migration kMigrations[] = {
@entries@};

}  // namespace

std::span<const Migration> migrations() noexcept {
  return kMigrations;
}

}  // namespace zenzefi::infra
]])
