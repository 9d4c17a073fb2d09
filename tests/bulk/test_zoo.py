"""A zoo of bad files: each gets a clear answer, and nothing is left half written."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from pyarrow import parquet

from filed import (
    ON,
    PERSONAL,
    Command,
    Json,
    as_csv,
    as_parquet,
    as_xlsx,
    is_complete,
    left_over,
    ndjson,
    request,
    rows,
)
from safeconduct import shelf
from safeconduct.bulk import files
from safeconduct.bulk.cores import spread

SCREEN = [sys.executable, "-c", "from safeconduct.cli import main; main()", "screen"]
POLICY = (Path(shelf.__file__).parent / "packs" / shelf.DEFAULT / shelf.TRIPWIRES).read_text(encoding="utf-8")
HEADER, *_ = as_csv(rows(1), end="\n").splitlines()
GOOD = as_csv(rows(3), end="\n")
LINES = ndjson(request(number) for number in (1, 2, 3))


def stopped(screen: Command, file: Path | str | bytes, *words: object, out: Path | None = None) -> str:
    """The one message with which the command stops; nothing is printed, nothing is left, nobody is named."""
    said = screen(file, *words, out=out)
    assert (said.status, said.printed) == (2, "")
    (message,) = [line for line in said.told.splitlines() if not line.endswith(" rows read")]
    assert not any(word in said.told for word in PERSONAL)
    assert not left_over(screen.folder)
    assert out or not said.out.exists()
    return message.removeprefix("safeconduct: ").removeprefix(f"{screen.folder}/").removeprefix("requests: ")


def outcomes(screen: Command, file: Path | str | bytes) -> tuple[int, int, list[tuple[int, str]]]:
    """How many rows are permitted, how many are not, and which fields of which rows are rejected."""
    said = screen(file)
    assert is_complete(said.out)
    assert not left_over(screen.folder)
    assert not any(word in text for text in (said.printed, said.told, str(said.rejected)) for word in PERSONAL)
    permitted = said.summary["outcomes"]["permit"]
    return permitted, said.summary["rows"]["ruled"] - permitted, [(row, field) for row, field, _ in said.rejected]


# CSV


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_any_usual_delimiter_is_read(delimiter: str, screen: Command) -> None:
    assert outcomes(screen, as_csv(rows(3), delimiter)) == (3, 0, [])


def test_a_byte_order_mark_lines_ended_in_any_way_and_quoted_newlines_are_read(screen: Command) -> None:
    table = rows(3)
    table[1]["reason"] += '\r\nSigned,\n“the agent”; "HSI"'
    assert outcomes(screen, b"\xef\xbb\xbf" + as_csv(table).encode()) == (3, 0, [])
    assert outcomes(screen, as_csv(rows(3), end="\r")) == (3, 0, [])


def test_windows_1252_is_read_and_its_reader_hears_of_it(screen: Command) -> None:
    table = rows(2)
    table[1]["reason"] += " – “so ordered”"
    said = screen(as_csv(table).encode("cp1252"))
    assert said.told.endswith("requests: line 3 is not UTF-8: the file is read as Windows-1252\n")
    assert [ruling["outcome"] for ruling in said.rulings] == ["permit", "permit"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "is empty, or begins with blanks alone; write a first row that names the columns"),
        (b" \r\n" * 9_000, "is empty, or begins with blanks alone; write a first row that names the columns"),
        (GOOD.encode("utf-16"), "is UTF-16; save the file as CSV in UTF-8"),
        (GOOD.encode("utf-16-be"), "line 1 holds NUL bytes, which no text has; save the file as CSV in UTF-8"),
        (GOOD.encode() + b"R-9,\x81\n", "line 5 is neither UTF-8 nor Windows-1252; save the file as CSV in UTF-8"),
        (GOOD.replace("R-2", "R\0"), "line 3 holds NUL bytes"),
        (GOOD.replace("request_id", "Request ID"), "has no column `request_id`; write a first row that names the columns by the fields of a request, one of them `request_id`; is `Request ID` meant?"),
        (GOOD.split("\n", 1)[1], "has no column `request_id`; write a first row that names the columns"),
        ("<html><body>not found</body></html>", "has no column `request_id`; write a first row that names"),
        ("request_id,made_on,made_on\nR-1,a,b\n", "has the column `made_on` twice; keep one of the two"),
        (f'{GOOD}"R-9,2025', "row 4 opens a quotation mark that never closes; close it"),
        (f'{HEADER}\n"R-0{GOOD.partition(chr(10))[2]}', "row 1 opens a quotation mark that never closes; close it"),
        (GOOD + "R-9," + "9" * (5 << 20), "line 5 is longer than 4,194,304 bytes; write one request a line"),
        (f"{'x' * 200_000},{GOOD}", "has no column `request_id`"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "is a workbook of the old kind, or one with a password; save it as .xlsx or CSV"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_as_a_whole_gets_one_clear_message(
    body: bytes | str, message: str, screen: Command
) -> None:
    assert stopped(screen, body).startswith(message)


@pytest.mark.parametrize("text", [HEADER, f"{HEADER}\n"])
def test_a_header_alone_is_a_file_of_no_requests(text: str, screen: Command) -> None:
    assert outcomes(screen, text) == (0, 0, [])


def test_rows_too_short_or_too_long_are_rejected_and_the_others_are_not(screen: Command) -> None:
    _, first, second, third = GOOD.splitlines()
    said = screen("\n".join([HEADER, "R-8,2025", first, "", f"{second},x,y", third, "R-9"]))
    width = HEADER.count(",") + 1
    mend = "put a cell that holds the delimiter between quotation marks"
    assert said.rejected == [
        (1, "row", f"has 2 cells where the header has {width}; {mend}"),
        (3, "row", f"has {width + 2} cells where the header has {width}; {mend}"),
        (5, "row", f"has 1 cells where the header has {width}; {mend}"),
    ]
    assert [(ruling["row"], ruling["request_id"]) for ruling in said.rulings] == [(2, "R-1"), (4, "R-3")]


def test_a_file_of_nothing_but_bad_rows_is_screened_and_rejects_them(screen: Command) -> None:
    assert outcomes(screen, f"{HEADER}\nR-8\nR-9\n") == (0, 0, [(1, "row"), (2, "row")])


def test_columns_without_a_name_or_that_nothing_reads_are_passed_over_and_told(screen: Command) -> None:
    said = screen(
        f'request_id,"made\non",,,offense,offense,{",".join(f"c{n}" for n in range(50_000))}\nR-1{"," * 50_005}\n'
    )
    assert said.summary["rows"]["ruled"] == 1
    assert said.told.splitlines()[:3] == [
        f"safeconduct: {screen.folder}/requests: nothing reads the field `made?on`; did you mean `made_on`?",
        f"safeconduct: {screen.folder}/requests: nothing reads a field without a name",
        f"safeconduct: {screen.folder}/requests: nothing reads the field `offense`; did you mean `offence`?",
    ]
    assert len(said.told.splitlines()) == 20


def test_cells_that_say_something_else_than_their_column_are_rejected_by_row_and_field(screen: Command) -> None:
    table = rows(14)
    odd: list[dict[str, str]] = [
        {"in_writing": "TRUE"}, {"in_writing": "yes"}, {"made_on": "27/06/2025"}, {"made_on": "2025-06-27T00:00"},
        {"officers": '[{"name": "J. Rivera"'}, {"officers": '[{"name": "Rivera", "name": "X"}]'}, {"officers": "[" * 50_000},
        {"officers": '[{"name": NaN}]'}, {"officers": f'[{{"name": {"9" * 10_000}}}]'}, {"officers": '[{"name": "\\ud800"}]'},
        {"items": "mailing_address; everything"}, {"removal_order": "none"}, {"removal_order.final": "True "},
    ]  # fmt: skip
    for row, changes in zip(table, odd, strict=False):
        row.update(changes)
    assert outcomes(screen, as_csv(table)) == (
        3, 0, [(2, "in_writing"), (3, "made_on"), (4, "made_on"), *((row, "officers") for row in range(5, 11)),
               (11, "items[1]"), (12, "removal_order")],
    )  # fmt: skip


def test_none_is_not_an_empty_cell(screen: Command) -> None:
    table = rows(2)
    table[0]["authority"], table[1]["authority"] = "", "none"
    assert [ruling["outcome"] for ruling in screen(as_csv(table)).rulings] == ["incomplete", "refuse"]


def test_ids_that_no_line_can_hold_or_that_another_row_has_are_rejected(screen: Command) -> None:
    table = rows(9)
    for row, name in zip(table, ["two\nlines", "x" * 300, "\u202eabc", "", "none", "D", "D", "D"], strict=False):
        row["request_id"] = name
    table[7]["made_on"] = "1985"
    said = screen(as_csv(table))
    assert [row for row, field, _ in said.rejected if field == "request_id"] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert said.rejected[5][2] == "is that of row 8 too; give every request an id of its own"
    assert [ruling["request_id"] for ruling in said.rulings] == ["R-9"]


def test_no_formula_reaches_what_is_opened_in_a_spreadsheet(screen: Command) -> None:
    table = rows(3)
    table[0]["request_id"] = table[1]["request_id"] = "=cmd|'/c calc'!A0"
    table[2] |= {"made_on": "=1+1", "purpose": "@SUM(A1)", "items": "=x"}
    said = screen(as_csv(table))
    assert [ruling["request_id"] for ruling in said.rulings] == []
    text = (said.out / "rejected.csv").read_text(encoding="utf-8")
    assert "cmd" not in text
    assert not [
        line for line in text.splitlines() for cell in line.split(",") if cell.strip('"')[:1] in {"=", "+", "-", "@"}
    ]


def test_nothing_of_an_asker_moves_a_cursor(screen: Command) -> None:
    said = screen("request_id,\x1b[2Jx\nR-\x1b[2J,1\nR-2,\x1b[2J\n")
    assert "\x1b" not in said.printed + said.told + str(said.rejected)


# NDJSON


def test_lines_that_are_no_request_are_rejected_and_the_others_are_not(screen: Command) -> None:
    good = json.dumps(request(7))
    odd = [
        ('{"request_id":', "line 1, column 15 is no JSON: expecting value; mend it there"),
        ("[1]", "is no object; write one request between braces"),
        (good[:-1] + ', "items": []}', "has the field `items` twice in one object; keep one of the two"),
        ('{"request_id": "R-9", "subject": {"tin": NaN}}', "holds NaN, which is no number of JSON; write a number, or leave the field out"),
        ('{"a":' * 10_000 + "1" + "}" * 10_000, "is nested too deeply; write one plain request"),
        (f'{{"request_id": "R-9", "x": {"9" * 10_000}}}', "holds a number too long to read; write a shorter one"),
        (good.replace("Maria", "\\ud800"), "holds half of a character (a lone surrogate); write the character, or leave it out"),
        (good[:-1] + f', "x": "{"a" * (2 << 20)}"}}', "is longer than a request can be; write one request a row"),
        (good.replace("Maria", "\xff"), "is not UTF-8; save the file as UTF-8"),
        (good.replace("Maria", "\0"), f"line 1, column {good.index('Maria') + 1} is no JSON: invalid control character at; mend it there"),
    ]  # fmt: skip
    lines = [line.encode("latin-1") for line, _ in odd]
    body = b"\xef\xbb\xbf" + LINES.encode() + b"\r\n  \n" + b"\n".join(lines) + b"\n" + good.encode()
    said = screen(body)
    assert said.rejected == [(number, "row", reason) for number, (_, reason) in enumerate(odd, 6)]
    assert [ruling["request_id"] for ruling in said.rulings] == ["R-1", "R-2", "R-3", "R-7"]


def test_names_with_dots_are_no_paths_and_their_writer_hears_of_it(screen: Command) -> None:
    document = request(1) | {"removal_order.final": False, "": 1}
    said = screen(ndjson([document]))
    assert said.summary["outcomes"]["permit"] == 1
    assert "nothing reads the field `removal_order.final (a name with a dot)`" in said.told
    assert "nothing reads a field without a name" in said.told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps([request(1)]), "is a list of JSON; write one request a line, without brackets around them all"),
        ("\n" * 200 + "[\n{}]", "is a list of JSON; write one request a line, without brackets around them all"),
        (json.dumps(request(1), indent=2), "begins with a request that goes over several lines; write one request a line"),
    ],
)  # fmt: skip
def test_json_that_is_not_one_request_a_line_gets_one_clear_message(text: str, message: str, screen: Command) -> None:
    assert stopped(screen, text) == message


# Parquet


def test_parquet_of_types_and_under_any_name_is_read(screen: Command) -> None:
    officer = {
        "name": "J. Rivera",
        "agency": "DHS",
        "personally_and_directly_engaged": True,
        "attested_on": dt.date(2025, 6, 20),
    }
    file = as_parquet(
        screen.folder / "requests.csv",
        rows(3),
        in_writing=pa.array([True, True, False]),
        made_on=pa.array([dt.date(2025, 6, 27)] * 3),
        items=pa.array([["mailing_address"], ["mailing_address"], None]),
        taxable_periods=pa.array([[2022], [2022, 2023], []], pa.list_(pa.int64())),
        officers=pa.array([[officer]] * 3),
        purpose=pa.array(["criminal_investigation"] * 3).dictionary_encode(),
        offence=pa.array(["8 USC 1253(a)(1)(A)"] * 3, pa.large_string()),
    )  # fmt: skip
    assert outcomes(screen, file) == (2, 1, [])


def test_parquet_without_rows_is_a_file_of_no_requests(screen: Command) -> None:
    parquet.write_table(pa.table({"request_id": pa.array([], pa.string())}), screen.folder / "none")
    assert outcomes(screen, screen.folder / "none") == (0, 0, [])


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pa.array([dt.datetime(2025, 6, 27)] * 3), "timestamp[us]"),  # noqa: DTZ001  # as a spreadsheet keeps it
        (pa.array([1.5] * 3), "double"),
        (pa.array([b"\xff"] * 3), "binary"),
        (pa.array([{"a": "x"}] * 3), "struct<a: string>"),
    ],
)
def test_a_column_of_a_type_that_no_cell_has_is_named(column: pa.Array, kind: str, screen: Command) -> None:
    message = stopped(screen, as_parquet(screen.folder / "requests", rows(3), made_on=column))
    assert message == (
        f"has the column `made_on` of the type {kind}, which no cell has; write it as a text, or the fields of an object"
        " as columns of their own"
    )


def test_parquet_that_is_damaged_anywhere_gets_one_clear_message(screen: Command) -> None:
    body = as_parquet(screen.folder / "whole", rows(3)).read_bytes()
    whole = "is no whole Parquet file; make the file anew"
    footer = int.from_bytes(body[-8:-4], "little")
    for bad in (body[:-1], body[: len(body) // 2], b"PAR1", b"PAR1PAR1", body[:-600] + bytes(592) + body[-8:]):
        assert stopped(screen, bad) == whole
    assert stopped(screen, body[:-4] + b"PARE") == "is encrypted; write it without a key"
    assert stopped(screen, b"PARE" + body[4:-4] + b"PARE") == "is encrypted; write it without a key"
    chance = random.Random(1)  # noqa: S311  # which bytes are spoiled is no secret
    for _ in range(20):
        spoiled = bytearray(body)
        for at in chance.sample(range(4, len(body) - footer - 8), 40):
            spoiled[at] ^= 255
        assert stopped(screen, bytes(spoiled)) in {
            "cannot be read behind row 0: it is damaged; make the file anew",
            whole,
        }


def test_a_text_of_parquet_that_is_not_utf_8_is_damage(screen: Command) -> None:
    odd = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0"), pa.py_buffer(b"\xff")])
    parquet.write_table(pa.table({"request_id": odd}), screen.folder / "requests")
    assert stopped(screen, screen.folder / "requests").startswith("cannot be read behind row 0: it is damaged")


# .xlsx


def test_a_workbook_of_types_with_gaps_is_read(screen: Command) -> None:
    table: list[Json] = [{**row} for row in rows(4)]
    table[0] |= {"made_on": dt.date(2025, 6, 27), "in_writing": True, "taxable_periods": 2022, "request_id": 17}
    table[1] |= {"made_on": dt.datetime(2025, 6, 27, 13, 5)}  # noqa: DTZ001  # as a spreadsheet keeps it
    table[2] |= {"in_writing": 1, "taxable_periods": 2022.5}
    file = as_xlsx(screen.folder / "requests.csv", [table[0], {}, table[1], {}, {}, table[2], table[3], {}])
    said = screen(file)
    assert [(row, field) for row, field, _ in said.rejected] == [
        (3, "made_on"),
        (6, "in_writing"),
    ]
    assert [(ruling["row"], ruling["request_id"], ruling["outcome"]) for ruling in said.rulings] == [
        (1, "17", "permit"), (7, "R-4", "permit"),
    ]  # fmt: skip


def test_the_first_sheet_is_the_first_that_a_reader_sees(screen: Command) -> None:
    with xlsxwriter.Workbook(str(screen.folder / "requests")) as workbook:
        workbook.add_chartsheet()
        hidden, empty, shown = workbook.add_worksheet(), workbook.add_worksheet(), workbook.add_worksheet()
        hidden.write_column(0, 0, ["request_id", "HIDDEN"])
        hidden.hide()
        shown.write_column(0, 0, ["request_id", "SHOWN"])
        empty.set_landscape()
    assert [ruling["request_id"] for ruling in screen(screen.folder / "requests").rulings] == ["SHOWN"]


def test_a_workbook_whose_header_is_wrong_gets_one_clear_message(screen: Command) -> None:
    with xlsxwriter.Workbook(str(screen.folder / "twice")) as workbook:
        workbook.add_worksheet().write_row(0, 0, ["request_id", "made_on", "made_on"])
    assert stopped(screen, screen.folder / "twice") == "twice: has the column `made_on` twice; keep one of the two"
    as_xlsx(screen.folder / "bare", [])
    assert stopped(screen, screen.folder / "bare").startswith("bare: has no column `request_id`")


def repacked(folder: Path, edit: Callable[[str, bytes], bytes | None]) -> bytes:
    """A good workbook, its parts edited."""
    with (
        zipfile.ZipFile(as_xlsx(folder / "good", rows(3))) as good,
        zipfile.ZipFile(folder / "bad", "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for name in good.namelist():
            part = edit(name, good.read(name))
            if part is not None:
                bad.writestr(name, part)
    return (folder / "bad").read_bytes()


def test_a_workbook_that_is_damaged_or_none_gets_one_clear_message(screen: Command) -> None:
    def without(what: str) -> bytes:
        return repacked(screen.folder, lambda name, part: None if name.endswith(what) else part)

    def cut(what: str) -> bytes:
        return repacked(screen.folder, lambda name, part: part[: len(part) // 2] if name.endswith(what) else part)

    for bad in (without("sharedStrings.xml"), without("sheet1.xml"), cut("sheet1.xml")):
        assert stopped(screen, bad) == (
            "is no workbook that can be read, or takes more memory than a sheet may; save the sheet as CSV in UTF-8"
        )
    good = as_xlsx(screen.folder / "good", rows(3)).read_bytes()
    lying = bytearray(good)
    lying[good.index(b"PK\x01\x02") + 24] ^= 255
    locked = bytearray(good)
    locked[good.index(b"PK\x01\x02") + 8] |= 1
    chance = random.Random(1)  # noqa: S311  # which bytes are spoiled is no secret
    spoiled = [bytearray(good) for _ in range(20)]
    for one in spoiled:
        for at in chance.sample(range(4, len(good)), 60):
            one[at] ^= 255
    whole = (b"PK\x03\x04", b"PK\x05\x06" + bytes(9), good[:-10], good[:2000])
    for bad in (*whole, *map(bytes, (lying, locked, *spoiled))):
        assert stopped(screen, bad) == "is no whole .xlsx workbook; save the sheet as CSV in UTF-8"


def test_a_workbook_that_unpacks_to_more_than_there_is_room_for_is_stopped(
    screen: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safeconduct.bulk.spreadsheet._MOST_UNPACKED", 20_000_000)
    with zipfile.ZipFile(screen.folder / "bomb", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    assert stopped(screen, screen.folder / "bomb") == (
        "bomb: unpacks to more than 20,000,000 bytes; save the sheet as CSV in UTF-8"
    )
    far = '<c r="XFD1048576"><v>1</v></c></row></sheetData>'
    wide = repacked(
        screen.folder,
        lambda name, part: part.replace(b"</row></sheetData>", far.encode()) if name.endswith("sheet1.xml") else part,
    )
    assert stopped(screen, wide).startswith("is no workbook that can be read, or takes more memory than a sheet may")


# Whatever stands in the place of a file


def test_what_is_no_file_is_not_waited_for(screen: Command) -> None:
    os.mkfifo(screen.folder / "pipe")
    loop = screen.folder / "loop"
    loop.symlink_to(loop)
    for odd in (screen.folder, screen.folder / "pipe", Path("/dev/zero"), Path("/dev/stdin")):
        assert stopped(screen, odd).endswith("is a folder or a device; name one file of requests")
    assert stopped(screen, loop) == "loop: cannot be read: too many levels of symbolic links; name a file that can"
    assert (
        stopped(screen, screen.folder / "none")
        == "none: cannot be read: no such file or directory; name a file that can"
    )
    assert stopped(screen, screen.folder / ("n" * 300)).endswith("n: file name too long; name another")


def test_a_link_to_a_file_is_that_file(screen: Command) -> None:
    (screen.folder / "there").write_text(GOOD, encoding="utf-8")
    (screen.folder / "link").symlink_to("there")
    assert outcomes(screen, screen.folder / "link") == (3, 0, [])


def bare() -> list[str]:
    """What a command is begun with so that it has the rights of nobody in particular."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root reads every file, and there is no setpriv")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []


