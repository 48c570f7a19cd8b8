"""Writes the description of the API as the C++ source that http/description/description.hpp declares.

usage: embed.py openapi.yaml VERSION OUTPUT.cpp
"""

import json
import sys

import yaml

SOURCE = """// Made by http/description/embed.py.
#include "http/description/description.hpp"

namespace zenzefi::http {

std::string_view api_description() noexcept {
  return R"json(%s)json";
}

}  // namespace zenzefi::http
"""


def main(description, version, output):
    with open(description, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    described = document["info"]["version"]
    if described != version:
        sys.exit(f"{description}: describes version {described}, and this is {version}")
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    with open(output, "w", encoding="utf-8") as file:
        file.write(SOURCE % text)


if __name__ == "__main__":
    main(*sys.argv[1:])
