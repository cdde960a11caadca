"""Make `.venv` and install what is locked in `requirements/`, only when something changed since the last time.

Runs before anything is installed, so it uses the standard library alone. What was installed is remembered as a digest
of the locked requirements, the packaging part of `pyproject.toml` and the folder; a second run compares digests and
returns at once. The record is written last: an interrupted install is simply done again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RECORD = VENV / "installed.json"
# Each level holds the ones before it: dev.txt is compiled with runtime.txt as its constraint, bench.txt with dev.txt.
LEVELS = ("runtime", "dev", "bench")


def main(arguments: list[str]) -> int:
    """Bring `.venv` to the level named in `arguments`; 0 when it is there, 1 when not, 2 on misuse."""
    if len(arguments) != 1 or arguments[0] not in LEVELS:
        print(f"Usage: scripts/setup_venv {'|'.join(LEVELS)}", file=sys.stderr)
        return 2
    level = arguments[0]
    if is_installed(level):
        return 0
    try:
        install(level)
    except subprocess.CalledProcessError as error:
        print(
            f"\nInstalling stopped (exit {error.returncode}); the reason is above. Nothing outside .venv was changed.\n"
            "When it is mended (often it is the network), run the same command again.",
            file=sys.stderr,
        )
        return 1
    return 0


def is_installed(level: str) -> bool:
    """Whether `.venv` works, is this folder's own, and holds what is locked for `level`."""
    return is_sound() and recorded().get(level) == digest(level)


def install(level: str) -> None:
    """Install everything up to `level`, then the project itself; raises `CalledProcessError`."""
    if VENV.exists() and not is_sound():
        print("The .venv here belongs to another folder or a Python that is gone; making it anew.", flush=True)
        shutil.rmtree(VENV)
    if not PYTHON.exists():
        print(f"Making .venv with Python {sys.version.split()[0]} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    known = recorded()
    RECORD.unlink(missing_ok=True)
    print(f"Installing what is locked in requirements/{level}.txt (the first time takes a minute or two) ...", flush=True)
    # runtime.txt always comes along, so that a level never relies on what happened to be installed before.
    files = [f"--requirement=requirements/{name}.txt" for name in dict.fromkeys(("runtime", level))]
    pip("install", "--require-hashes", *files)
    pip("install", "--no-deps", "--editable", ".")
    upto = LEVELS[: LEVELS.index(level) + 1]
    RECORD.write_text(json.dumps(known | {name: digest(name) for name in upto}, indent=2) + "\n")


def pip(command: str, *arguments: str) -> None:
    """Run pip inside `.venv`, from the project's folder."""
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    subprocess.run([str(PYTHON), "-m", "pip", command, *quiet, *arguments], check=True, cwd=ROOT)


def is_sound() -> bool:
    """Whether the interpreter of `.venv` runs, is new enough, and has pip."""
    if not PYTHON.exists():
        return False
    question = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, check=False)
    # A copied or moved .venv still points to where it was made; its scripts would start the wrong one.
    config = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    made = next((line for line in config if line.startswith("command = ")), "")
    made_here = not made or made.endswith(f" {VENV}")
    return answer.returncode == 0 and made_here


def recorded() -> dict[str, str]:
    """The digest of each level as it was last installed."""
    try:
        found: dict[str, str] = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}
    return found


def digest(level: str) -> str:
    """What an installation of `level` depends on, as one SHA-256 in hex."""
    packaging = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = {name: packaging.get(name) for name in ("build-system", "project")}
    parts["hatch"] = packaging.get("tool", {}).get("hatch")
    content = hashlib.sha256(json.dumps([str(ROOT), parts], sort_keys=True).encode())
    for name in LEVELS[: LEVELS.index(level) + 1]:
        content.update((ROOT / "requirements" / f"{name}.txt").read_bytes())
    return content.hexdigest()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again to go on.")
