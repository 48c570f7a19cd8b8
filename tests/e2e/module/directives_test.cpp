// What `nginx -t` says about the module's directives.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/nginx_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

class DirectivesTest : public testing::Test {
 protected:
  DirectivesTest() {
    write_file(dir_ / "password", "secret\n");
    write_file(dir_ / "empty", "\n");
    write_file(dir_ / "long", std::string(600, 'x'));
  }

  // The snippet is a file of its own, so that its lines can be counted.
  [[nodiscard]] Finished check(std::string snippet) const {
    constexpr std::string_view kPlace = "{dir}";
    for (auto at = snippet.find(kPlace); at != std::string::npos; at = snippet.find(kPlace)) {
      snippet.replace(at, kPlace.size(), dir_.path().string());
    }
    write_file(dir_ / "snippet.conf", snippet);
    return check_config({.http = "include " + (dir_ / "snippet.conf").string() + ";"});
  }

  TempDir dir_{"directives"};
};

TEST_F(DirectivesTest, ACompleteConfigurationIsGood) {
  const auto [status, output] = check(R"(
access_token_zone tokens:10m negative=2s unconfirmed=5s;
access_token_redis unix:/run/redis.sock timeout=200ms;
access_token_redis redis://127.0.0.1:6379 password_file={dir}/password db=3 connect_timeout=1s;
access_token_redis redis://localhost;
access_token_redis redis://[::1]:6380;
access_token_source $http_x_access_token;
access_token_credentials scrub;
access_token_service /_access_token;
access_token_limit rate=100r/m;
access_token_connections 20;
access_token_usage on;
access_token on;
map $access_token_user_id $user { default $access_token_reason; }
log_format all '$access_token_user_id $access_token_id $access_token_expires_at '
               '$access_token_time_left $access_token_source_used $access_token_cache $user';
server {
  access_log access.log all;
  access_token dry_run;
  access_token_source $cookie_token $arg_token "Bearer $http_authorization";
  location / { access_token on; access_token_credentials pass; access_token_service /other; }
  location /off { access_token off; access_token_usage off; access_token_limit off; access_token_connections off; }
  location /more { access_token_limit rate=10r/s burst=50 key=token; access_token_connections 1; }
}
)");
  EXPECT_EQ(status, 0) << output;
  EXPECT_EQ(output.find("[emerg]"), std::string::npos) << output;
}

TEST_F(DirectivesTest, WithoutThemNothingChanges) {
  EXPECT_EQ(check("server { location / { return 200; } }").status, 0);
  EXPECT_EQ(check("access_token off; server { location / { return 200; } }").status, 0);
}

