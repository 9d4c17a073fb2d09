"""What a town's request asks, asked by two more: one whom the law lets ask today, one whom orders of courts keep from it.

DIR/requests/us-attorney.json  DIR/requests/stayed.json

They differ from `right-address` in who asks and nothing else that counts, so that what becomes of them is told by that alone.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

US_ATTORNEY, STAYED = "us-attorney", "stayed"
_OF = "right-address"
_FILE = Path(__file__).with_name("askers.toml")


def write(requests: Path) -> list[Path]:
    """Write them beside the request that they are like."""
    asked = json.loads((requests / f"{_OF}.json").read_text(encoding="utf-8"))
    return list(_written(requests, asked, tomllib.loads(_FILE.read_text(encoding="utf-8"))))


def _written(requests: Path, asked: Mapping[str, Any], askers: Mapping[str, Any]) -> Iterator[Path]:
    for name, said in askers.items():
        file = requests / f"{name}.json"
        file.write_text(json.dumps(_by(asked, said), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        yield file


def _by(asked: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """The request, as that asker makes it."""
    [officer] = asked["officers"]
    return {
        **asked,
        "request_id": said["request_id"],
        "purpose": said["purpose"],
        "agreement": said.get("agreement"),
        "asker": {**said["asker"], "delegation": None},
        "officers": [{**officer, **said["officer"]}],
    }
