"""Writing the report's folder: all of it or nothing. It is made beside its place and moved there when it is whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Set
from pathlib import Path

from commonwhy.cli.gap_report.reading import Misuse

NAMES = frozenset({"index.html", "gap.pdf", "gap.json"})


def check(target: Path, names: Set[str] = NAMES) -> None:
    """Refuse a place that holds somebody's files other than a report's `names`. A folder of an earlier report is replaced."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise Misuse(f"{target} is there and is no folder. Name another place with --out.")
    if target.is_dir() and (others := sorted({each.name for each in target.iterdir()} - names)):
        raise Misuse(f"{target} holds other files ({others[0]!r}), and nothing of it is touched. Name an empty or new folder.")
    if not target.absolute().parent.is_dir():
        raise Misuse(f"{target.absolute().parent} is not there. Make it first, or name another place with --out.")


def write(target: Path, measured: object) -> None:
    """Write the three files. Raises OSError with nothing left behind."""
    from commonwhy.cli.gap_report import page, paper
    from commonwhy.cli.gap_report.measured import Measured

    assert isinstance(measured, Measured)
    charts = page.charts(measured)
    files = {
        "gap.json": (json.dumps(measured.as_json(), ensure_ascii=False, indent=2) + "\n").encode(),
        "index.html": page.html(measured, charts).encode(),
        "gap.pdf": paper.pdf(measured, charts),
    }
    write_whole(target, files)


def write_whole(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a report's files to its folder, all of them or none. Raises OSError with nothing left behind."""
    target = target.absolute()
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, content in files.items():
            (made / name).write_bytes(content)
        made.chmod(0o777 & ~_umask())
        _put(made, target, files.keys())
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put(made: Path, target: Path, names: Set[str]) -> None:
    """Move the whole folder to its place; an earlier report goes only once the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    check(target, names)
    earlier = Path(tempfile.mkdtemp(prefix=f".{target.name}-earlier-", dir=target.parent))
    target.rename(earlier / "report")
    try:
        made.rename(target)
    except OSError:
        (earlier / "report").rename(target)
        raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
