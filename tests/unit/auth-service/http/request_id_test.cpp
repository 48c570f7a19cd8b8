#include "http/request_id.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

std::string id_for(const std::string& given) {
  Request request;
  request.headers.emplace_back("x-request-id", given);
  return request_id_of(request);
}

TEST(RequestId, KeepsASaneOne) {
  for (const std::string& id : {std::string{"abc-DEF_1.2"}, std::string(64, 'a')}) {
    EXPECT_EQ(id_for(id), id);
  }
}

TEST(RequestId, ReplacesAnythingElse) {
  for (const std::string& id : {std::string{}, std::string(65, 'a'), std::string{"a b"},
                                std::string{"\"}"}, std::string{"caf\xc3\xa9"}}) {
    const std::string made = id_for(id);
    EXPECT_EQ(made.size(), 32U);
    EXPECT_EQ(made.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

TEST(RequestId, MakesEachOneNew) {
  EXPECT_NE(request_id_of(Request{}), request_id_of(Request{}));
}

}  // namespace
}  // namespace zenzefi::http
