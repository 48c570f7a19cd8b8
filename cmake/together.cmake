option(ZENZEFI_TOGETHER "Compile several files of a test as one; OFF for who changes the same file again and again" ON)

# zenzefi_compile_together(<target>... [AT_MOST <files>])
# What tests include takes most of the time that they take to compile: it is read once for as many files
# as are one translation unit. The anonymous namespaces of those are one, too; clang-tidy still reads each
# file by itself (scripts/lib/tidy.py). Not for what runs in production.
function(zenzefi_compile_together)
  if(NOT ZENZEFI_TOGETHER)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "AT_MOST" "")
  if(NOT arg_AT_MOST)
    set(arg_AT_MOST 16) # with more, one processor would be left with the last of them
  endif()
  foreach(target IN LISTS arg_UNPARSED_ARGUMENTS)
    get_target_property(sources ${target} SOURCES)
    list(LENGTH sources count)
    # As many in each.
    math(EXPR units "(${count} + ${arg_AT_MOST} - 1) / ${arg_AT_MOST}")
    math(EXPR size "(${count} + ${units} - 1) / ${units}")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
  endforeach()
endfunction()
