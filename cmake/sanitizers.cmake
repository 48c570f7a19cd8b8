set(ZENZEFI_SANITIZE "" CACHE STRING "Sanitizers for every target: address,undefined or thread")
if(ZENZEFI_SANITIZE)
  # gcc 12 sees uninitialised memory in <regex> and std::function only when it instruments them (bug 105562).
  add_compile_options(-Wno-maybe-uninitialized)
  add_compile_options(-fsanitize=${ZENZEFI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${ZENZEFI_SANITIZE})
endif()
