"""A request's life through desk, journal, log and broker, on a store of either kind."""

from __future__ import annotations

from desked import RECEIVED, Done, Lay, walk
from safeconduct.core.case.life import State


def test_a_request_lives_from_receipt_to_cooling_with_a_desk_that_is_started_anew_for_each_step(lay: Lay) -> None:
    world = lay()
    received = world.receive()
    assert isinstance(received, Done)
    walk(world, received.stream, "cooling", RECEIVED)
    assert world.case(received.stream).state is State.COOLING
