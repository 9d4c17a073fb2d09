"""The life of a request: the table of what may follow what. The program runs it, and the docs draw it.

    a state is left by an event of its row and by no other; REMARKS may be made in any state, and leave it as it is;
    BEFORE_THE_LOOK only until the look; while a stop bears on a case nothing follows but what is in WHILE_STOPPED

`None` as a target is the same state. Refusals, answers and withdrawals are ends of their own. From the first review to the end of
cooling a request can be withdrawn in every state, and a reversed release waits for the day of the answer like every other that is
not released: otherwise an asker would learn, by trying, whether there is a record. From the pick-up to the hand-over a release is
sealed, entered and handed over in one go; where it stops on the way nothing was handed over, and in a while what was sealed lapses.
Whether an event may come about, and by whom, is for the modules that handle commands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    NEW = "new"
    RECEIVED = "received"
    RULED = "ruled"
    INCOMPLETE = "incomplete"
    HELD = "held"
    FIRST_REVIEW = "first_review"
    PASSED = "passed"
    LOOK_PERMITTED = "look_permitted"
    LOOK_LOGGED = "look_logged"
    LAPSED = "lapsed"
    LOOKED = "looked"
    MATCHED = "matched"
    CLAIMED = "claimed"
    FIRST_DECIDED = "first_decided"
    SECOND_REVIEW = "second_review"
    SECOND_DECIDED = "second_decided"
    ESCALATED = "escalated"
    DECIDED = "decided"
    LOGGED = "logged"
    COOLING = "cooling"
    PICKED_UP = "picked_up"
    SEALED = "sealed"
    ENTERED = "entered"
    RELEASED = "released"
    OPENED = "opened"
    RECALLED = "recalled"
    ACKNOWLEDGED = "acknowledged"
    QUARANTINED = "quarantined"
    DESTROYED = "destroyed"
    REFUSED = "refused"
    NOT_RELEASED = "not_released"
    WITHDRAWN = "withdrawn"
    PLANTED = "planted"


_S = State
AFTER: Mapping[State, Mapping[str, State | None]] = {
    _S.NEW: {"received": _S.RECEIVED},
    _S.RECEIVED: {"ruled": _S.RULED},
    _S.RULED: {"ruled": None, "held": _S.HELD, "sent_back": _S.INCOMPLETE, "refused": _S.REFUSED, "let_through": None,
               "drawn": _S.FIRST_REVIEW, "withdrawn": _S.WITHDRAWN},
    _S.INCOMPLETE: {"completed": _S.RECEIVED, "refused": _S.REFUSED, "withdrawn": _S.WITHDRAWN},
    _S.HELD: {"hold_ended": _S.RECEIVED, "ruled": _S.RULED, "let_through": _S.RULED, "hold_extended": None, "completed": _S.RECEIVED,
              "refused": _S.REFUSED, "withdrawn": _S.WITHDRAWN},
    _S.FIRST_REVIEW: {"drawn": None, "ruled": _S.RULED, "held": _S.HELD, "first_passed": _S.PASSED, "refused": _S.REFUSED,
                      "completed": _S.RECEIVED, "withdrawn": _S.WITHDRAWN},
    _S.PASSED: {"look_permitted": _S.LOOK_PERMITTED, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.LOOK_PERMITTED: {"logged": _S.LOOK_LOGGED, "look_lapsed": _S.LAPSED, "answered": _S.NOT_RELEASED,
                        "withdrawn": _S.WITHDRAWN},
    _S.LOOK_LOGGED: {"looked": _S.LOOKED, "look_lapsed": _S.LAPSED, "answered": _S.NOT_RELEASED,
                     "withdrawn": _S.WITHDRAWN},
    _S.LAPSED: {"look_renewed": _S.PASSED, "drawn": None, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.LOOKED: {"matched": _S.MATCHED, "decided": _S.DECIDED, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.MATCHED: {"claimed": _S.CLAIMED, "drawn": None, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.CLAIMED: {"first_decided": _S.FIRST_DECIDED, "drawn": _S.MATCHED, "answered": _S.NOT_RELEASED,
                 "withdrawn": _S.WITHDRAWN},
    _S.FIRST_DECIDED: {"drawn": _S.SECOND_REVIEW, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.SECOND_REVIEW: {"second_decided": _S.SECOND_DECIDED, "drawn": None, "answered": _S.NOT_RELEASED,
                       "withdrawn": _S.WITHDRAWN},
    _S.SECOND_DECIDED: {"decided": _S.DECIDED, "escalated": _S.ESCALATED, "answered": _S.NOT_RELEASED,
                        "withdrawn": _S.WITHDRAWN},
    _S.ESCALATED: {"sent_on": _S.FIRST_DECIDED, "decided": _S.DECIDED, "answered": _S.NOT_RELEASED,
                   "withdrawn": _S.WITHDRAWN},
    _S.DECIDED: {"logged": _S.LOGGED, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.LOGGED: {"logged": None, "cooling_began": _S.COOLING, "answered": _S.NOT_RELEASED, "withdrawn": _S.WITHDRAWN},
    _S.COOLING: {"picked_up": _S.PICKED_UP, "reversed": _S.LOGGED, "withdrawn": _S.WITHDRAWN},
    _S.PICKED_UP: {"sealed": _S.SEALED, "seal_lapsed": _S.COOLING, "reversed": _S.LOGGED, "withdrawn": _S.WITHDRAWN},
    _S.SEALED: {"logged": _S.ENTERED, "seal_lapsed": _S.LOGGED, "reversed": _S.LOGGED, "withdrawn": _S.WITHDRAWN},
    _S.ENTERED: {"released": _S.RELEASED, "seal_lapsed": _S.LOGGED, "reversed": _S.LOGGED, "withdrawn": _S.WITHDRAWN},
    _S.RELEASED: {"opened": _S.OPENED, "recalled": _S.RECALLED, "destroyed": _S.DESTROYED},
    _S.OPENED: {"recalled": _S.RECALLED, "destroyed": _S.DESTROYED},
    _S.RECALLED: {"opened": None, "acknowledged": _S.ACKNOWLEDGED, "quarantined": _S.QUARANTINED, "overdue": None,
                  "destroyed": _S.DESTROYED},
    _S.ACKNOWLEDGED: {"opened": None, "quarantined": _S.QUARANTINED, "overdue": None, "destroyed": _S.DESTROYED},
    _S.QUARANTINED: {"opened": None, "overdue": None, "destroyed": _S.DESTROYED},
    _S.DESTROYED: {},
    _S.REFUSED: {},
    _S.NOT_RELEASED: {},
    _S.WITHDRAWN: {},
    _S.PLANTED: {},
}  # fmt: skip
"""What may follow in each state, and where it leads."""

REMARKS = frozenset(
    "objected instructed corrected stopped lifted preserved entry_made established counsel_reviewed duplicated".split()
)
"""What may be recorded in any state but NEW, and changes none; nothing removes it."""
BEFORE_THE_LOOK = frozenset("clarification_asked clarification_given kin_denied called_back".split())
"""What may be recorded until the look is permitted: asked after it, it would tell what was found."""
AT_REVIEW = frozenset(["fact_drawn", "fact_checked"])
UNTIL_THE_LOOK = frozenset(
    [_S.RECEIVED, _S.RULED, _S.INCOMPLETE, _S.HELD, _S.FIRST_REVIEW, _S.PASSED, _S.LAPSED]
)  # fmt: skip
OF_THE_LOG = frozenset(["logged"])
"""What may be recorded of an end as well: that its entry stands in the log."""
ENDS = frozenset([_S.REFUSED, _S.NOT_RELEASED, _S.WITHDRAWN, _S.PLANTED, _S.DESTROYED])
WHILE_STOPPED = (
    REMARKS
    | OF_THE_LOG
    | frozenset(
        "answered withdrawn refused reversed look_lapsed hold_extended planted_ended seal_lapsed opened recalled acknowledged"
        " quarantined overdue destroyed".split()
    )
)
"""What may happen while a stop bears on a case: nothing that brings it nearer to a release."""
UNDER_THE_LAW = frozenset(
    "drawn first_passed look_renewed look_permitted claimed first_decided fact_drawn fact_checked second_decided escalated"
    " sent_on cooling_began".split()
)
"""What happens only while the law of now, with the orders of courts that were entered, permits the request."""
AT_PICK_UP = frozenset(["picked_up", "sealed", "released"])
"""What happens only while the law of now permits the request, on the day of the answer and after it."""
HANDED_OVER = frozenset(
    [_S.RELEASED, _S.OPENED, _S.RECALLED, _S.ACKNOWLEDGED, _S.QUARANTINED, _S.DESTROYED]
)  # fmt: skip
"""Where an officer has it, or had."""
AWAITED = frozenset([_S.COOLING, _S.PICKED_UP, _S.SEALED, _S.ENTERED]) | HANDED_OVER
"""Where the asker hears that it is released."""
PLANTED_ENDED = "planted_ended"
_BEFORE_A_RELEASE = frozenset(State) - ENDS - {_S.NEW} - HANDED_OVER


def after(state: State, event: str) -> State | None:
    """The state that an event leads to from a state; None where it may not follow."""
    if event in AFTER[state]:
        return AFTER[state][event] or state
    if event == PLANTED_ENDED:
        return State.PLANTED if state in _BEFORE_A_RELEASE else None
    return state if _is_remark(state, event) else None


def _is_remark(state: State, event: str) -> bool:
    if state is State.NEW:
        return False
    return (
        event in REMARKS
        or (event in BEFORE_THE_LOOK and state in UNTIL_THE_LOOK)
        or (event in AT_REVIEW and state is State.SECOND_REVIEW)
        or (event in OF_THE_LOG and state in ENDS)
    )


def table() -> Iterator[tuple[State, str, State]]:
    """Every row: a state, an event, the state after it."""
    for state, row in AFTER.items():
        for event, target in row.items():
            yield state, event, target or state
