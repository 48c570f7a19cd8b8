#!/usr/bin/python3
"""Measures how costs grow: with tokens, open streams, revocations, bad tokens, nodes and logins.

Each subject is a module below subjects/. See bench/README.md for what is measured and how to read it.
"""

import argparse
import os

import command
from command import say
from subjects import bad_tokens, held_tokens, logins, nodes, open_streams, revocations

SUBJECTS = {subject.NAME: subject for subject in
            (held_tokens, open_streams, revocations, bad_tokens, nodes, logins)}
TOKENS = 10_000


def numbers(text):
    values = sorted({int(word) for word in text.split(",")})
    if values[0] < 1:
        raise argparse.ArgumentTypeError("numbers must be at least 1")
    return values


# What can be set, and what --small makes of it.
SIZES = {
    "tokens": (numbers, [1_000, 10_000, 100_000, 1_000_000], [200], "held in the gateway's memory"),
    "streams": (numbers, [1_000, 5_000, 10_000], [20, 50], "open at a time"),
    "accounts": (numbers, [1, 4, 16], [2], "that revoke at a time"),
    "revocations": (int, 2_000, 20, "for each number of accounts"),
    "nodes": (numbers, [2, 4, 8], [2], "nginx nodes on one Redis"),
    "invalidations": (int, 100, 5, "for each number of nodes"),
    "writes": (int, 2_000, 200, "announced to each number of nodes"),
    "logins": (numbers, [1, 2, 8], [2], "at a time"),
    "rounds": (int, 3, 1, "of each measurement of requests"),
    "duration": (int, 4, 1, "seconds of one measurement"),
}


def arguments():
    parser = command.parser(__doc__, "scale-TIME")
    parser.add_argument("--subjects", default=",".join(SUBJECTS), metavar="NAME,...",
                        help="which of: " + ", ".join(SUBJECTS))
    for name, (kind, usual, _, what) in SIZES.items():
        shown = ",".join(map(str, usual)) if kind is numbers else usual
        parser.add_argument(f"--{name}", type=kind, default=usual, help=f"{what} ({shown})",
                            metavar="N,..." if kind is numbers else "N")
    options = parser.parse_args()
    for name, (_, _, few, _) in SIZES.items():
        if options.small:
            setattr(options, name, few)
        if not isinstance(getattr(options, name), list) and getattr(options, name) < 1:
            parser.error(f"{name} must be at least 1")
    options.subjects = command.chosen(parser, options.subjects, SUBJECTS, "subject")
    return options


def main():
    options = arguments()
    with command.running(options, "scale-") as run:
        stack = run.stack()
        stack.start()
        stack.make_tokens(TOKENS if not options.small else 100)
        tables, results = [], {}
        for name in options.subjects:
            say(f"{name} ({options.subjects.index(name) + 1} of {len(options.subjects)})")
            table, results[name] = SUBJECTS[name].measure_subject(run, stack)
            say(f"\n{table}\n")
            tables.append(f"{SUBJECTS[name].__doc__}\n\n{table}")
        caption = run.caption(f"load {run.machine['load_before']:.1f} before, {os.getloadavg()[0]:.1f} after")
        run.write({"scale.md": "\n\n".join([*tables, caption]) + "\n"}, results=results)


if __name__ == "__main__":
    command.run_as_program(main)
