#!/usr/bin/python3
"""clang-tidy on the files of a compilation database, as many at a time as there are processors.

    tidy.py DATABASE all|programs

A file is not read again while nothing that could change the findings has changed: the preprocessed
text, the options, .clang-tidy and the program itself. What was clean is remembered in
<database>/tidy-clean/.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

DATABASE = pathlib.Path(sys.argv[1])
SCOPE = sys.argv[2]
CLEAN = DATABASE / "tidy-clean"
# The same compilations as clang knows them: without ccache and the headers that gcc has precompiled.
PLAIN = DATABASE / "tidy"


def is_wanted(file):
    folder = pathlib.Path(file).relative_to(pathlib.Path.cwd()).parts[0]
    return file.endswith(".cpp") and (SCOPE == "all" or folder not in ("tests", "bench"))


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)


def plain(entry):
    words = [word for word in shlex.split(entry["command"])
             if not word.endswith("ccache") and word not in ("-Winvalid-pch", "-fpch-preprocess")]
    for i in reversed([i for i, word in enumerate(words) if word.endswith("/cmake_pch.hxx")]):
        del words[i - 1:i + 1]
    return entry | {"command": shlex.join(words)}


def fingerprint(entry, common):
    """Of all that the findings depend on; None when the file cannot be preprocessed."""
    words = shlex.split(entry["command"])
    output = words.index("-o")
    command = words[:output] + words[output + 2:]
    command[command.index("-c")] = "-E"
    text = subprocess.run(command, cwd=entry["directory"], capture_output=True, check=False)
    if text.returncode != 0:
        return None
    return hashlib.sha256(common + " ".join(command).encode() + text.stdout).hexdigest()


def check(entry, common):
    key = fingerprint(entry, common)
    if key is not None and (CLEAN / key).exists():
        return 0, ""
    # gcc's options for optimization are not clang's.
    result = run(["clang-tidy", "--quiet", "-p", str(PLAIN), "--warnings-as-errors=*",
                  "--extra-arg=-Wno-ignored-optimization-argument", entry["file"]])
    if result.returncode == 0 and key is not None:
        (CLEAN / key).touch()
    return result.returncode, result.stdout


def main():
    entries = json.loads((DATABASE / "compile_commands.json").read_text())
    entries = [plain(entry) for entry in entries if is_wanted(entry["file"])]
    PLAIN.mkdir(exist_ok=True)
    (PLAIN / "compile_commands.json").write_text(json.dumps(entries))
    CLEAN.mkdir(exist_ok=True)
    common = pathlib.Path(".clang-tidy").read_bytes() + run(["clang-tidy", "--version"]).stdout.encode()
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for status, output in pool.map(lambda entry: check(entry, common), entries):
            if status != 0:
                failures += 1
                print(output, flush=True)
    print(f"clang-tidy: {len(entries)} files, {failures} with findings")
    return 1 if failures else 0


sys.exit(main())
