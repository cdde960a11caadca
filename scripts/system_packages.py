"""Debian packages that the tests need and pip cannot bring: Chromium and PostgreSQL (and venv, where Python lacks it).

What is missing is installed through apt when that is allowed (as root, or with a sudo that asks for no password).
Otherwise nothing is touched and the exact command to run is printed. Standard library only.

    scripts/system_packages.py tests          Chromium and PostgreSQL
    scripts/system_packages.py venv PACKAGE   the package that brings Python's venv
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def chromium() -> str | None:
    """The Chromium to drive: the variable CHROMIUM if it is set, else Debian's; the one without windows is a third quicker."""
    if given := os.environ.get("CHROMIUM"):
        return shutil.which(given)
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def postgres_folder() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest that is installed; Debian keeps them off the path."""

    def version(folder: Path) -> tuple[int, ...]:
        return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())

    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    if found := shutil.which("postgres"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def ensure(packages: list[str]) -> bool:
    """Install `packages` through apt; whether that worked. Says what to do where it may not."""
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    by_hand = f"apt install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        print(f"Missing: {', '.join(packages)}. Install them with your system's package manager.", file=sys.stderr)
        return False
    if os.geteuid() == 0:
        prefix = []
    elif shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        prefix = ["sudo", "-n"]
    else:
        print(f"Missing: {', '.join(packages)}. Please run, once:\n\n    sudo {by_hand}\n", file=sys.stderr)
        return False
    print(f"Installing {', '.join(packages)} with apt ...", flush=True)
    patient = ["-o", "DPkg::Lock::Timeout=300", "-qq"]
    for step in (["apt-get", "update"], command):
        full = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", step[0], *patient, *step[1:]]
        # apt's own chatter goes to the error stream: the output stays ours.
        if subprocess.run(full, stdout=sys.stderr, check=False).returncode != 0 and step is command:
            print(f"apt could not install them. Please see to it and run:\n\n    {by_hand}\n", file=sys.stderr)
            return False
    return True


def missing_for_tests() -> list[str]:
    """The Debian packages the tests still need."""
    found = {"chromium-headless-shell": chromium(), "postgresql": postgres_folder()}
    return [package for package, place in found.items() if place is None]


def main(arguments: list[str]) -> int:
    """0 when everything named is there in the end, 1 when not, 2 on misuse."""
    match arguments:
        case ["tests"]:
            if (given := os.environ.get("CHROMIUM")) and not chromium():
                print(f"CHROMIUM is set to {given}, and no program is there. Set it right, or unset it.", file=sys.stderr)
                return 1
            missing = missing_for_tests()
            if missing and ensure(missing) and (still := missing_for_tests()):
                print(f"Installed, but still not found: {', '.join(still)}.", file=sys.stderr)
            return 1 if missing_for_tests() else 0
        case ["venv", package]:
            if ensure([package]):
                return 0
            print("CommonWhy installs itself into .venv and needs Python's venv for that.", file=sys.stderr)
            return 1
        case _:
            print("Usage: system_packages.py tests | venv PACKAGE", file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
