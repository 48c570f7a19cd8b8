"""Whether every answer that auth-service/openapi.yaml describes was given to the end-to-end tests.

usage: check_coverage.py openapi.yaml SEEN...    SEEN as check_answers.py writes it
"""

import json
import sys

from description import Description

# Described, and not to be had of a gateway in order.
OUT_OF_REACH = {
    "PATCH /api/v1/users/me 409": "two changes of a password at once; integration tests race them",
}


def described(description):
    """For each operation with its own description: all the names that its answers may be seen under."""
    operations = {}
    for template in description.document["paths"]:
        for method, operation in description.operations(template).items():
            names = operations.setdefault(id(operation), (operation, []))[1]
            names.append(f"{method} {template}")
    for operation, names in operations.values():
        for status in operation["responses"]:
            if status != "default":
                yield [f"{name} {status}" for name in names]


def main(openapi, *files):
    seen = set()
    for file in files:
        with open(file, encoding="utf-8") as text:
            seen.update(json.load(text))
    missing = []
    unknown = set(OUT_OF_REACH)
    for names in described(Description(openapi)):
        unknown.difference_update(names)
        if seen.isdisjoint(names) and OUT_OF_REACH.keys().isdisjoint(names):
            missing.append(names[0])
    for name in missing:
        print(f"{name} is described, and no test has seen it")
    for name in sorted(unknown):
        print(f"{name} is out of reach, but not described")
    for name in sorted(seen & OUT_OF_REACH.keys()):
        print(f"{name} is within reach after all")
    return bool(missing or unknown or seen & OUT_OF_REACH.keys())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
