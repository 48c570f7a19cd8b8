#!/usr/bin/python3
"""A registry that cannot be reached holds up one `make run` a day, not each."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DAY = 24 * 3600


class InstallDocs(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        self.docs = self.root / "conf/docs"
        self.docs.mkdir(parents=True)
        self.lock = self.docs / "package-lock.json"
        self.lock.touch()
        self.age(self.lock, 3 * DAY)
        self.npm = self.root / "bin/npm"
        self.npm.parent.mkdir()
        self.npm_does("exit 1")

    def npm_does(self, what):
        self.npm.write_text(f"#!/bin/sh\necho >>{self.root}/calls\n{what}\n")
        self.npm.chmod(0o755)

    @staticmethod
    def age(path, seconds):
        then = time.time() - seconds
        os.utime(path, (then, then))

    def calls(self):
        """How often npm was asked, after one more run."""
        path = f"{self.npm.parent}:{os.environ['PATH']}"
        subprocess.run([self.root / "scripts/install-docs"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "PATH": path})
        return len((self.root / "calls").read_text().splitlines())

    def test_what_failed_is_tried_again_after_a_day_or_for_another_version(self):
        self.assertEqual(self.calls(), 1)
        self.assertEqual(self.calls(), 1)
        self.age(self.docs / "node_modules/.failed", 1.1 * DAY)
        self.assertEqual(self.calls(), 2)
        self.age(self.docs / "node_modules/.failed", 60)
        self.lock.touch()
        self.assertEqual(self.calls(), 3)

    def test_what_is_there_is_left_alone(self):
        self.npm_does("mkdir -p node_modules && touch node_modules/.package-lock.json")
        self.assertEqual(self.calls(), 1)
        self.assertEqual(self.calls(), 1)


if __name__ == "__main__":
    unittest.main()
