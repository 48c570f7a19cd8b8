// A Cookie header, as the module looks for the token in it and takes it out.
#include "text/cookies.hpp"

#include <string>

#include "require.hpp"

using zenzefi::fuzz::require;
using zenzefi::gateway::find_cookie;
using zenzefi::gateway::remove_cookie;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kName = "zenzefi_access_token";
  const std::string header{zenzefi::fuzz::text_of(data, size)};
  const std::string other{find_cookie(header, "other")};

  std::string rest = header;
  rest.resize(remove_cookie(rest.data(), rest.size(), kName));
  require(rest.size() <= header.size(), "taking a cookie out makes nothing longer");
  require(find_cookie(rest, kName).empty(), "a cookie that was taken out is gone");
  require(find_cookie(rest, "other") == other, "the others stay");

  std::string again = rest;
  again.resize(remove_cookie(again.data(), again.size(), kName));
  require(again == rest, "what is gone need not be taken out again");
  return 0;
}
