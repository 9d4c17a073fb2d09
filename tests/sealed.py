"""A town walked once to the pick-up of two releases, for tests; a sealer of it, and whoever keeps the desk's machine and its log.

ground    the town as it stands when two officers' requests wait to be sealed: walked once, with what the sealer is to be shown
Scene     a copy of it: a sealer in this process, its clock, and the keeper
keeper    whoever has every right on the desk's machine: the log's keys and its writer, the desk's key, the journal; no other's
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import desked
from desked import FOUNDED, Stages, World, askers, draw, laid, new_id, walk
from safeconduct import envelope, package
from safeconduct.core import documents
from safeconduct.core import release as releases
from safeconduct.core.case.commands import PickUp
from safeconduct.core.gate import commands
from safeconduct.core.gate.commands import Approve, SetControl, proposal_digest
from safeconduct.core.gate.gate import Gate, signature
from safeconduct.core.gate.gate import Signed as Given
from safeconduct.core.gate.persons import Named, Role, fingerprint
from safeconduct.core.gate.stops import Stop, Target
from safeconduct.core.gate.stops import written as stop_written
from safeconduct.core.log import controls, disclosures, sets
from safeconduct.core.log.bodies import Body
from safeconduct.core.log.controls import Control, Person, Signed
from safeconduct.core.log.disclosures import Disclosure
from safeconduct.core.log.entries import Kind, Outcome
from safeconduct.core.log.refusals import Refused
from safeconduct.core.log.releases import PACKAGE, Packed
from safeconduct.core.log.releases import written as packed_written
from safeconduct.core.release import Release
from safeconduct.desk import handing, town
from safeconduct.desk.desk import Done
from safeconduct.keys import person as keys
from safeconduct.keys import sealing
from safeconduct.keys import town as town_keys
from safeconduct.laws import Laws
from safeconduct.logbook import entering, keeping
from safeconduct.logbook.entering import Made, Said
from safeconduct.sealer import seal, serve, settings
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.reply import Answer, Reply
from safeconduct.sealer.seal import Sealer
from safeconduct.town.log import ORIGIN

Json = dict[str, Any]
NOVAK, BERG, ROY = (Person("Filip Novak", "counsel"), Person("Tomas Berg", "administration"),
                    Person("Indira Roy", "inspector general"))  # fmt: skip
MARIA: Json = {"name": "Maria Lopez Garcia", "birth_date": "1984-03-09", "tin": "912-40-1234"} | {
    "address": "418 Juniper St Apt 7, Aurora, IL 60505"
}
"""Whom the second request is about."""
REFUSED, SEALED, HANDED_OVER = Answer.REFUSED, Answer.SEALED, Answer.HANDED_OVER
_LEFT_BEHIND = shutil.ignore_patterns("register.parquet", "requests", "people-*", "*.sock")


@cache
def laws() -> Laws:
    """The packs, opened once."""
    return Laws(("us_irc_6103",))


class Ground:
    """The town at the pick-up: where it lies, what time it is, and what the sealer is to be shown of each of the two requests."""

    def __init__(self, folder: Path, now: dt.datetime, bundles: tuple[Bundle, Bundle]) -> None:
        self.folder, self.now, self.bundles = folder, now, bundles

    def __repr__(self) -> str:
        """Short: it is printed with every attack that succeeds."""
        return f"the town at the pick-up in {self.folder}"


def ground(stages: Stages, into: Path) -> Ground:
    """Walk the town to the pick-up of two requests, of the same officer about two persons."""
    world = laid(stages.at("cooling"), into, stages.brokers, FOUNDED)
    first, second = stages.case, _second(world)
    world.end_broker()
    world.now = dt.datetime.fromisoformat(f"{max(world.case(one).answer_on for one in (first, second))}T13:00:00+00:00")
    world.later()
    town_keys.list_revoked(world.folder, (), world.now)
    assert not isinstance(world.enter(), Refused)
    bundles = [_picked_up(world, one) for one in (first, second)]
    world.enter()  # what the journal holds by now, so that nothing is owed
    world.end()
    return Ground(world.folder, world.now, (bundles[0], bundles[1]))


def _second(world: World) -> str:
    """Another request of the same officer, walked until it cools."""
    asked = world.request()
    done = world.receive({**asked, "request_id": "H-000009999", "subject": MARIA, "reason": _another(asked)})
    assert isinstance(done, Done), done
    draw(world, done.stream)
    walk(world, done.stream, "cooling", "drawn")
    return done.stream


def _another(asked: Json) -> str:
    """A reason of its own, so that it is no copy of the first one's."""
    return str(asked["reason"]).replace("silver minivan", "green tractor").replace("Stoutsville", "Tarlton")


