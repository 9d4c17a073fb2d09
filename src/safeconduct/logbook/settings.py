"""The writer's settings: one TOML file, read strictly, and the files that it names beside it.

origin = "tax.example.gov/log"     the log's name, and that of its keys
log = "log"                        the folder that is served
state = "logbook"                  the writer's own folder
keys = ["log.key", "log-2.key"]    who signs: all of them do, two of one kind while one takes over from the other
policy = "policy.txt"              whom the writer believes: the log's own keys, the witnesses and their quorum
decoys = "decoys.key"              the secret of which entries that are nothing are made
authorities = ["26 USC …"]         under which they are said to be
orders = "orders"                  the folder of orders of courts; the pack's own if left out
offices = ["sealer.pem", …]        to whose certificates the bodies of entries are sealed

[openings]                         who holds the keys to what entries commit to, two of three
custodian = "custodian.pem"
inspector_general = "inspector-general.pem"
court = "court.pem"

And, above the table, what has a default:

tick_s = 60                        seconds from one checkpoint to the next
step = 8                           entries of a tick are filled up to a multiple of it; 1 fills nothing up, and says so
entry_bytes = 2048                 how long every entry is
skew_s = 300                       so far may the clock be from the witnesses' median time
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safeconduct.core.log import policy as policies
from safeconduct.core.log.lines import Malformed
from safeconduct.core.log.policy import Policy
from safeconduct.core.log.shares import OFFICES
from safeconduct.envelope import Recipient, recipient
from safeconduct.keys.decoys import Decoys, decoys
from safeconduct.keys.log import Role, Signer, signer
from safeconduct.settings_file import Form, listed, read
from safeconduct.shelf import Misplaced, bytes_of

FILE = "logbook.toml"
_FORM = Form(
    "docs/log.md",
    texts=("origin", "log", "state", "policy", "decoys"),
    lists=("keys", "authorities", "offices"),
    others=("openings",),
    texts_left_out=("orders",),
    ranges={"tick_s": (0, 3_600), "step": (1, 256), "entry_bytes": (1_024, 65_535), "skew_s": (1, 86_400)},
)
_DEFAULTS = {"tick_s": 60, "step": 8, "entry_bytes": 2_048, "skew_s": 300}


@dataclass(frozen=True, slots=True)
class Offices:
    """To whom is sealed: the bodies of entries, and by office the parts of the keys to what entries commit to."""

    bodies: tuple[Recipient, ...]
    openings: Mapping[str, Recipient]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the writer is told before it starts."""

    origin: str
    log: Path
    state: Path
    signers: tuple[Signer, ...]
    policy: Policy
    policy_file: Path
    decoys: Decoys
    authorities: tuple[str, ...]
    orders: Path | None
    offices: Offices
    tick_s: int
    step: int
    entry_bytes: int
    skew_s: int


def origin(path: Path) -> str:
    """The log's name, as the settings in the file `path` give it; no key is looked at.

    Raises:
        Misplaced: the file cannot be read or is not of its form.
    """
    return str(read(path, _FORM)["origin"])


def settings(path: Path) -> Settings:
    """The settings in the file `path`.

    Raises:
        Misplaced: it, or a file that it names, cannot be read or is not of its form.
    """
    said = read(path, _FORM)
    beside = {name: path.parent / str(said[name]) for name in _FORM.texts}
    origin = str(said["origin"])
    lists = {name: listed(said[name]) for name in _FORM.lists}
    numbers = {name: int(str(said.get(name, _DEFAULTS[name]))) for name in _FORM.ranges}
    told = Settings(
        origin=origin,
        log=beside["log"],
        state=beside["state"],
        signers=tuple(signer(path.parent / key, origin, Role.LOG) for key in lists["keys"]),
        policy=policy(beside["policy"]),
        policy_file=beside["policy"],
        decoys=decoys(beside["decoys"]),
        authorities=tuple(lists["authorities"]),
        orders=path.parent / str(said["orders"]) if "orders" in said else None,
        offices=_offices(path, lists["offices"], said["openings"]),
        **numbers,
    )
    _agree(told, path)
    return told


def _offices(path: Path, sealed_to: Sequence[str], said: object) -> Offices:
    if (
        not isinstance(said, dict)
        or said.keys() != set(OFFICES)
        or not all(isinstance(one, str) for one in said.values())
    ):
        raise Misplaced(
            path, "has no table [openings] of three offices", f"name a certificate for each of {', '.join(OFFICES)}"
        )
    held = {office: recipient(path.parent / file) for office, file in said.items()}
    return Offices(tuple(recipient(path.parent / file) for file in sealed_to), held)


def policy(path: Path) -> Policy:
    """The policy in the file `path`.

    Raises:
        Misplaced: it cannot be read or is none.
    """
    try:
        return policies.read(bytes_of(path, policies.LONGEST + 1, "name a policy").decode())
    except (Malformed, UnicodeDecodeError) as fault:
        raise Misplaced(path, f"is no policy: {fault}", "mend it there; docs/log.md shows one") from None


def _agree(told: Settings, path: Path) -> None:
    """The writer must believe what it signs itself."""
    believed = {log.key for log in told.policy.logs}
    if not all(signer.key in believed for signer in told.signers):
        raise Misplaced(path, "has a key that its policy does not list", "add a line `log` for it to the policy")
    if told.policy.evidence and (told.step == 1 or told.tick_s == 0):
        raise Misplaced(
            path, "fills nothing up, or has no tick", "set step and tick_s, or say `# not evidence` in the policy"
        )
