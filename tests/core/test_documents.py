"""JSON, strictly: what could be read in two ways is not read."""

from __future__ import annotations

import pytest

from safeconduct.core.documents import NoDocument, printable, read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (' {"a": [1, 2.5, null, true]}\n', {"a": [1, 2.5, None, True]}), ('"\\ud83d\\ude00"', "\U0001f600"), ("[[]]", [[]]),
        ('{"a": {"x": 1}, "b": {"x": 2}}', {"a": {"x": 1}, "b": {"x": 2}}), ("1e999", float("inf")),
    ],
)  # fmt: skip
def test_what_can_be_read_in_one_way_is_read(text: str, said: object) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1 is no JSON: expecting value; mend it there"),
        ('{"a": 1}\n{"a": 1}', "line 2, column 1 is no JSON: extra data; mend it there"),
        ('{"a": {"b": 1, "b": 1}}', "has the field `b` twice in one object; keep one of the two"),
        ('{"\\u0061": 1, "a": 2}', "has the field `a` twice in one object; keep one of the two"),
        ('{"\x7f": 1, "\x7f": 2}', "has the field `?` twice in one object; keep one of the two"),
        ("[-Infinity]", "holds -Infinity, which is no number of JSON; write a number, or leave the field out"),
        ('["\\udc00\\ud800"]', "holds half of a character (a lone surrogate); write the character, or leave it out"),
        ('{"\\ud800": 1}', "holds half of a character (a lone surrogate); write the character, or leave it out"),
        ("[" * 100_000 + "]" * 100_000, "is nested too deeply; write one plain request"),
        ("1" * 5_000, "holds a number too long to read; write a shorter one"),
        ("'a'", "line 1, column 1 is no JSON: expecting value; mend it there"),
        ("[1,]", "line 1, column 4 is no JSON: "),
    ],
)
def test_what_cannot_is_refused_with_what_would_mend_it(text: str, message: str) -> None:
    with pytest.raises(NoDocument) as refused:
        read(text)
    assert str(refused.value).startswith(message)


def test_what_is_printed_moves_no_cursor_and_is_not_long() -> None:
    assert printable("a\x1b[2J\r\n\u202eb") == "a?[2J???b"
    assert len(printable("x" * 10_000)) == 200
