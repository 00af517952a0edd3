"""What becomes of a feed's samples: the check that a feed's description does what its writer meant.

A feed's folder holds `sample.…` (or several, or a folder `samples/`) and `expected.json`, which
has, by the file's name, what `outcome` gives for it.  To write it anew, and then to read whether it
is what it should be: `PYTHONPATH=src python -m tests.intake.feed_samples FOLDER…`
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tocsin.intake.batches import Refused
from tocsin.intake.containers import open_members
from tocsin.intake.feed_specs import FeedSpec, recognise, shipped
from tocsin.intake.formats.reading import read

EXPECTED = "expected.json"
RECEIVED = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


def samples(folder: Path) -> list[Path]:
    """The sample files of a feed's folder."""
    found = sorted([*folder.glob("sample.*"), *folder.glob("sample-*"), *folder.glob("samples/*")])
    return [path for path in found if path.is_file()]


def outcome(path: Path, specs: Sequence[FeedSpec]) -> list[dict[str, Any]]:
    """For each member: its feed and shape, rows by kind (cells that are filled), refused, notes."""
    told = []
    for member in open_members(path):
        spec = None if member.refused else recognise(member, member.head(), specs)
        one: dict[str, Any] = {"member": member.name}
        if member.refused:
            one["refused"] = [_refusal(member.refused)]
        elif spec is None:
            one["feed"] = None
        else:
            one |= {"feed": spec.name, "shape": spec.shape}
            rows: dict[str, list[dict[str, Any]]] = {}
            for batch in read(member, spec, received=RECEIVED):
                mine = rows.setdefault(batch.kind, [])
                for line, row in zip(batch.lines.tolist(), batch.table.to_pylist(), strict=True):
                    filled = {name: value for name, value in row.items() if value is not None}
                    mine.append({"line": line, **filled})
                one.setdefault("refused", []).extend(map(_refusal, batch.refused))
                one.setdefault("notes", []).extend(batch.notes)
            one["rows"] = rows
        told.append(one)
    return told


def write(folder: Path) -> None:
    """Take what now becomes of the samples as what is expected."""
    told = {path.name: outcome(path, shipped()) for path in samples(folder)}
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    (folder / EXPECTED).write_text(text, encoding="utf-8")


def expected(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What the feed's writer expects of each sample, by its name."""
    told: dict[str, list[dict[str, Any]]] = json.loads(
        (folder / EXPECTED).read_text(encoding="utf-8")
    )
    return told


def _refusal(refused: Refused) -> dict[str, Any]:
    return {"line": refused.line, "reason": refused.reason}


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        write(Path(argument))
