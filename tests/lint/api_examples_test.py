#!/usr/bin/python3
"""docs/api-examples.md has a curl line for every call that auth-service/openapi.yaml describes."""

import pathlib
import re
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ("get", "post", "put", "patch", "delete")


def curl_lines():
    """The commands of the page, each on one line, as method and path below the gateway."""
    text = (ROOT / "docs/api-examples.md").read_text().replace("\\\n", " ")
    for command in re.findall(r"\bcurl ([^|\n]*)", text):
        path = re.search(r'"\$(API|GATEWAY)(/[^?"]*)', command)
        if path:
            method = re.search(r"-X ([A-Z]+)", command)
            has_body = re.search(r" -d ", command)
            yield (method[1] if method else "POST" if has_body else "GET",
                   ("/api/v1" if path[1] == "API" else "") + path[2])


def described_calls():
    paths = yaml.safe_load((ROOT / "auth-service/openapi.yaml").read_text())["paths"]
    for path, item in paths.items():
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path)
        yield from ((method.upper(), pattern) for method in METHODS if method in item)


class ApiExamples(unittest.TestCase):
    def test_every_call_has_one(self):
        examples = list(curl_lines())
        for method, pattern in described_calls():
            with self.subTest(f"{method} {pattern}"):
                self.assertTrue(any(method == used and re.fullmatch(pattern, path) for used, path in examples))

    def test_every_example_is_a_call(self):
        calls = list(described_calls())
        for method, path in curl_lines():
            with self.subTest(f"{method} {path}"):
                self.assertTrue(any(method == known and re.fullmatch(pattern, path) for known, pattern in calls))


if __name__ == "__main__":
    unittest.main()
