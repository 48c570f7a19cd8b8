// Every configuration that nginx-module/README.md shows is one that nginx accepts.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/build_paths.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace zenzefi::test {
namespace {

// What stands behind `<!-- nginx: CONTEXT -->`.
struct Example {
  std::string context;
  std::string text;
};

std::string between(const std::string& text, const std::string& begin, const std::string& end,
                    std::size_t& at) {
  const auto from = text.find(begin, at);
  const auto to = from == std::string::npos ? from : text.find(end, from + begin.size());
  if (to == std::string::npos) {
    throw std::runtime_error("README.md: no " + begin + " ... " + end);
  }
  at = to + end.size();
  return text.substr(from + begin.size(), to - from - begin.size());
}

std::vector<Example> examples() {
  const std::string readme = read_file(source_root() / "nginx-module" / "README.md");
  const std::string mark = "<!-- nginx: ";
  std::vector<Example> found;
  for (std::size_t at = readme.find(mark); at != std::string::npos; at = readme.find(mark, at)) {
    Example example;
    example.context = between(readme, mark, " -->", at);
    example.text = between(readme, "```nginx\n", "```", at);
    found.push_back(std::move(example));
  }
  return found;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

std::string in_main(const std::string& text) {
  const std::string installed = "modules/ngx_http_access_token_module.so";
  std::string whole = text;
  whole.replace(whole.find(installed), installed.size(), nginx_module().string());
  return whole + "events { }\n";
}

std::string in_http(const std::string& text) {
  const std::string zone =
      text.find("access_token_zone") == std::string::npos ? "access_token_zone tokens:1m;\n" : "";
  return in_main(
      "load_module modules/ngx_http_access_token_module.so;\nhttp {\n"
      "upstream target { server 127.0.0.1:3000; }\n"
      "upstream auth_internal { server 127.0.0.1:8002; }\n" +
      zone + text + "}\n");
}

std::string in_server(const std::string& text) {
  return in_http(
      "server { access_token_service /_access_token;\n"
      "location = /_access_token { internal; proxy_pass http://auth_internal; }\n" +
      text + "}\n");
}

std::string whole(const Example& example) {
  if (example.context == "main") {
    return in_main(example.text);
  }
  return example.context == "http" ? in_http(example.text) : in_server(example.text);
}

TEST(ModuleReadme, ShowsConfigurationsThatNginxAccepts) {
  const std::string readme = read_file(source_root() / "nginx-module" / "README.md");
  const std::vector<Example> all = examples();
  EXPECT_GT(all.size(), 10U);
  EXPECT_EQ(all.size(), count(readme, "```nginx\n")) << "one is not marked with its context";
  for (const Example& example : all) {
    const TempDir dir{"readme"};
    write_file(dir / "nginx-redis-password", "secret\n");
    std::filesystem::create_directory(dir / "logs");
    write_file(dir / "nginx.conf", whole(example));
    const auto [status, output] = check_config({.configuration = dir / "nginx.conf",
                                                .prefix = dir.path(),
                                                .error_log = dir / "error.log"});
    EXPECT_EQ(status, 0) << example.text << output;
  }
}

// A directive or variable that is not in it is not documented.
TEST(ModuleReadme, HasEveryDirectiveAndVariable) {
  const std::string readme = read_file(source_root() / "nginx-module" / "README.md");
  const std::string commands =
      read_file(source_root() / "nginx-module" / "src" / "directives" / "commands.cpp");
  const std::string variables = read_file(source_root() / "nginx-module" / "src" / "variables.cpp");
  std::size_t directives = 0;
  const std::string named = "{ngx_string(\"access_token";
  for (auto at = commands.find(named); at != std::string::npos; at = commands.find(named, at)) {
    const std::string name = between(commands, "{ngx_string(\"", "\")", at);
    std::string entry = "### " + name;
    entry.append("\n\n| | |\n| --- | --- |\n| Syntax | `").append(name);
    EXPECT_NE(readme.find(entry), std::string::npos) << name;
    ++directives;
  }
  EXPECT_GE(directives, 11U);
  const std::string variable = "\"access_token_";
  for (auto at = variables.find(variable); at != std::string::npos;
       at = variables.find(variable, at)) {
    const std::string name = between(variables, "\"", "\"", at);
    EXPECT_NE(readme.find("| `$" + name + "` |"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace zenzefi::test
