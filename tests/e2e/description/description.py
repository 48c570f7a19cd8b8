"""auth-service/openapi.yaml, as a test looks at it."""

import datetime
import decimal
import json
import re
import uuid

import jsonschema
import yaml

# Never described for a call, since none has anything to do with it: what is no request at all.
TRANSPORT = {400, 408, 411, 413, 414, 501, 505}
# Wherever these are answered they are described.
DESCRIBED_HEADERS = {"Allow", "Retry-After", "Set-Cookie", "WWW-Authenticate", "X-OTP"}
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
METHODS = ("get", "post", "put", "patch", "delete")

formats = jsonschema.FormatChecker(formats=())


@formats.checks("uuid", raises=ValueError)
def is_uuid(value):
    return not isinstance(value, str) or str(uuid.UUID(value)) == value


@formats.checks("date-time", raises=ValueError)
def is_time(value):
    return not isinstance(value, str) or bool(datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ"))


@formats.checks("money")
def is_money(value):
    return isinstance(value, decimal.Decimal) and value.as_tuple().exponent == -2


def without_duplicates(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a field is there twice")
    return members


def parse(body):
    """JSON with its numbers as they were written."""
    return json.loads(body, parse_float=decimal.Decimal, object_pairs_hook=without_duplicates)


def close(schema):
    """Clients bear fields they do not know; what is not described is a mistake all the same."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            close(part)
    elif isinstance(schema, list):
        for part in schema:
            close(part)


def pattern_of(template):
    """`{path}` is the rest of a path, every other name one segment of it."""
    parts = re.split(r"(\{\w+\})", template)
    names = {"{path}": ".*"}
    return re.compile("".join(names.get(part, "[^/]+") if part.startswith("{") else re.escape(part) for part in parts))


class Description:
    def __init__(self, file):
        with open(file, encoding="utf-8") as text:
            self.document = yaml.safe_load(text)
        for schema in self.document["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)
            close(schema)
        self.resolver = jsonschema.RefResolver("", self.document)
        # A path with fewer names in it comes before one that has more.
        templates = sorted(self.document["paths"], key=lambda template: template.count("{"))
        self.paths = [(template, pattern_of(template)) for template in templates]

    def resolve(self, part):
        return self.resolver.resolve(part["$ref"])[1] if "$ref" in part else part

    def operations_of(self, path):
        """The template that `path` fits, and its operations by method; nothing where there is none."""
        for template, pattern in self.paths:
            if pattern.fullmatch(path):
                return template, self.operations(template)
        return None, {}

    def operations(self, template):
        item = self.document["paths"][template]
        return {method.upper(): item[method] for method in METHODS if method in item}

    def mistakes(self, schema, value):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver, format_checker=formats)
        for error in validator.iter_errors(value):
            # What the others say holds the value, which may be a secret.
            told = error.validator in ("required", "additionalProperties")
            rule = f"{error.validator} {error.validator_value}"[:100]
            yield f"{error.json_path}: {error.message if told else rule}"
