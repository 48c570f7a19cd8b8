"""Holds answers of the gateway against auth-service/openapi.yaml.

usage: check_answers.py openapi.yaml [SEEN]

Standard input has an exchange in each line, a JSON object of method, path, status, headers and body.
What disagrees is printed. SEEN gets the list of what was answered: "POST /api/v1/auth/login 200".
"""

import collections
import json
import sys

from description import DESCRIBED_HEADERS, REQUEST_ID, TRANSPORT, Description, parse

ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}


class Answer:
    def __init__(self, exchange):
        self.method = exchange["method"]
        self.path = exchange["path"]
        self.status = exchange["status"]
        self.body = exchange["body"]
        self.headers = [(name.lower(), value) for name, value in exchange["headers"]]

    def header(self, name):
        return [value for own, value in self.headers if own == name.lower()]

    @property
    def media_type(self):
        return "".join(self.header("Content-Type")).split(";")[0]


class Checker:
    def __init__(self, description):
        self.description = description
        self.seen = set()

    def check(self, answer):
        """What is wrong with it, sentence by sentence."""
        if answer.method == "OPTIONS" and answer.header("Access-Control-Allow-Methods"):
            yield from self.check_request_id(answer)  # a preflight: the browser's, not the caller's
            return
        template, operations = self.description.operations_of(answer.path)
        method = "GET" if answer.method == "HEAD" else answer.method
        if operations and template.endswith("{path}"):
            method = method if method in operations else "GET"  # one is described as the other
        if method in operations:
            yield from self.check_operation(answer, f"{method} {template}", operations[method])
            return
        yield from self.check_request_id(answer)
        if answer.status in TRANSPORT:
            yield from self.check_response(answer, {"content": ERROR})
        elif not operations:
            yield from self.check_status(answer, 404, {})
        else:
            methods = set(operations) | ({"HEAD"} if "GET" in operations else set())
            allow = {"required": True, "schema": {"const": ", ".join(sorted(methods))}}
            yield from self.check_status(answer, 405, {"Allow": allow})

    def check_operation(self, answer, operation, described):
        responses = described["responses"]
        response = responses.get(str(answer.status), responses.get("default"))
        if response is not None:
            self.seen.add(f"{operation} {answer.status}")
            response = self.description.resolve(response)
        yield from self.check_request_id(answer)
        if operation.endswith("{path}"):
            yield from self.check_proxied(answer, response)
        elif response is not None:
            yield from self.check_response(answer, response)
        elif answer.status in TRANSPORT:
            yield from self.check_response(answer, {"content": ERROR})
        else:
            yield f"status {answer.status} is not described"

    # Anything may be the target's; what is said in JSON with a status of the gateway's own is not.
    def check_proxied(self, answer, response):
        content = response.get("content", {})
        if answer.media_type in content:
            yield from self.check_body(answer, content[answer.media_type]["schema"])

    def check_status(self, answer, status, headers):
        if answer.status != status:
            yield f"status {answer.status} instead of {status}"
        else:
            yield from self.check_response(answer, {"content": ERROR, "headers": headers})

    def check_request_id(self, answer):
        ids = answer.header("X-Request-Id")
        if len(ids) != 1 or not REQUEST_ID.fullmatch(ids[0]):
            yield f"{len(ids)} X-Request-Id, or one that is none"

    def check_response(self, answer, response):
        yield from self.check_headers(answer, response.get("headers", {}))
        content = response.get("content", {})
        if answer.method == "HEAD":
            return
        if answer.media_type in content:
            yield from self.check_body(answer, content[answer.media_type]["schema"])
        elif content:
            yield f"content of type '{answer.media_type}' is not described"
        elif answer.body:
            yield "there is a body, and none is described"

    def check_headers(self, answer, described):
        for name in DESCRIBED_HEADERS - set(described):
            if answer.header(name):
                yield f"{name} is not described"
        for name, header in described.items():
            header = self.description.resolve(header)
            values = answer.header(name)
            if len(values) > 1 or (not values and header.get("required")):
                yield f"{name} is there {len(values)} times"
            for value in values:
                for mistake in self.description.mistakes(header["schema"], value):
                    yield f"{name}: {mistake}"

    def check_body(self, answer, schema):
        try:
            body = parse(answer.body)
        except ValueError:
            yield "the body is not JSON"
            return
        yield from self.description.mistakes(schema, body)


def main(openapi, seen=None):
    checker = Checker(Description(openapi))
    mistakes = collections.Counter()
    for line in sys.stdin:
        answer = Answer(json.loads(line))
        for mistake in checker.check(answer):
            mistakes[f"{answer.method} {answer.path[:100]} {answer.status}: {mistake}"] += 1
    for mistake, count in mistakes.items():
        print(f"{mistake} ({count} times)")
    if seen:
        with open(seen, "w", encoding="utf-8") as file:
            json.dump(sorted(checker.seen), file, indent=0)
    return bool(mistakes)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
