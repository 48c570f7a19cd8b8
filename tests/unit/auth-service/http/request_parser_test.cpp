#include "http/wire/request_parser.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace zenzefi::http {
namespace {

using State = RequestParser::State;

// 0 for a whole request, -1 while more is needed, else the status it is refused with.
int verdict(std::string_view bytes) {
  RequestParser parser{{}};
  switch (parser.feed(bytes)) {
    case State::kComplete:
      return 0;
    case State::kIncomplete:
      return -1;
    case State::kRefused:
      break;
  }
  return parser.refusal().status;
}

TEST(RequestParser, ReadsARequest) {
  RequestParser parser{{}};
  ASSERT_EQ(parser.feed("POST /a/b?c=d&e=%20 HTTP/1.1\r\nHost: x\r\ncontent-length:  3 \r\n"
                        "X-Empty:\r\n\r\nabc"),
            State::kComplete);
  EXPECT_TRUE(parser.keep_alive());
  const Request request = parser.take();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path, "/a/b");
  EXPECT_EQ(request.query, "c=d&e=%20");
  EXPECT_EQ(request.body, "abc");
  EXPECT_EQ(request.header("HOST"), "x");
  EXPECT_EQ(request.header("Content-Length"), "3");
  EXPECT_EQ(request.header("x-empty"), "");
  EXPECT_EQ(request.header("x-missing"), std::nullopt);
}

TEST(RequestParser, ReadsARequestHoweverItIsCut) {
  const std::string bytes = "PATCH /x HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    RequestParser parser{{}};
    ASSERT_EQ(parser.feed(bytes.substr(0, cut)), State::kIncomplete) << cut;
    ASSERT_EQ(parser.feed(bytes.substr(cut)), State::kComplete) << cut;
    EXPECT_EQ(parser.take().body, "hello");
  }
}

TEST(RequestParser, ReadsByteByByteAndOneAfterTheOther) {
  RequestParser parser{{}};
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(parser.empty());
    const std::string bytes = "GET /" + std::to_string(round) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
      ASSERT_EQ(parser.feed(bytes.substr(i, 1)), State::kIncomplete);
    }
    ASSERT_EQ(parser.feed(bytes.substr(bytes.size() - 1)), State::kComplete);
    EXPECT_EQ(parser.take().path, "/" + std::to_string(round));
  }
}

TEST(RequestParser, KnowsWhetherTheConnectionMayBeUsedAgain) {
  const auto keep_alive = [](const std::string& head) {
    RequestParser parser{{}};
    EXPECT_EQ(parser.feed("GET / " + head + "\r\n\r\n"), State::kComplete);
    return parser.keep_alive();
  };
  EXPECT_TRUE(keep_alive("HTTP/1.1"));
  EXPECT_FALSE(keep_alive("HTTP/1.0"));
  EXPECT_FALSE(keep_alive("HTTP/1.1\r\nConnection: close"));
  EXPECT_FALSE(keep_alive("HTTP/1.1\r\nConnection: x, CLOSE ,y"));
  EXPECT_TRUE(keep_alive("HTTP/1.0\r\nConnection: Keep-Alive"));
  EXPECT_TRUE(keep_alive("HTTP/1.1\r\nConnection: "));
}