TEST_F(DirectivesTest, EveryMistakeIsNamedWithItsFileAndLine) {
  struct Case {
    std::string snippet;
    std::string message;
    int line;
  };
  const std::string zone = "access_token_zone t:1m;\n";
  for (const Case& c : {
           Case{"access_token yes;", "invalid value \"yes\"", 1},
           Case{"access_token;", "invalid number of arguments", 1},
           Case{"access_token on on;", "invalid number of arguments", 1},
           Case{"access_token off;\naccess_token off;", "is duplicate", 2},
           Case{"\nserver {\n\naccess_token on; }", "needs \"access_token_zone\"", 4},
           Case{"access_token on;\nserver { }", "needs \"access_token_zone\"", 1},
           Case{zone + "server {\naccess_token dry_run; }", "needs \"access_token_service\"", 3},
           Case{zone + "server { access_token_service /s;\nlocation / {\naccess_token on; } }\n"
                       "server { location / {\naccess_token on; } }",
                "needs \"access_token_service\"", 6},

           Case{"access_token_source;", "invalid number of arguments", 1},
           Case{"access_token_source \"\";", "empty value", 1},
           Case{"access_token_source $arg_a;\naccess_token_source $arg_b;", "is duplicate", 2},
           Case{"access_token_source $no_such_variable;", "unknown \"no_such_variable\" variable",
                0},
           Case{"access_token_source $1a $2 $3 $4 $5 $6 $7 $8 $9;", "more than 8 values", 1},

           Case{"access_token_zone t;", "invalid zone \"t\"", 1},
           Case{"access_token_zone :1m;", "invalid zone \":1m\"", 1},
           Case{"access_token_zone t:;", "invalid zone size \"t:\"", 1},
           Case{"access_token_zone t:big;", "invalid zone size \"t:big\"", 1},
           Case{"access_token_zone t:8k;", "zone \"t:8k\" is too small", 1},
           Case{"access_token_zone t:1m negative=x;", "invalid time in \"negative=x\"", 1},
           Case{"access_token_zone t:1m unconfirmed=;", "invalid time in \"unconfirmed=\"", 1},
           Case{"access_token_zone t:1m positive=1s;", "invalid parameter \"positive=1s\"", 1},
           Case{"access_token_zone t:1m negative;", "invalid parameter \"negative\"", 1},
           Case{"access_token_zone t:1m negative=1s\nnegative=1s;",
                "duplicate parameter \"negative=1s\"", 2},
           Case{zone + "access_token_zone u:1m;", "is duplicate", 2},
           Case{"server {\naccess_token_zone t:1m; }", "is not allowed here", 2},

           Case{zone + "server { location / {\naccess_token_zone u:1m; } }", "is not allowed here",
                3},
           Case{"access_token_zone;", "invalid number of arguments", 1},
           Case{"access_token_zone t:-1m;", "invalid zone size \"t:-1m\"", 1},
           Case{"access_token_zone t:99999999999999999999m;", "invalid zone size", 1},
           Case{"access_token_zone t:1m negative=-1s;", "invalid time in", 1},
           Case{"access_token_zone t:1m negative=99999999999999999999s;", "invalid time in", 1},
           Case{"access_token_zone t:1m unconfirmed=366d;", "invalid time in", 1},
           Case{"limit_req_zone $host zone=t:1m rate=1r/s;\naccess_token_zone t:1m;",
                "\"t\" is already declared for a different use", 2},

           Case{"access_token_redis;", "invalid number of arguments", 1},
           Case{"server {\naccess_token_redis redis://127.0.0.1; }", "is not allowed here", 2},
           Case{"access_token_redis redis://:secret@127.0.0.1;", "credentials in a Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1:0;", "invalid port in Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1:6379x;", "invalid port in Redis URL", 1},
           Case{"access_token_redis unix:/" + std::string(200, 'x') + ";",
                "too long path in the unix domain socket in Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1 db=99999999999999999999;",
                "invalid number in", 1},
           Case{"access_token_redis redis://127.0.0.1 db=1 db=2;", "duplicate parameter \"db=2\"",
                1},
           Case{"access_token_redis redis://127.0.0.1 timeout=1s\ntimeout=1s;",
                "duplicate parameter", 2},
           Case{"access_token_redis redis://127.0.0.1 timeout=99999999999d;", "invalid time in", 1},
           Case{"access_token_redis redis://127.0.0.1 connect_timeout=;", "invalid time in", 1},
           Case{"access_token_redis 127.0.0.1:6379;",
                "neither \"redis://\" nor \"unix:\" in Redis URL \"127.0.0.1:6379\"", 1},
           Case{"access_token_redis rediss://127.0.0.1;", "neither \"redis://\" nor", 1},
           Case{"access_token_redis redis://;", "no host in Redis URL", 1},
           Case{"access_token_redis redis://:6379;", "no host in Redis URL", 1},
           Case{"access_token_redis redis://*:6379;", "host not found in Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1:99999;", "invalid port in Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1:6379/3;", "invalid host in Redis URL", 1},
           Case{"access_token_redis redis://no-such-host.invalid;", "host not found", 1},
           Case{"access_token_redis unix:;", "no path in the unix domain socket in Redis URL", 1},
           Case{"access_token_redis redis://127.0.0.1 db=x;", "invalid number in \"db=x\"", 1},
           Case{"access_token_redis redis://127.0.0.1 db=-1;", "invalid number in \"db=-1\"", 1},
           Case{"access_token_redis redis://127.0.0.1 timeout=0;", "invalid time in \"timeout=0\"",
                1},
           Case{"access_token_redis redis://127.0.0.1 connect_timeout=1x;",
                "invalid time in \"connect_timeout=1x\"", 1},
           Case{"access_token_redis redis://127.0.0.1 password=x;", "invalid parameter", 1},
           Case{"access_token_redis redis://127.0.0.1 password_file=;", "no file in", 1},
           Case{"access_token_redis redis://127.0.0.1\npassword_file={dir}/none;",
                "No such file or directory", 2},
           Case{"access_token_redis redis://127.0.0.1 password_file={dir}/empty;",
                "no password in the first line", 1},
           Case{"access_token_redis redis://127.0.0.1 password_file={dir}/long;",
                "no password in the first line", 1},
           Case{"access_token_redis redis://127.0.0.1 password_file={dir};", "Is a directory", 1},

           Case{"access_token_service access;", "invalid URI \"access\"", 1},
           Case{"access_token_service \"\";", "invalid URI \"\"", 1},
           Case{"access_token_service /a;\naccess_token_service /b;", "is duplicate", 2},
           Case{"access_token_service;", "invalid number of arguments", 1},
           Case{"access_token_service /a /b;", "invalid number of arguments", 1},
           Case{"access_token_credentials;", "invalid number of arguments", 1},
           Case{"access_token_credentials keep;", "invalid value \"keep\"", 1},
           Case{"access_token_credentials pass;\n\naccess_token_credentials pass;", "is duplicate",
                3},

           Case{"access_token_limit;", "invalid number of arguments", 1},
           Case{"access_token_limit burst=5;", "needs \"rate=\"", 1},
           Case{"access_token_limit 10r/s;", "invalid parameter \"10r/s\"", 1},
           Case{"access_token_limit rate=0r/s;", "invalid rate in \"rate=0r/s\"", 1},
           Case{"access_token_limit rate=10;", "invalid rate in \"rate=10\"", 1},
           Case{"access_token_limit rate=10r/h;", "invalid rate in", 1},
           Case{"access_token_limit rate=100001r/s;", "invalid rate in", 1},
           Case{"access_token_limit rate=6000001r/m;", "invalid rate in", 1},
           Case{"access_token_limit rate=1r/s\nburst=-1;", "invalid burst in \"burst=-1\"", 2},
           Case{"access_token_limit rate=1r/s burst=1000001;", "invalid burst in", 1},
           Case{"access_token_limit rate=1r/s key=ip;", "invalid key in \"key=ip\"", 1},
           Case{"access_token_limit rate=1r/s rate=2r/s;", "duplicate parameter", 1},
           Case{"access_token_limit off rate=2r/s;", "invalid parameter \"off\"", 1},
           Case{"access_token_limit off;\naccess_token_limit rate=1r/s;", "is duplicate", 2},
           Case{"access_token_limit rate=1r/s burst=x;", "invalid burst in \"burst=x\"", 1},
           Case{"access_token_limit rate=-1r/s;", "invalid rate in", 1},
           Case{"access_token_limit rate=99999999999999999999r/s;", "invalid rate in", 1},
           Case{"access_token_limit rate=r/s;", "invalid rate in \"rate=r/s\"", 1},
           Case{"access_token_limit rate=1r/s key=user\nkey=token;", "duplicate parameter", 2},
           Case{"access_token_limit rate=1r/s rates=1;", "invalid parameter \"rates=1\"", 1},
           Case{"access_token_connections;", "invalid number of arguments", 1},
           Case{"access_token_connections -1;", "invalid number of connections \"-1\"", 1},
           Case{"access_token_connections 0;", "invalid number of connections \"0\"", 1},
           Case{"access_token_connections 65536;", "invalid number of connections", 1},
           Case{"access_token_connections many;", "invalid number of connections \"many\"", 1},
           Case{"access_token_connections 1 2;", "invalid number of arguments", 1},
           Case{"access_token_connections 1;\naccess_token_connections off;", "is duplicate", 2},

           Case{"access_token_stream_cut maybe;", "invalid value \"maybe\"", 1},
           Case{"access_token_stream_cut;", "invalid number of arguments", 1},
           Case{"access_token_stream_cut on;\naccess_token_stream_cut on;", "is duplicate", 2},
           Case{"access_token_usage 1;", "invalid value \"1\"", 1},
           Case{"access_token_usage on;\naccess_token_usage off;", "is duplicate", 2},
           Case{zone + "access_token_usage on;\nserver { access_token_service /s;\n"
                       "access_token on; }",
                "needs \"access_token_redis\" for \"access_token_usage\"", 4},
           Case{zone + "access_token_status;", "is not allowed here", 2},
           Case{zone + "server {\naccess_token_status; }", "is not allowed here", 3},
           Case{zone + "server { location / {\naccess_token_status xml; } }",
                "invalid form \"xml\"", 3},
           Case{zone + "server { location / {\naccess_token_status json prometheus; } }",
                "invalid number of arguments", 3},
           Case{zone + "server { location / { access_token_status;\naccess_token_status; } }",
                "is duplicate", 3},
           Case{"server { location / {\naccess_token_status; } }",
                "\"access_token_status\" needs \"access_token_zone\"", 2},
           Case{"access_token_sauce $arg_a;", "unknown directive \"access_token_sauce\"", 1},
           Case{"server { location / { limit_except GET {\naccess_token on; } } }",
                "is not allowed here", 2},
           Case{"server { location / { if ($host) {\naccess_token on; } } }", "is not allowed here",
                2},
       }) {
    const auto [status, output] = check(c.snippet);
    EXPECT_EQ(status, 1) << c.snippet;
    EXPECT_NE(output.find(c.message), std::string::npos) << c.snippet << "\n" << output;
    EXPECT_NE(output.find("[emerg]"), std::string::npos) << c.snippet << "\n" << output;
    if (c.line != 0) {
      EXPECT_NE(output.find("snippet.conf:" + std::to_string(c.line) + "\n"), std::string::npos)
          << c.snippet << "\n"
          << output;
    }
    EXPECT_EQ(output.find("secret"), std::string::npos) << output;
  }
}

}  // namespace
}  // namespace zenzefi::test
