// The record under active_token:* in Redis, which other programs write, too.
#include "shared/grant.hpp"

#include "require.hpp"

using zenzefi::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = zenzefi::parse_grant_record(zenzefi::fuzz::text_of(data, size));
  if (record) {
    const std::string written = zenzefi::format_grant_record(*record);
    require(written.size() <= zenzefi::kMaxGrantRecordLength, "what is written can be read");
    require(zenzefi::parse_grant_record(written) == record, "what is written reads the same");
  }
  return 0;
}
