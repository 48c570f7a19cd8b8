// A request's JSON object.
#include "http/json/object.hpp"

#include <set>

#include "domain/text.hpp"
#include "require.hpp"

using zenzefi::fuzz::require;
namespace json = zenzefi::http::json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const json::Parsed parsed = json::parse_object(zenzefi::fuzz::text_of(data, size));
  require(parsed.object.fields.size() <= json::kMaxFields, "fields are limited");
  if (parsed.problem) {
    return 0;
  }
  std::set<std::string> names;
  for (const json::Field& field : parsed.object.fields) {
    require(names.insert(field.name).second, "names are unique");
    require(parsed.object.find(field.name) == &field, "what is there is found");
    require(field.kind != json::Kind::kNumber || !field.text.empty(), "a number has digits");
    require(field.kind != json::Kind::kBoolean || field.text == "true" || field.text == "false",
            "a boolean is one");
  }
  return 0;
}
