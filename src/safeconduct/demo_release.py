"""The demo's release: what two people decided, handed to the officer who is named, tried on the way, and opened.

Desk, broker and sealer are three processes; inspector and court stop the sealer from one of their own. What is refused is said in the
words of whoever refuses. The package, the officer's key and whom the officer believes lie in the demo's folder then.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from safeconduct import demo_desk, demo_log, demo_opening, demo_town
from safeconduct.core import names
from safeconduct.core.case import commands as tell_to
from safeconduct.core.case.case import DECISION, LOOK, RELEASE
from safeconduct.core.gate.gate import Signed
from safeconduct.core.gate.persons import fingerprint
from safeconduct.core.log.refusals import Refused
from safeconduct.demo_desk import Walk
from safeconduct.demo_town import AGO, Clock, called
from safeconduct.desk import audit, handing, picking_up, ticking, town
from safeconduct.desk.desk import Desk
from safeconduct.desk.speaking import fresh
from safeconduct.desk.town import sign
from safeconduct.journal import store
from safeconduct.sealer.ask import ask
from safeconduct.sealer.bundle import Bundle
from safeconduct.sealer.settings import FILE as SEALER
from safeconduct.town import askers

_A_DAY = dt.timedelta(days=1)
_WORDS, _OTHERS = b"the reason is this person's own", b"the reason is that person's own"


def run(folder: Path, clock: Clock) -> Iterator[str]:
    """Pages, in Markdown: three requests in their life, one of them to its opened package, and the log that has all of it.

    Raises:
        Misplaced: the folder cannot be used, or broker or sealer do not begin.
    """
    with demo_town.begun(folder, clock) as desk:
        yield demo_desk.OPENING
        walk = Walk(desk, askers.US_ATTORNEY)
        yield "\n".join(walk.to_cooling())
        yield "\n".join(Walk(desk, askers.STAYED).to_its_stay())
        yield "\n".join(Walk(desk, "absent").to_nothing())
        waited = "\n".join(_Release(walk, folder).waited_for())
        with demo_log.older(desk) as older:
            yield waited + "\n" + "\n".join(_Release(walk, folder).handed_over(older))
            yield demo_opening.opened(folder, clock())
            yield _Release(walk, folder).received() + demo_desk.audited(desk)
            yield demo_log.told(desk, folder, _entries(walk))
            yield "\n".join(demo_log.attempts(desk, older))
    yield _STILL


def _entries(walk: Walk) -> list[int]:
    """Where the look, the decision and the release stand in the log."""
    found = [walk.case().entered(kind) for kind in (LOOK, DECISION, RELEASE)]
    return [one.index for one in found if one]


@dataclass(frozen=True, slots=True)
class _Release:
    """What was decided, on its way to its officer; and what is tried meanwhile by whoever has every right on the desk's machine."""

    walk: Walk
    folder: Path

    @property
    def desk(self) -> Desk:
        return self.walk.desk

    @property
    def name(self) -> str:
        """The officer, as the request names them."""
        return str(self.walk.request["officers"][0]["name"])

    @property
    def officer(self) -> str:
        return "-".join(names.words(self.name))

    def waited_for(self) -> Iterator[str]:
        """Before the day of the answer, and on it."""
        yield "The release: what the two decided is sealed when its officer comes for it, and not before.\n"
        yield f"- {self.name}, of the request, asks for it on the day of the decision: *{self.asked()}*"
        for days in (_A_DAY, AGO - _A_DAY):  # the witnesses date it a day after the decision, and then today
            town.later(self.walk.place, days)
            ticking.tick(self.desk)
        yield "- two weeks pass: the town's clock is put on"
        yield self.walk.seen().rstrip()

    def handed_over(self, older: Path) -> Iterator[str]:
        """A stop at the sealer, its lifting, what a dishonest desk could show, and the package."""
        stopped = self.stop()
        yield f"- i.roy, inspector, stops the sealer itself, past the desk, and {self.name} asks: *{self.asked()}*"
        self.lift(stopped)
        yield "- i.roy and the court lift it, which takes two"
        yield from self.untrue()
        yield f"- {self.name} asks once more: *{self.asked()}*"
        yield f"- somebody with every right on the desk's machine puts back the log of an hour ago: *{self.shown_older(older)}*"
        yield f"- the same changes one word of a reviewer's reason in the journal: *{self.changed()}*\n"

    # Asking

    def signed(self) -> Signed:
        """The pick-up, signed by the officer, who names their certificate."""
        people = self.walk.place / town.PEOPLE
        own = fingerprint((people / f"{self.officer}{town.SEALED_TO}.pem").read_text(encoding="utf-8"))
        command = tell_to.PickUp(fresh(), self.officer, self.walk.id, self.walk.case().digest, own)
        return sign(command, self.desk.log.origin, people)

    def asked(self) -> str:
        """What the officer gets: the package, which then lies in the demo's folder, or a refusal."""
        had = picking_up.picked_up(self.desk, self.signed())
        if isinstance(had, Refused):
            return f"not done: {had.why}"
        demo_opening.put(self.folder, had, self.walk.place, self.officer)
        return f"sealed, entered in the log, and handed over: a package of {len(had.package):,} bytes, and its proof"

    def received(self) -> str:
        """The officer's receipt."""
        sealed = self.walk.case().sealed
        package = sealed.package if sealed else ""
        done = self.walk.say(tell_to.ReportOpening, self.officer, package=package)
        return self.walk.told(f"{self.name} sends the receipt", done) + "\n\n"

    # Stopped at the sealer

    def stop(self) -> str:
        """Stop the sealer as its inspector; the stop's id."""
        return called(
            "sealer", "stop", *self._as_stopper("people/i.roy.key"), "--everything", "--why", "something is wrong at the desk"
        )  # fmt: skip

    def lift(self, stop: str) -> None:
        """Lift it, as inspector and court."""
        called("sealer", "lift", stop, *self._as_stopper("people/i.roy.key", f"{town.COURT}.key"))

    def _as_stopper(self, *keys: str) -> list[str | Path]:
        place = self.walk.place
        return ["--config", place / SEALER, *(word for key in keys for word in ("--key", place / key))]

    # What a dishonest desk could show

    def bundle(self) -> Bundle:
        """What the desk shows the sealer."""
        now = self.desk.weighed(self.walk.id)
        shown = now if isinstance(now, Refused) else handing.shown(self.walk.case(), now)
        if isinstance(shown, Refused):
            raise TypeError(shown.why)
        return shown

    def answered(self, bundle: Bundle) -> str:
        """What the sealer answers to it."""
        reply = ask(self.desk.told.sealer or Path(), bundle)
        return f"the sealer: {reply.why or reply.answer}"

    def untrue(self) -> Iterator[str]:
        """The same release with something changed in it."""
        shown = self.bundle()
        more = {**shown.request, "items": ["mailing_address", "tin"]}
        yield f"- the desk shows the sealer a request for one item more: *{self.answered(replace(shown, request=more))}*"
        other = replace(shown.picked_up, by="isolde-kirkbridge")
        yield f"- it says that somebody else came for it: *{self.answered(replace(shown, picked_up=other))}*"

    def shown_older(self, older: Path) -> str:
        """What the sealer says to an older log in the place of the newest."""
        log, aside = self.desk.log.log, self.desk.log.log.with_name("log-aside")
        shown = self.bundle()
        log.rename(aside)
        try:
            shutil.copytree(older / demo_log.LOG, log)
            return self.answered(shown)
        finally:
            shutil.rmtree(log)
            aside.rename(log)

    def changed(self) -> str:
        """What an audit finds in a copy of the journal of which some letters are others."""
        journal = Path(self.desk.told.journal)
        copy = journal.with_name("changed.sqlite")
        store.use(str(journal))  # which closes it: all of it is in one file then
        copy.write_bytes(journal.read_bytes().replace(_WORDS, _OTHERS))
        try:
            other = Desk(replace(self.desk.told, journal=str(copy)), self.desk.clock)
            found = audit.audit(other, self.walk.place / "inspector.key")
        finally:
            store.use(str(journal))
            copy.unlink()
        if isinstance(found, Refused):
            return found.why
        return "; ".join(found.wrong[:2]) or "nothing is found, which must not be"


_STILL = """\
What somebody with every right on the desk's machine could still do, with the desk's and the log's keys, with no person's, and with
broker and sealer out of reach (in this demo all of it is one account):

- read every request, who judges it, and whether somebody was found; not what the record says, which is sealed past them;
- have the broker look, once for each entry that they make, and learn what agrees. No reviewer's signature is under it, as two offices find who open it;
- say what the desk alone knows: when a request came, whether its file was tripped, whether an agency was called back; have no lot, no
  kinship and no day of the answer, of which the sealer asks nothing. Two reviewers who are in it with them, and an officer whom a
  request that the law permits names, have its release the day after their decision;
- keep back a stop, an objection or a reversal that somebody gave to the desk, until it is missed. What goes to the sealer directly they
  cannot keep back;
- let everything wait, or end it.

docs/who-could-still-cheat.md says of each where it is seen, by whom, and what would prevent it.
"""