struct Case {
  const char* name;
  std::string bytes;
  int status;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::string name_of(const testing::TestParamInfo<Case>& tested) {
  return tested.param.name;
}

class RefusedRequest : public testing::TestWithParam<Case> {};

TEST_P(RefusedRequest, IsRefused) {
  EXPECT_EQ(verdict(GetParam().bytes), GetParam().status);
}

std::string get(const std::string& headers) {
  return "GET / HTTP/1.1\r\n" + headers + "\r\n\r\n";
}

std::string many_headers() {
  std::string headers = "a: b";
  for (int i = 0; i < 64; ++i) {
    headers += "\r\na: b";
  }
  return headers;
}

INSTANTIATE_TEST_SUITE_P(
    Smuggling, RefusedRequest,
    testing::Values(
        Case{"Chunked", get("Transfer-Encoding: chunked"), 411},
        Case{"ChunkedAndLength", get("Content-Length: 4\r\nTransfer-Encoding: chunked"), 411},
        Case{"LengthAndIdentity", get("Transfer-Encoding: identity\r\nContent-Length: 4"), 411},
        Case{"TwoLengths", get("Content-Length: 4\r\nContent-Length: 5"), 400},
        Case{"SameLengthTwice", get("Content-Length: 4\r\nContent-Length: 4"), 400},
        Case{"LengthList", get("Content-Length: 4, 4"), 400},
        Case{"NegativeLength", get("Content-Length: -1"), 400},
        Case{"SignedLength", get("Content-Length: +4"), 400},
        Case{"HexLength", get("Content-Length: 0x4"), 400},
        Case{"WordLength", get("Content-Length: abc"), 400},
        Case{"NumberAndWordLength", get("Content-Length: 3xyz"), 400},
        Case{"EmptyLength", get("Content-Length:"), 400},
        Case{"SpacedLength", get("Content-Length: 1 0"), 400},
        Case{"ExponentLength", get("Content-Length: 1e10"), 400},
        Case{"HugeLength", get("Content-Length: 10000000000"), 413},
        Case{"OverflowingLength", get("Content-Length: 99999999999999999999999999"), 413},
        Case{"SpaceBeforeColon", get("Content-Length : 4"), 400},
        Case{"FoldedHeader", get("X: a\r\n b"), 400}, Case{"NoColon", get("nonsense"), 400},
        Case{"NoName", get(": value"), 400}, Case{"BareLineFeed", get("X: a\nY: b"), 400},
        Case{"BareCarriageReturn", get("X: a\rY: b"), 400},
        Case{"NulInHeader", get(std::string("X: a\0b", 6)), 400},
        Case{"Pipelined", "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400},
        Case{"MoreThanTheLength", "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nab", 400}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Malformed, RefusedRequest,
    testing::Values(Case{"OneWord", "GET\r\n\r\n", 400}, Case{"NoVersion", "GET /\r\n\r\n", 400},
                    Case{"EmptyLine", "\r\n\r\n", 400},
                    Case{"OldVersion", "GET / HTTP/0.9\r\n\r\n", 400},
                    Case{"NewVersion", "GET / HTTP/2.0\r\n\r\n", 400},
                    Case{"LowerCaseVersion", "GET / http/1.1\r\n\r\n", 400},
                    Case{"AbsoluteTarget", "GET http://x/ HTTP/1.1\r\n\r\n", 400},
                    Case{"AuthorityTarget", "CONNECT x:443 HTTP/1.1\r\n\r\n", 400},
                    Case{"AsteriskTarget", "OPTIONS * HTTP/1.1\r\n\r\n", 400},
                    Case{"SpaceInTarget", "GET /a b HTTP/1.1\r\n\r\n", 400},
                    Case{"TabInTarget", "GET /a\tb HTTP/1.1\r\n\r\n", 400},
                    Case{"ByteAboveAsciiInTarget", "GET /\xc3\xa9 HTTP/1.1\r\n\r\n", 400},
                    Case{"MethodWithSlash", "G/T / HTTP/1.1\r\n\r\n", 400},
                    Case{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10), 400},
                    Case{"LongPath", "GET /" + std::string(2048, 'a') + " HTTP/1.1\r\n\r\n", 400},
                    Case{"ManySlashes", "GET " + std::string(2049, '/') + " HTTP/1.1\r\n\r\n", 400},
                    Case{"EndlessLine", std::string(9000, 'a'), 400},
                    Case{"LongHead", get("X: " + std::string(8192, 'a')), 400},
                    Case{"ManyHeaders", get(many_headers()), 400},
                    Case{"LargeBody", get("Content-Length: 16385"), 413}),
    name_of);

TEST(RequestParser, StaysRefused) {
  RequestParser parser{{}};
  ASSERT_EQ(parser.feed("nonsense\r\n\r\n"), State::kRefused);
  EXPECT_EQ(parser.feed("GET / HTTP/1.1\r\n\r\n"), State::kRefused);
}

TEST(RequestParser, AcceptsWhatIsAtItsLimits) {
  EXPECT_EQ(verdict("GET /" + std::string(2047, 'a') + " HTTP/1.1\r\n\r\n"), 0);
  EXPECT_EQ(verdict("POST / HTTP/1.1\r\nContent-Length: 16384\r\n\r\n" + std::string(16384, 'x')),
            0);
  EXPECT_EQ(verdict(get("User-Agent: caf\xe9")), 0);
  EXPECT_EQ(verdict("BREW / HTTP/1.1\r\n\r\n"), 0);
}

TEST(RequestParser, WaitsForMore) {
  EXPECT_EQ(verdict(""), -1);
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n"), -1);
  EXPECT_EQ(verdict("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nx"), -1);
}

}  // namespace
}  // namespace zenzefi::http