def _picked_up(world: World, case_id: str) -> Bundle:
    case = world.case(case_id)
    officer = askers(case)[-1]
    asked = PickUp(new_id(), officer, case_id, case.digest, certificate_of(world.folder, officer))
    done = world.say(asked)
    assert desked.happened(done) == ("picked_up",), done
    now = world.desk().weighed(case_id)
    assert not isinstance(now, Refused), now
    found = handing.shown(world.case(case_id), now)
    assert isinstance(found, Bundle), found
    return found


def certificate_of(folder: Path, officer: str) -> str:
    """The digest of the certificate to which is sealed for an officer."""
    return fingerprint((folder / town.PEOPLE / f"{officer}{town.SEALED_TO}.pem").read_text())


# A scene


@dataclass
class Scene:
    """A copy of the ground, its clock where it is put; a sealer that has begun, with packs that were opened before."""

    of: Ground
    folder: Path
    now: dt.datetime = field(init=False)
    _open: ExitStack = field(default_factory=ExitStack)
    _sealer: Sealer | None = None

    def __post_init__(self) -> None:
        shutil.copytree(self.of.folder, self.folder, ignore=_LEFT_BEHIND)
        self.now = self.of.now

    @property
    def bundle(self) -> Bundle:
        """What the sealer is to be shown of the first request."""
        return self.of.bundles[0]

    @property
    def other(self) -> Bundle:
        """And of the second."""
        return self.of.bundles[1]

    @property
    def told(self) -> settings.Settings:
        """What the sealer was told."""
        return settings.settings(self.folder / settings.FILE)

    @property
    def people(self) -> Path:
        """Where the keys of the people lie."""
        return self.folder / town.PEOPLE

    @property
    def sealer(self) -> Sealer:
        """The sealer, begun."""
        if self._sealer is None:
            self._sealer = replace(self._open.enter_context(serve.opened(self.told)), laws=laws())
        return self._sealer

    def end(self) -> None:
        """End the sealer; it is begun again when it is asked next."""
        self._open.close()
        self._open, self._sealer = ExitStack(), None

    def clock(self) -> dt.datetime:
        """What time it is."""
        return self.now

    def asks(self, bundle: Bundle | None = None) -> Reply:
        """What the sealer answers in this process."""
        return seal.release_of(bundle or self.bundle, self.sealer, self.now)

    def refuses(self, bundle: Bundle | None = None) -> str:
        """Why it refuses, which it does."""
        reply = self.asks(bundle)
        assert (reply.answer, reply.sealed, reply.package) == (REFUSED, b"", ""), reply.answer
        return reply.why

    def entered(self, bundle: Bundle | None = None, **said: Any) -> Bundle:  # noqa: ANN401  # as `release` has them
        """The bundle with the entry of its release, which was sealed and entered as the desk does it; some of it otherwise."""
        asked = bundle or self.bundle
        reply = self.asks(asked)
        assert reply.answer is SEALED, reply.why
        return replace(asked, entry=self.release(asked, reply.package, **said))

    def hands_over(self, bundle: Bundle | None = None) -> Release:
        """What the officer finds in the package that is handed over."""
        asked = bundle or self.entered()
        reply = self.asks(asked)
        assert reply.answer is HANDED_OVER, reply.why
        return self.opens(reply.sealed, asked.picked_up.by)

    def opens(self, sealed: bytes, officer: str) -> Release:
        """What an officer finds in a package."""
        key = self.people / f"{officer}{town.SEALED_TO}.key"
        own = envelope.certificate(key.with_suffix(".pem"))
        found = package.opened(sealed, key, own, envelope.certificate(self.folder / sealing.CERTIFICATE))
        assert not isinstance(found, Refused), found
        return releases.read(found)

    def later(self, **by: float) -> None:
        """Time goes by, as in a town that is alive: revocations are listed anew, and the log has a fresh checkpoint and set."""
        self.sealer.watched.read(self.now)  # while the log is fresh: what stands in it is entered anew below
        self.now += dt.timedelta(**by)
        town_keys.list_revoked(self.folder, (), self.now)
        self.enters(*entering.control(self.set_now()))

    # Whoever keeps the log

    def enters(self, *given: Said, day: str = "") -> list[tuple[int, Made]]:
        """Enter what is said and publish it: where each stands, and what opens it. `day` is one that an entry gives itself."""
        at = dt.datetime.fromisoformat(f"{day}T12:00:00+00:00") if day else self.now
        with keeping.kept(self.folder / "logbook.toml", self.clock, laws().opened(self.gate)) as kept:
            made = [entering.made(one, kept.in_force, kept.told, at) for one in given]
            numbers = kept.writer.append([one.entry for one in made])
            kept.publish()
            return list(zip(kept.indices(numbers), made, strict=True))

    def shows(self, index: int, made: Made, *groups: str) -> Json:
        """What is shown of an entry."""
        with keeping.kept(self.folder / "logbook.toml", self.clock, laws().opened(self.gate)) as kept:
            openings = {group: made.openings[group] for group in groups}
            return disclosures.written(Disclosure(made.entry, openings, kept.writer.prove(index)))

    @property
    def gate(self) -> Gate:
        """The gate as the sealer believes it."""
        self.sealer.watched.read(self.now)
        return self.sealer.watched.state.believed.at(self.now)

    def set_now(self, *beyond: str, at: dt.datetime | None = None) -> Control:
        """The set of orders and stops that stand."""
        opened = laws().opened(self.gate)
        cites = [one.cites for one in opened.orders]
        return sets.control(sets.of(cites, opened.orders_digest, {*(self.gate.stops or {}), *beyond}, at or self.now))

    def controls(
        self,
        subject: str,
        name: str,
        content: str,
        by: Sequence[Person] = (NOVAK, BERG),
        *,
        act: str = "set",
        signed: Iterable[Signed] = (),
        on: str = "",
        day: str = "",
    ) -> int:
        """Enter a control under any names, and the set of what then stands; where it stands."""
        on = on or self.now.date().isoformat()
        one = Control(subject, name, act, content, controls.digest_of(content), tuple(by), on)
        [(index, _), *_] = self.enters(*entering.control(one, tuple(signed)), day=day)
        self.enters(*entering.control(self.set_now()))
        return index

    def two_sign(self, subject: str, name: str, content: str, act: str = "set", *, on: str = "",
                 by: tuple[str, str] = ("f.novak", "t.berg")) -> tuple[Signed, Signed]:  # fmt: skip
        """The signatures of two who do it, as they give them to the desk."""
        on = on or self.now.date().isoformat()
        first = SetControl(new_id(), by[0], subject, name, act, content, on)
        second = Approve(new_id(), by[1], first.id, proposal_digest(first))
        return tuple(Signed(one.by, one.id, self.signs(one)) for one in (first, second))  # type: ignore[return-value]  # two

    def signs(self, command: Any, key: str = "") -> bytes:  # noqa: ANN401  # one of many
        """The signature of whoever gives a command, or of another's key."""
        path = self.people / f"{key or command.by}.key"
        return keys.signs(path, commands.signed_bytes(command, ORIGIN))

    def as_kept(self, command: Any, key: str = "") -> Any:  # noqa: ANN401  # one of many
        """A signature as an event keeps it."""
        return replace(signature(Given(command, b"")), signature=self.signs(command, key))

    def newcomer(self, name: str = "Mallory Quick", office: str = "disclosure", role: Role = Role.REVIEWER) -> Named:
        """A person of the keeper's own making, with a key."""
        named = Named("m.quick", name, office, (role,))
        keys.make(self.people, named.person, named.name, self.now - dt.timedelta(days=40))
        return named

    def key_of(self, person: str) -> str:
        """A person's certificate, in PEM."""
        return (self.people / f"{person}.pem").read_text()

    def stops(self, of: Stop | None = None, named: str = "a stop") -> int:
        """A stop, entered as one person's act."""
        content = stop_written(of or Stop(Target.EVERYTHING, "", "a test"))
        return self.controls("stop", named, content, (Person("Alma Lund", "disclosure"),))

    # Entries of a case, as the keeper makes them

    def release(
        self, bundle: Bundle, package_: str, *, decision: int | None = None, certificate: str = "", **body: object
    ) -> Json:
        """A release, entered; what is shown of it."""
        at = opened_entry(bundle.decision)
        of = self.index_of(bundle) if decision is None else decision
        to = certificate or bundle.picked_up.certificate
        holds: Body = {
            **asker_of(bundle.request),
            "decision": of,
            "package": package_,
            "recipient": to,
            **body,
        }
        digest = documents.read(opened_value(bundle.decision, "request", as_text=True))
        values = {PACKAGE: packed_written(Packed(of, package_, to, str(digest)))}
        [(index, made)] = self.enters(Said(Kind.RELEASE, holds, values, at["authority"], Outcome.RELEASED))
        return self.shows(index, made, PACKAGE)

    def decides(
        self,
        bundle: Bundle,
        *,
        ruling: Json | None = None,
        day: str = "",
        authority: str = "",
        outcome: Outcome = Outcome.RELEASED,
        **body: object,
    ) -> Bundle:
        """The decision of a bundle entered once more, opened to what the keeper likes; the bundle that shows it."""
        at, values = opened_entry(bundle.decision), opened_values(bundle.decision)
        if ruling is not None:
            values["ruling"] = json.dumps(ruling, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        holds: Body = {
            **asker_of(bundle.request), "decision": f"sha256:{'1' * 64}", "look": opened_index(bundle.look),
            "reviewers": [f"sha256:{'0' * 64}"] * 2, **body,
        }  # fmt: skip
        entry = Said(Kind.DECISION, holds, values, authority or at["authority"], outcome)
        [(index, made)] = self.enters(entry, day=day)
        return replace(bundle, decision=self.shows(index, made, "ruling", "request"))

    def looks(self, bundle: Bundle) -> Bundle:
        """The look of a bundle entered once more; the bundle that shows it."""
        at, values = opened_entry(bundle.look), opened_values(bundle.look)
        [(index, made)] = self.enters(Said(Kind.LOOK, asker_of(bundle.request), values, at["authority"]))
        return replace(bundle, look=self.shows(index, made, *values))

    def index_of(self, bundle: Bundle) -> int:
        """Where a bundle's decision stands."""
        return opened_index(bundle.decision)


def asker_of(request: Mapping[str, Any]) -> Json:
    """Who asks, as the body of an entry has it."""
    agreement = request["agreement"]
    return {
        "agency": request["asker"]["agency"],
        "agreements": [agreement] if agreement else [],
        "officers": [one["name"] for one in request["officers"]],
        "signatory": request["asker"]["name"],
    }


def opened_entry(shown: Mapping[str, object]) -> Json:
    """The entry in a disclosure, as JSON."""
    found: Json = json.loads(disclosures.read(dict(shown)).entry)
    return found


def opened_values(shown: Mapping[str, object]) -> dict[str, bytes]:
    """What a disclosure is opened to."""
    return {group: one.value for group, one in disclosures.read(dict(shown)).openings.items()}


def opened_value(shown: Mapping[str, object], group: str, *, as_text: bool = False) -> str:
    """What a disclosure is opened to in one group, as JSON."""
    value = opened_values(shown)[group].decode()
    return json.dumps(value) if as_text else value


def opened_index(shown: Mapping[str, object]) -> int:
    """Where the entry of a disclosure stands."""
    return disclosures.read(dict(shown)).proof.index


def ruling(bundle: Bundle) -> Json:
    """The ruling to which the decision of a bundle is opened."""
    found: Json = json.loads(opened_value(bundle.decision, "ruling"))
    return found
