// A query string, as the module looks for the token in it, takes it out and masks it.
#include "text/query.hpp"

#include <string>

#include "require.hpp"

using zenzefi::fuzz::require;
using namespace zenzefi::gateway;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kName = "token";
  const std::string arguments{zenzefi::fuzz::text_of(data, size)};
  const std::string other{find_argument(arguments, "other")};
  const std::string value{find_argument(arguments, kName)};
  require(value.empty() || has_argument(arguments, kName), "what is found is there");

  std::string rest(arguments.size(), '\0');
  rest.resize(remove_argument(arguments, kName, rest.data()));
  require(rest.size() <= arguments.size(), "taking an argument out makes nothing longer");
  require(!has_argument(rest, kName), "an argument that was taken out is gone");
  require(find_argument(rest, "other") == other, "the others stay");

  std::string uri = "/?" + arguments.substr(0, arguments.find('#')) + "#token=kept";
  uri.resize(remove_uri_argument(uri.data(), uri.size(), kName));
  require(uri.ends_with("#token=kept"), "what is no query stays");
  const std::string_view query = std::string_view{uri}.substr(1, uri.find('#') - 1);
  require(query.empty() || !has_argument(query.substr(1), kName), "nor is it left in a URI");

  std::string masked = arguments;
  mask_argument(masked.data(), masked.size(), kName);
  const std::string_view shown = find_argument(masked, kName);
  require(shown.find_first_not_of('*') == std::string_view::npos, "a masked value is asterisks");
  require(shown.size() == value.size(), "masking keeps the length");
  require(find_argument(masked, "other") == other, "the others stay as they were");
  return 0;
}
