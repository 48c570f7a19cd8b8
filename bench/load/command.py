"""What the commands of the suite share: options, how they begin and end, progress, and where results go."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import sys
import time

import report
from contenders import CONTENDERS, missing
from processes import Problem, Programs, end_on_signals, raise_open_files
from stack import ROOT, Stack

CAPTION = "{processors} × {processor}; {what}; commit {commit}"


def say(words):
    print(words, flush=True)


def clock(seconds):
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def parser(about, results):
    """With the options that every command has. `about` is its module's description."""
    made = argparse.ArgumentParser(description=" ".join(about.split("\n\n")[0].split()))
    made.add_argument("--small", action="store_true", help="little of everything, to see that it works")
    made.add_argument("--build-dir", default=os.environ.get("BUILD_DIR") or str(ROOT / "build/release"))
    made.add_argument("--output", help=f"directory for the results (build/bench/{results})")
    made.add_argument("--keep", action="store_true", help="keep logs and configurations")
    return made


def chosen(made, words, names, what):
    """Of `names` those in the comma separated words, in the order of `names`."""
    unknown = set(words.split(",")) - set(names)
    if unknown:
        made.error(f"there is no {what} {', '.join(sorted(unknown))}")
    return [name for name in names if name in words.split(",")]


def able(options, stack):
    """The contenders that were chosen and can run here; says who is left out, and why."""
    found = []
    for contender in CONTENDERS:
        if contender.name in options.contenders:
            why = missing(contender, stack.module)
            if why:
                say(f"left out: {contender.name}: {why}")
            else:
                found.append(contender)
    if not found:
        raise Problem("no contender is left")
    return found


class Progress:
    """Says after each step how far it is, and how long the rest takes if it is like what was."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.began = time.monotonic()

    def step(self, words, steps=1):
        self.done += steps
        left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        width = len(str(self.total))
        say(f"[{self.done:{width}}/{self.total}] {words}; {clock(left)} to go")


class Run:
    """One run of a command: its programs, when and where it runs, and where its results go."""

    def __init__(self, options, programs, kind):
        self.options = options
        self.programs = programs
        self.build = pathlib.Path(options.build_dir).resolve()
        self.kind = kind
        self.started = datetime.datetime.now(datetime.timezone.utc)
        self.machine = report.machine(ROOT)

    def stack(self):
        return Stack(self.programs, self.build)

    def caption(self, what):
        return CAPTION.format(what=what, **self.machine)

    def write(self, files, **results):
        """The files, by name, and beside them the results with the machine and the options as JSON."""
        time_text = self.started.strftime("%Y%m%dT%H%M%SZ")
        directory = pathlib.Path(self.options.output or ROOT / "build/bench" / (self.kind + time_text))
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (directory / name).write_text(text, encoding="utf-8")
        everything = {"started_at": self.started.isoformat(), "machine": self.machine,
                      "options": vars(self.options), **results}
        name = self.kind.rstrip("-") or "results"
        (directory / f"{name}.json").write_text(json.dumps(everything, indent=1), encoding="utf-8")
        say(f"all of it is in {directory}")


@contextlib.contextmanager
def running(options, kind=""):
    """A Run; what it started is stopped at its end, whatever ends it."""
    end_on_signals()
    raise_open_files()
    with Programs(options.keep) as programs:
        yield Run(options, programs, kind)


def run_as_program(main):
    try:
        main()
    except Problem as problem:
        sys.exit(f"bench: {problem}")
