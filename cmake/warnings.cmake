# Linked by every target of ours: warnings are errors in our code, never in a library's headers.
add_library(zenzefi_warnings INTERFACE)
target_compile_options(
  zenzefi_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
            $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