def run(*words: object, before: list[str] | None = None, most: int = 0) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, no file of which may be longer than `most` bytes."""

    def limit() -> None:
        if most:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [*(before or []), *SCREEN, *map(str, words), "--on", ON]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)


def test_a_file_or_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    file, out = tmp_path / "requests", tmp_path / "out"
    file.write_text(GOOD, encoding="utf-8")
    out.mkdir(mode=0o500)
    result = run(file, "--out", out, before=bare())
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"safeconduct: {out}: cannot be written: permission denied; name another folder, or make room\n"
    )
    file.chmod(0)
    result = run(file, "--out", tmp_path / "new", before=bare())
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"safeconduct: {file}: cannot be read: permission denied; name a file that can\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "requests"]
    assert not list(out.iterdir())


def test_lines_without_end_are_read_in_little_time_and_memory(tmp_path: Path) -> None:
    for name, begins in (("a.ndjson", b'{"request_id": "'), ("b.csv", b"request_id\n"), ("c.parquet", b"PAR1")):
        with (tmp_path / name).open("wb") as file:
            file.write(begins)
            file.truncate(2 << 30)
            file.seek(0, os.SEEK_END)
            file.write(b"\xff\xff\xff\x3fPAR1" if name.endswith("parquet") else b"\n")
    told = [measured(tmp_path / name, tmp_path / "out") for name in ("a.ndjson", "b.csv", "c.parquet")]
    assert [status for status, _, _ in told] == [0, 2, 2]
    assert max(kilobytes for _, _, kilobytes in told) < 500_000
    assert (tmp_path / "out" / "rejected.csv").read_text(encoding="utf-8").splitlines()[1:] == [
        "1,row,is longer than a request can be; write one request a row"
    ]
    assert (
        told[1][1]
        == f"safeconduct: {tmp_path}/b.csv: line 2 holds NUL bytes, which no text has; save the file as CSV in UTF-8\n"
    )
    assert told[2][1] == f"safeconduct: {tmp_path}/c.parquet: is no whole Parquet file; make the file anew\n"


def measured(file: Path, out: Path) -> tuple[int, str, int]:
    """The exit status of the command, what it told, and the most memory it took, in kilobytes.

    A small process starts it: what a process is said to have taken at most counts what its parent held when it was made.
    """
    command = [sys.executable, "-S", "-c", SMALL, *SCREEN, str(file), "--out", str(out), "--on", ON]
    said = subprocess.run(command, check=False, capture_output=True, text=True)
    return said.returncode, said.stderr, int(said.stdout.splitlines()[-1])


SMALL = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


def test_a_text_kept_once_that_stands_in_every_row_is_unfolded_in_parts(tmp_path: Path) -> None:
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 600, pa.int32()), pa.array(["x" * 1_000_000]))
    file = tmp_path / "requests"
    parquet.write_table(pa.table({"request_id": [f"R-{n}" for n in range(600)], "made_on": long}), file)
    assert file.stat().st_size < 100_000
    status, _, kilobytes = measured(file, tmp_path / "out")
    assert (status, kilobytes < 500_000) == (0, True)


# Where the results go


def test_a_folder_that_cannot_be_one_is_named(screen: Command) -> None:
    (screen.folder / "file").write_text("mine", encoding="utf-8")
    (screen.folder / "astray").symlink_to("nowhere")
    (screen.folder / "taken" / "report.html").mkdir(parents=True)
    (screen.folder / "taken" / "facts.parquet").write_text("mine", encoding="utf-8")
    assert stopped(screen, GOOD, out=screen.folder / "file") == "file: is no folder; name a folder with --out"
    assert stopped(screen, GOOD, out=screen.folder / "astray") == "astray: is no folder; name a folder with --out"
    assert stopped(screen, GOOD, out=screen.folder / "file" / "in").startswith("file/in: cannot be written: ")
    assert stopped(screen, GOOD, out=screen.folder / "taken") == (
        "taken/report.html: is a folder, and a result is to stand there; name another folder with --out"
    )
    assert stopped(screen, GOOD, out=Path("/proc/safeconduct")).startswith("/proc/safeconduct: cannot be written: ")
    assert (screen.folder / "taken" / "facts.parquet").read_text(encoding="utf-8") == "mine"


def test_a_link_to_a_folder_is_that_folder_and_what_else_lies_there_stays(screen: Command) -> None:
    (screen.folder / "there").mkdir()
    (screen.folder / "there" / "mine").write_text("mine", encoding="utf-8")
    (screen.folder / "out").symlink_to("there")
    assert screen(GOOD).status == 0
    assert screen(LINES).status == 0
    assert len(list((screen.folder / "there").iterdir())) == 6
    assert not left_over(screen.folder)


def test_what_is_read_is_never_written_over(screen: Command) -> None:
    out = screen.folder / "out"
    out.mkdir()
    (out / "rejected.csv").write_text(GOOD, encoding="utf-8")
    (screen.folder / "here").symlink_to("out")
    for way in (out, screen.folder / "here"):
        assert stopped(screen, way / "rejected.csv", out=out).endswith(
            "/rejected.csv: lies where a result would be written; name another folder with --out"
        )
    assert stopped(screen, GOOD, "--policy", out / "rejected.csv", out=out).startswith("out/rejected.csv: lies where")
    assert (out / "rejected.csv").read_text(encoding="utf-8") == GOOD


def test_a_fault_leaves_earlier_results_and_no_new_folders(screen: Command) -> None:
    assert screen(GOOD).status == 0
    before = {path.name: path.read_bytes() for path in (screen.folder / "out").iterdir()}
    assert stopped(screen, f'{GOOD}"R-9', out=screen.folder / "out").startswith("row 4 opens a quotation mark")
    assert {path.name: path.read_bytes() for path in (screen.folder / "out").iterdir()} == before
    stopped(screen, f'{GOOD}"R-9', out=screen.folder / "new" / "newer" / "newest")
    assert not (screen.folder / "new").exists()


def unhurried(told: str) -> str:
    """The one message; a slow machine also tells how far it has come."""
    (message,) = [line for line in told.splitlines() if not line.endswith("rows read")]
    return message


@pytest.mark.parametrize("most", [100, 8_000, 20_000])
def test_a_disk_that_is_full_leaves_everything_as_it_was(most: int, tmp_path: Path) -> None:
    file, out = tmp_path / "requests", tmp_path / "out"
    file.write_text(GOOD, encoding="utf-8")
    out.mkdir()
    (out / "summary.json").write_text("earlier", encoding="utf-8")
    result = run(file, "--out", out, most=most)
    assert (result.returncode, result.stdout) == (2, "")
    message = unhurried(result.stderr)
    assert message.startswith(f"safeconduct: {out}: cannot be written: ")
    assert message.endswith("; name another folder, or make room")
    assert [path.name for path in out.iterdir()] == ["summary.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "requests"]


def test_a_page_that_cannot_be_printed_is_no_fault_of_the_results(tmp_path: Path) -> None:
    (tmp_path / "requests").write_text(GOOD, encoding="utf-8")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [*SCREEN, str(tmp_path / "requests"), "--out", str(tmp_path / "out"), "--on", ON]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (result.returncode, unhurried(result.stderr)) == (
        2, "safeconduct: standard output: cannot be written to: no space left on device; send it where there is room",
    )  # fmt: skip
    assert is_complete(tmp_path / "out")


@pytest.mark.parametrize(("signal_", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_ended_in_the_middle_leaves_nothing(signal_: int, status: int, tmp_path: Path) -> None:
    file = tmp_path / "requests"
    line = ndjson([request(0)])
    file.write_text("".join(line.replace("R-0", f"R-{number}") for number in range(30_000)), encoding="utf-8")
    command = [*SCREEN, str(file), "--out", str(tmp_path / "out"), "--on", ON]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(400):
            if left_over(tmp_path):
                break
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal_)
        printed, told = process.communicate(timeout=120)
    assert (process.returncode, printed) == (status, "")
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["requests"]


def test_two_runs_at_once_into_one_folder_leave_it_whole(tmp_path: Path) -> None:
    for name, text in (("a", GOOD), ("b", ndjson(request(number) for number in range(7)))):
        (tmp_path / name).write_text(text, encoding="utf-8")
    commands = [[*SCREEN, str(tmp_path / name), "--out", str(tmp_path / "out"), "--on", ON] for name in ("a", "b")]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for command in commands]
    for process in running:
        with process:
            process.communicate()
    assert 0 in {process.returncode for process in running}
    assert is_complete(tmp_path / "out")
    ruled = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["rows"]["ruled"]
    assert parquet.read_metadata(tmp_path / "out" / "rulings.parquet").num_rows == ruled
    assert not left_over(tmp_path)


def dies(_: None) -> Callable[[object], object]:
    """A worker that is ended from outside."""
    return lambda _: os._exit(9)


def test_a_process_of_the_run_that_dies_is_told(screen: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.bulk.cores.CORES", 2)
    monkeypatch.setattr("safeconduct.bulk.facts.found", lambda *_: spread(dies, None, [1, 2, 3]))
    assert stopped(screen, GOOD) == (
        "out: is not made: a process of the run was ended, mostly for want of memory; screen a shorter file, or make room for it"
    )


@pytest.mark.parametrize("form", ["csv", "ndjson", "parquet"])
def test_a_file_that_goes_or_changes_while_it_is_read_is_named(form: str, tmp_path: Path) -> None:
    file = tmp_path / "requests"
    file.write_text(LINES if form == "ndjson" else GOOD, encoding="utf-8")
    if form == "parquet":
        as_parquet(file, rows(3))
    source = files.opened(file, {"request_id", "made_on"})
    assert sum(len(stretch.rows.numbers) for stretch in source.stretches()) == 3
    file.write_bytes(b"PAR1" + bytes(2000) + b"PAR1" if form == "parquet" else b'request_id\nR-1,"2\n')
    if form != "ndjson":
        with pytest.raises(shelf.Misplaced, match=r"cannot be read|opens a quotation mark"):
            list(source.stretches())
    file.unlink()
    with pytest.raises(shelf.Misplaced, match="requests: cannot be read: "):
        list(source.stretches())


# What else is named


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--engine", "\x1bspark"], "--engine: ?spark is no engine; leave it out, or write duckdb or spark"),
        (["--reading", "mine"], "--reading: the pack us_irc_6103 has none of that name; write one of centro-2026-02-24, "),
        (["--on", "1 August"], "--on: that is no date of the calendar; write it as YYYY-MM-DD"),
        (["--orders", "/nowhere"], "/nowhere: is no folder; name the folder that holds the orders of courts"),
        (["--pack", "us_irc"], "us_irc: is no pack; name a folder that holds README.md"),
        (["--register", "/nowhere"], "/nowhere: cannot be read: no such file; name a register"),
        (["--policy", "/nowhere"], "/nowhere: cannot be read: no such file or directory; name a file that can"),
    ],
)  # fmt: skip
def test_a_wrong_call_gets_one_clear_message(words: list[str], message: str, screen: Command) -> None:
    assert stopped(screen, GOOD, *words).startswith(message)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (OSError(28, "No space left on device"), "no space left on device; make room, or free it"),
        (OSError("of a library"), "a file or the disk cannot be used; make room, or free it"),
        (PermissionError(13, "Permission denied", "/x"), "/x: permission denied; name another"),
    ],
)
def test_a_fault_of_the_disk_names_the_file_where_there_is_one(
    fault: OSError, message: str, screen: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr("safeconduct.bulk.results.spared", fail)
    assert stopped(screen, GOOD) == message


MISTAKES = {
    "a share over one": ("over = 0.05", "over = 5", "17: `placeholders` has an `over` that is none; write a share between 0 and 1"),
    "a share that is no number": ("over = 0.05", "over = nan", "17: `placeholders` has an `over` that is none; write a share between 0 and 1"),
    "a number without end": ("over = 15", "over = inf", "22: `persons_per_officer` has an `over` that is none; write a number of persons"),
    "a number below nothing": ("over = 15", "over = -1", "22: `persons_per_officer` has an `over` that is none; write a number of persons"),
    "a truth": ("over = 15", "over = true", "22: `persons_per_officer` has an `over` that is none; write a number of persons"),
    "a figure that there is not": ("[one_offence]", "[ten_offences]", "35: the policy of tripwires has the key `ten_offences`, which does not belong there; write `one_offence`"),
    "a figure left out": (POLICY[POLICY.index("[duplicate_persons]") :], "", "1: `duplicate_persons` has an `over` that is none; write a share between 0 and 1"),
    "a field that there is not": ('path = "offence"', 'path = "offense"', "1: the path `offense` in `one_offence` is no field at which anything looks; write one of "),
    "a value that there is not": ('"placeholder", ', '"placeholders", ', "1: the placeholder `address.grade` in `placeholders` is no value of a fact of the pack; write values of "),
    "no day": ("dated = 2026-11-25\n", "", "1: the policy of tripwires has no day in `dated`; add dated = YYYY-MM-DD, without quotation marks"),
    "no rows": ("from_rows = 20", "from_rows = 0", "12: the policy of tripwires gives a `from_rows` that counts nothing; write a whole number, as in from_rows = 4"),
    "no TOML": ("over = 15", "over = ", "22: the table cannot be read: invalid value; mend the TOML on this line"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_policy_that_is_malformed_is_refused_with_its_line(mistake: str, screen: Command) -> None:
    old, new, message = MISTAKES[mistake]
    (screen.folder / "p.toml").write_text(POLICY.replace(old, new, 1), encoding="utf-8")
    assert stopped(screen, GOOD, "--policy", screen.folder / "p.toml").startswith(f"p.toml:{message}")


PERSON: Json = {
    "person_id": [1], "given_name": ["Maria"], "middle_name": pa.array([None], pa.string()), "family_name": ["Lopez Garcia"],
    "suffix": pa.array([None], pa.string()), "birth_date": [dt.date(1984, 3, 2)], "deceased": [False],
    "number": ["912-40-1234"], "street": ["418 Juniper St Apt 7"], "city": ["Aurora"], "state": ["IL"], "postal_code": ["60505"],
    **{f"earlier_{part}": pa.array([None], pa.string()) for part in ("street", "city", "state", "postal_code")},
}  # fmt: skip


def register(folder: Path, **changes: object) -> Path:
    """A register of one person who does not exist, columns changed or (None) left out."""
    parquet.write_table(
        pa.table({name: column for name, column in (PERSON | changes).items() if column is not None}),
        folder / "register",
    )
    return folder / "register"


def test_a_register_that_is_not_synthetic_is_not_searched(screen: Command) -> None:
    searched = screen(GOOD, "--register", register(screen.folder))
    assert searched.summary["match"] == {"one": 3, "none": 0, "several": 0, "not_searched": 0}
    for number in (["123-45-6789"], pa.array([None], pa.string()), [912401234], [["912-40-1234"]], None):
        said = screen(GOOD, "--register", register(screen.folder, number=number))
        assert (said.status, {ruling["match"] for ruling in said.rulings}) == (0, {"not_searched"})
        assert said.summary["register"] == {"persons": 1, "synthetic": False}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"city": None}, "has no column `city` of the type string"),
        ({"birth_date": ["1984-03-02"]}, "has no column `birth_date` of the type date32[day]"),
        ({"postal_code": [60505]}, "has no column `postal_code` of the type string"),
        ({"person_id": ["a"]}, "has no column `person_id` of the type int64"),
    ],
)
def test_a_register_that_lacks_a_column_is_named(changes: Json, message: str, screen: Command) -> None:
    file = register(screen.folder, **changes)
    assert stopped(screen, GOOD, "--register", file) == (
        f"register: {message}; name a register that `safeconduct town` has made"
    )


def test_a_register_that_is_damaged_or_none_is_named(screen: Command) -> None:
    mend = "name a register that `safeconduct town` has made"
    body = register(screen.folder).read_bytes()
    file = screen.folder / "register"
    file.write_bytes(body[:4] + bytes(len(body) // 4) + body[4 + len(body) // 4 :])
    assert stopped(screen, GOOD, "--register", file) == f"register: cannot be read: it is damaged; {mend}"
    file.write_bytes(body[:-1])
    assert stopped(screen, GOOD, "--register", file) == f"register: is no whole Parquet file; {mend}"
    (screen.folder / "*").write_bytes(body)
    assert stopped(screen, GOOD, "--register", screen.folder / "*") == (
        "*: has a name that stands for several files; name it without *, ? and ["
    )
