#include "http/input/query.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

Query query(std::string text) {
  Request request;
  request.query = std::move(text);
  return Query{request};
}

TEST(Query, HasDefaults) {
  Query q = query("");
  EXPECT_TRUE(q.flag("active_only", true));
  const domain::PageRequest page = q.page();
  EXPECT_EQ(page.limit, 20U);
  EXPECT_EQ(page.offset, 0U);
  EXPECT_TRUE(q.ok());
}

TEST(Query, ReadsAPage) {
  Query q = query("limit=100&unknown&offset=40&&=x");
  const domain::PageRequest page = q.page();
  EXPECT_EQ(page.limit, 100U);
  EXPECT_EQ(page.offset, 40U);
  EXPECT_TRUE(q.ok());
}

TEST(Query, DecodesNamesAndValues) {
  Query q = query("%6cimit=%35&active_only=tru%65");
  EXPECT_EQ(q.page().limit, 5U);
  EXPECT_TRUE(q.flag("active_only", false));
}

TEST(Query, ReadsFlags) {
  for (const char* yes : {"true", "1", "yes", "on", "TRUE"}) {
    EXPECT_TRUE(query(std::string{"f="} + yes).flag("f", false)) << yes;
  }
  for (const char* no : {"false", "0", "no", "off", "False"}) {
    EXPECT_FALSE(query(std::string{"f="} + no).flag("f", true)) << no;
  }
}

TEST(Query, RefusesWhatDoesNotFit) {
  for (const char* text :
       {"limit=0", "limit=101", "limit=-1", "limit=", "limit", "limit=x", "limit=1x", "limit=+1",
        "limit=1.0", "limit=99999999999999999999999", "limit=5&limit=6", "limit=%", "limit=%3",
        "offset=-1", "offset=1000000001", "offset=0x10"}) {
    Query q = query(text);
    (void)q.page();
    EXPECT_FALSE(q.ok()) << text;
    EXPECT_EQ(q.refusal().status, 422) << text;
  }
  Query flag = query("f=maybe");
  (void)flag.flag("f", true);
  EXPECT_FALSE(flag.ok());
}

TEST(Query, NamesAllThatIsWrong) {
  Query q = query("limit=0&offset=x");
  (void)q.page();
  const std::string body = q.refusal().body;
  EXPECT_NE(body.find(R"("loc":["query","limit"],"msg":"Input should be from 1 to 100")"),
            std::string::npos)
      << body;
  EXPECT_NE(body.find(R"("loc":["query","offset"])"), std::string::npos) << body;
}

}  // namespace
}  // namespace zenzefi::http
