#!/usr/bin/python3
"""clang-tidy on the files of a compilation database, as many at a time as there are processors.

    tidy.py DATABASE all|programs

With `programs` tests and benchmarks are left out, and what shows only in a file by itself.
A file is not read again while nothing that could change the findings has changed: the preprocessed
text, the options, .clang-tidy and the program itself. What was clean is remembered in
<database>/tidy-clean/.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

DATABASE = pathlib.Path(sys.argv[1])
SCOPE = sys.argv[2]
CLEAN = DATABASE / "tidy-clean"
# The same compilations as clang knows them: without ccache and the headers that gcc has precompiled.
PLAIN = DATABASE / "tidy"
# As many files as are read as one.
TOGETHER = 32


def is_wanted(file):
    folder = pathlib.Path(file).relative_to(pathlib.Path.cwd()).parts[0]
    return file.endswith(".cpp") and (SCOPE == "all" or folder not in ("tests", "bench"))


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False, **options)


def single(entry):
    """The files that CMake has compiled as one (CMAKE_UNITY_BUILD), each as if it were alone."""
    if not re.search(r"/Unity/unity_\d+_cxx\.cxx$", entry["file"]):
        return [entry]
    together = pathlib.Path(entry["file"])
    files = re.findall(r'^#include "(.+)"$', together.read_text(), re.MULTILINE)
    return [entry | {"file": file, "command": entry["command"].replace(str(together), file)}
            for file in files]


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


def tidy(database, file, *options):
    # gcc's options for optimization are not clang's.
    return run(["clang-tidy", "--quiet", "-p", str(database), "--config-file=.clang-tidy",
                "--warnings-as-errors=*", "--extra-arg=-Wno-ignored-optimization-argument", *options, file])


def read_alone(entry, *options):
    result = tidy(PLAIN, entry["file"], *options)
    return entry, result.returncode, result.stdout


def read_together(entries):
    """As one translation unit: nearly all the time goes into what the files include, which is spent
    once then. What this finds is not final: the files that it names are read alone, and so are all when
    it names none."""
    if len(entries) == 1:
        return [read_alone(entries[0])]
    files = [entry["file"] for entry in entries]
    with tempfile.TemporaryDirectory(dir=PLAIN) as folder:
        together = pathlib.Path(folder).absolute() / "together.cpp"
        together.write_text("".join(f'#include "{file}"  // NOLINT(bugprone-suspicious-include)\n'
                                    for file in files))
        command = entries[0]["command"].replace(files[0], str(together))
        database = [entries[0] | {"file": str(together), "command": command}]
        (together.parent / "compile_commands.json").write_text(json.dumps(database))
        result = tidy(folder, str(together))
    if result.returncode == 0:
        return [read_quickly(entry) if SCOPE == "all" else (entry, 0, "") for entry in entries]
    named = set(re.findall(r"^(.+?):\d+:\d+: (?:error|warning):", result.stdout, re.MULTILINE))
    doubtful = [entry for entry in entries if entry["file"] in named] or entries
    rest = [entry for entry in entries if entry not in doubtful]
    return [read_alone(entry) for entry in doubtful] + (read_together(rest) if rest else [])


def read_quickly(entry):
    """For what shows only by itself: whether a file includes all that it needs, and uses what it gives
    another name to, which clang-tidy does not look for in a file that another one includes. It takes
    longer than all the rest, and so is left to who asks for everything."""
    return read_alone(entry, "--checks=-*,misc-unused-using-decls,misc-unused-alias-decls")


def groups(entries):
    """Of files that are compiled alike."""
    alike = {}
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        alike.setdefault(entry["command"].partition(" -o ")[0], []).append(entry)
    return [some[i:i + TOGETHER] for some in alike.values() for i in range(0, len(some), TOGETHER)]


def main():
    entries = json.loads((DATABASE / "compile_commands.json").read_text())
    entries = [plain(entry) for together in entries for entry in single(together)
               if is_wanted(entry["file"])]
    PLAIN.mkdir(exist_ok=True)
    (PLAIN / "compile_commands.json").write_text(json.dumps(entries))
    CLEAN.mkdir(exist_ok=True)
    common = (pathlib.Path(".clang-tidy").read_bytes() + run(["clang-tidy", "--version"]).stdout.encode()
              + SCOPE.encode())
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        keys = list(pool.map(lambda entry: fingerprint(entry, common), entries))
        keys = {id(entry): key for entry, key in zip(entries, keys)}
        unread = [entry for entry in entries
                  if keys[id(entry)] is None or not (CLEAN / keys[id(entry)]).exists()]
        for found in pool.map(read_together, groups(unread)):
            for entry, status, output in found:
                if status != 0:
                    failures += 1
                    print(output, flush=True)
                elif keys[id(entry)] is not None:
                    (CLEAN / keys[id(entry)]).touch()
    print(f"clang-tidy: {len(entries)} files, {failures} with findings")
    return 1 if failures else 0


sys.exit(main())
