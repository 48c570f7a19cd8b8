# zenzefi_add_precompiled(<name> LIBS <target>... HEADERS <header>...)
# Headers of others, read once for all targets that zenzefi_use_precompiled() lets have them. LIBS are
# where they come from, and what options they are compiled with.
function(zenzefi_add_precompiled name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS;HEADERS")
  file(CONFIGURE OUTPUT ${name}.cpp CONTENT "")
  add_library(${name} OBJECT ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

# zenzefi_use_precompiled(<precompiled> <target>...)
# A file still includes all that it needs: clang-tidy reads it without.
function(zenzefi_use_precompiled precompiled)
  foreach(target IN LISTS ARGN)
    target_precompile_headers(${target} REUSE_FROM ${precompiled})
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>) # for ccache
  endforeach()
endfunction()
