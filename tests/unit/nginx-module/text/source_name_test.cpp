#include "text/source_name.hpp"

#include <gtest/gtest.h>

namespace zenzefi::gateway {
namespace {

TEST(ParseSourceName, KnowsHeadersCookiesAndArguments) {
  struct Case {
    const char* text;
    SourceKind kind;
    const char* name;
  };
  for (const Case& c : {
           Case{"$http_x_access_token", SourceKind::kHeader, "x_access_token"},
           Case{"${http_x_access_token}", SourceKind::kHeader, "x_access_token"},
           Case{"$cookie_zenzefi_access_token", SourceKind::kCookie, "zenzefi_access_token"},
           Case{"$arg_token", SourceKind::kArgument, "token"},
           Case{"$http_cookie", SourceKind::kComplex, ""},
           Case{"$http_", SourceKind::kComplex, ""},
           Case{"$arg_token$arg_more", SourceKind::kComplex, ""},
           Case{"prefix$arg_token", SourceKind::kComplex, ""},
           Case{"$arg_token-suffix", SourceKind::kComplex, ""},
           Case{"${arg_token", SourceKind::kComplex, ""},
           Case{"$my_token", SourceKind::kComplex, ""},
           Case{"arg_token", SourceKind::kComplex, ""},
           Case{"", SourceKind::kComplex, ""},
       }) {
    const SourceName source = parse_source_name(c.text);
    EXPECT_EQ(source.kind, c.kind) << c.text;
    EXPECT_EQ(source.name, c.name) << c.text;
  }
}

}  // namespace
}  // namespace zenzefi::gateway
