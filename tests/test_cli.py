"""The command line, as transcripts: what a person types, what comes out, and the exit status."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from pyarrow import parquet

from safeconduct import cli, shelf

Json = dict[str, object]
SAFECONDUCT = [sys.executable, "-c", "from safeconduct.cli import main; main()"]


def begun(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a shell begins it: each once."""
    environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"}
    command = [*SAFECONDUCT, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, encoding="utf-8")


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in this process, for the rest: what it prints on streams of its own, and the status that it ends with."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    ended_by = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("COLUMNS", "120")
        patch.setattr(sys, "argv", ["safeconduct", *map(str, words)])
        try:
            cli.main()
        except SystemExit as ended:
            status = ended.code or 0
        finally:
            signal.signal(signal.SIGTERM, ended_by)
    assert isinstance(status, int)
    return subprocess.CompletedProcess(list(words), status, _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def copied(folder: Path) -> Path:
    """A copy of the shipped pack, to spoil."""
    copy = folder / "pack"
    shutil.copytree(Path(shelf.__file__).parent / "packs" / shelf.DEFAULT, copy)
    return copy


@pytest.fixture
def request_file(complete: Json, tmp_path: Path) -> Path:
    file = tmp_path / "request.json"
    file.write_text(json.dumps(complete), encoding="utf-8")
    return file


# check


def test_check_prints_the_ruling_for_a_person(request_file: Path) -> None:
    result = begun("check", request_file, "--on", "2025-08-01")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "# PERMIT\n\nThe law allows a look and, after review, a release. This is not yet a release.\n"
    )
    assert "- **mailing_address** may be disclosed after review: 26 USC 6103(i)(2)(C)\n" in result.stdout


def test_check_prints_the_ruling_in_the_shape_of_the_contract(request_file: Path) -> None:
    ruling = json.loads(run("check", request_file, "--on", "2025-08-01", "--json").stdout)
    assert {key: ruling[key] for key in ("request_id", "outcome", "step", "authority", "pack", "reading", "law_on")} == {
        "request_id": "O01", "outcome": "permit", "step": "request", "authority": "26 USC 6103(i)(2)", "pack": "us_irc_6103",
        "reading": "memorandum-2025-04-07", "law_on": "2025-08-01",
    }  # fmt: skip
    assert all(ruling[f"{sealed}_digest"].startswith("sha256:") for sealed in ("pack", "orders", "engine"))
    address = next(finding for finding in ruling["findings"] if finding["rule"] == "i2.B.i.address")
    assert address == {
        "rule": "i2.B.i.address", "cites": "26 USC 6103(i)(2)(B)(i)", "title": "name and address", "layer": "statute", "verdict": "met",
        "consequence": None, "facts": {"address.grade": "deliverable"},
    }  # fmt: skip
    assert ruling["items"] == [{"item": "mailing_address", "may_disclose": True, "because": ["26 USC 6103(i)(2)(C)"]}]


def test_check_says_what_would_cure_a_request(complete: Json, request_file: Path) -> None:
    complete["subject"] = {"name": "Maria Lopez Garcia", "address": "Failed to Provide 90001"}
    request_file.write_text(json.dumps(complete), encoding="utf-8")
    ruling = json.loads(run("check", request_file, "--on", "2025-08-01", "--json").stdout)
    (finding,) = [finding for finding in ruling["findings"] if finding["consequence"]]
    assert (finding["rule"], finding["verdict"], finding["consequence"]) == ("i2.B.i.address", "not_met", "incomplete")
    assert finding["cure"].startswith("Give the full street address")


def test_the_day_of_the_law_is_today_if_none_is_given(request_file: Path) -> None:
    ruling = json.loads(run("check", request_file, "--json").stdout)
    assert ruling["law_on"] >= "2026-11-24"
    assert ruling["outcome"] == "stayed"


def test_a_reading_can_be_chosen_for_study(request_file: Path) -> None:
    ruling = json.loads(
        run("check", request_file, "--on", "2025-08-01", "--reading", "identity-not-by-itself", "--json").stdout
    )
    assert (ruling["reading"], ruling["outcome"]) == ("identity-not-by-itself", "refuse")


def test_an_order_that_does_not_reach_a_request_is_not_among_what_it_meets(complete: Json, request_file: Path) -> None:
    complete |= {
        "asker": {"agency": "DOJ", "office": "us_attorney"},
        "offence": "18 USC 1343",
        "agreement": None,
        "removal_order": None,
    }
    complete["officers"] = [{"name": "J. Rivera", "agency": "FBI", "personally_and_directly_engaged": True}]
    request_file.write_text(json.dumps(complete), encoding="utf-8")
    page = run("check", request_file, "--on", "2026-03-10").stdout
    met, beside = (
        page.index("## What the request meets"),
        page.index("## Orders of courts in force that do not reach this request"),
    )
    assert "D. Mass." not in page[met:beside]
    assert "D. Mass. 2026-02-05" in page[beside:]


def test_a_reader_who_has_gone_hears_nothing() -> None:
    command = [*SAFECONDUCT, "law", "show", "us_irc_6103"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""


def test_the_ruling_holds_nothing_about_the_person(request_file: Path) -> None:
    for form in ([], ["--json"]):
        said = run("check", request_file, "--on", "2025-08-01", *form).stdout
        assert not any(word in said for word in ("Maria", "Garcia", "Juniper", "912-40", "1984", "Rivera"))


def test_a_field_that_nothing_reads_is_pointed_out_on_standard_error(complete: Json, request_file: Path) -> None:
    complete["offense"] = complete.pop("offence")
    request_file.write_text(json.dumps(complete), encoding="utf-8")
    result = run("check", request_file, "--on", "2025-08-01", "--json")
    assert result.stderr == f"safeconduct: {request_file}: nothing reads the field `offense`; did you mean `offence`?\n"
    assert json.loads(result.stdout)["outcome"] == "incomplete"


# Bad input: status 2, one clear message, nothing on standard output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1 is no JSON: expecting value; mend it there"),
        ("{", "line 1, column 2 is no JSON: expecting property name enclosed in double quotes; mend it there"),
        ('{"request_id": "1",\n "in_writing": True}', "line 2, column 16 is no JSON: expecting value; mend it there"),
        (
            '{"in_writing": true, "in_writing": false}',
            "has the field `in_writing` twice in one object; keep one of the two",
        ),
        ('{"request_id": NaN}', "holds NaN, which is no number of JSON; write a number, or leave the field out"),
        ("[" * 100_000, "is nested too deeply; write one plain request"),
        ("9" * 10_000, "holds a number too long to read; write a shorter one"),
        (
            '{"request_id": "R-\\ud800"}',
            "holds half of a character (a lone surrogate); write the character, or leave it out",
        ),
        ("[]", "request is no object; write one request between braces"),
    ],
)
def test_a_file_that_is_no_request_gets_one_clear_message(text: str, message: str, request_file: Path) -> None:
    request_file.write_text(text, encoding="utf-8")
    result = run("check", request_file, "--json")
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"safeconduct: {request_file}: {message}\n")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"request_id":\n "\xff"}', "line 2 is not UTF-8; save the file as UTF-8"),
        (b"[" + b" " * 1_000_000 + b"]", "is longer than 1,000,000 bytes; give a shorter file"),
    ],
)
def test_a_file_that_is_no_text_or_too_long_gets_one_clear_message(
    body: bytes, message: str, request_file: Path
) -> None:
    request_file.write_bytes(body)
    result = run("check", request_file)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"safeconduct: {request_file}: {message}\n")


def test_a_byte_order_mark_does_not_matter(complete: Json, request_file: Path) -> None:
    request_file.write_bytes(b"\xef\xbb\xbf" + json.dumps(complete).encode())
    assert run("check", request_file, "--on", "2025-08-01").returncode == 0


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    missing, folder = run("check", tmp_path / "none.json"), run("check", tmp_path)
    assert (
        missing.stderr
        == f"safeconduct: {tmp_path}/none.json: cannot be read: no such file or directory; name a file that can\n"
    )
    assert folder.stderr == f"safeconduct: {tmp_path}: cannot be read: is a directory; name a file that can\n"
    assert (missing.returncode, folder.returncode) == (2, 2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--on", "1 August 2025"], "--on: that is no date of the calendar; write it as YYYY-MM-DD"),
        (
            ["--reading", "mine"],
            "--reading: the pack us_irc_6103 has none of that name; write one of centro-2026-02-24,",
        ),
        (
            ["--pack", "us_irc"],
            "us_irc: is no pack; name a folder that holds README.md, facts.toml and pages, or one of us_dppa, us_irc_6103",
        ),
        (
            ["--orders", "/nowhere"],
            "/nowhere: is no folder; name the folder that holds the orders of courts, one .toml file each",
        ),
    ],
)
def test_a_wrong_call_gets_one_clear_message(words: list[str], message: str, request_file: Path) -> None:
    result = run("check", request_file, *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"safeconduct: {message}")


def test_an_order_served_today_needs_no_new_pack(request_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    folder.mkdir()
    assert run("check", request_file, "--on", "2026-03-10", "--orders", folder).returncode == 0
    order = 'court = "D. Test"\ndocket = "1"\nissued = 2026-03-10\nfrom = 2026-03-10\nkind = "stop_sender"\nverbs = ["disclose"]\n'
    order += 'agreement = "treasury-dhs-2025-04-07"\nlast_checked = 2026-03-10\nsays = "stops it"\n'
    (folder / "test.toml").write_text(order, encoding="utf-8")
    ruling = json.loads(run("check", request_file, "--on", "2026-03-10", "--orders", folder, "--json").stdout)
    assert ruling["outcome"] == "stayed"
    assert {f["cites"] for f in ruling["findings"] if f["consequence"] == "stayed"} == {"D. Test 2026-03-10"}


def test_check_shows_the_orders_in_conflict_side_by_side(request_file: Path) -> None:
    ruling = json.loads(run("check", request_file, "--on", "2026-03-10", "--json").stdout)
    shown = {order["name"]: order for order in ruling["orders"]}
    assert list(shown) == ["ddc-2025-09-notice", "ddc-2025-11-21", "dmass-2026-02-05", "dcc-2026-02-24"]
    assert {name: (order["kind"], order["binds"], order["conflicts_with"]) for name, order in shown.items()} == {
        "ddc-2025-09-notice": ("notice_before_release", True, []),
        "ddc-2025-11-21": ("stop_sender", True, ["dcc-2026-02-24"]),
        "dmass-2026-02-05": ("freeze_receiver", True, ["dcc-2026-02-24"]),
        "dcc-2026-02-24": ("relief_denied", False, ["ddc-2025-11-21", "dmass-2026-02-05"]),
    }
    frozen = shown["dmass-2026-02-05"]
    assert frozen.pop("says")
    assert frozen.pop("unconfirmed")
    assert frozen == {
        "name": "dmass-2026-02-05", "court": "D. Mass.", "docket": "1:25-cv-12822", "kind": "freeze_receiver", "binds": True,
        "case": "CEDC of Southeastern Massachusetts v. Bessent", "verbs": ["disclose", "inspect", "use", "copy", "act_upon"],
        "parties": [
            "Internal Revenue Service", "Department of the Treasury", "Department of Homeland Security",
            "Immigration and Customs Enforcement",
        ],
        "data": None, "issued": "2026-02-05", "from": "2026-02-05", "until": None, "served": "2026-02-05",
        "last_checked": "2026-11-23", "in_scope": True, "conflicts_with": ["dcc-2026-02-24"], "set_aside": None,
    }  # fmt: skip


def test_a_conflict_with_an_order_that_is_not_yet_in_force_is_not_shown(request_file: Path) -> None:
    ruling = json.loads(run("check", request_file, "--on", "2026-02-23", "--json").stdout)
    assert {order["name"]: order["conflicts_with"] for order in ruling["orders"]} == {
        "ddc-2025-09-notice": [],
        "ddc-2025-11-21": [],
        "dmass-2026-02-05": [],
    }


def test_an_order_that_does_not_reach_a_request_is_not_shown_beside_it(complete: Json, request_file: Path) -> None:
    complete |= {"agreement": None, "asker": {"agency": "DOJ", "office": "us_attorney"}}
    request_file.write_text(json.dumps(complete), encoding="utf-8")
    assert json.loads(run("check", request_file, "--on", "2026-03-10", "--json").stdout)["orders"] == []
    assert "## Orders of courts\n" not in run("check", request_file, "--on", "2026-03-10").stdout


def test_the_page_shows_every_order_that_may_bear_on_the_request(complete: Json, request_file: Path) -> None:
    complete["asker"] = {"agency": "Office of Something Within", "office": "department_head"}
    request_file.write_text(json.dumps(complete), encoding="utf-8")
    page = run("check", request_file, "--on", "2026-03-10").stdout
    section = page.partition("## Orders of courts\n")[2].partition("\n## ")[0]
    for line in (
        "- **D.D.C. 2025-11-21** · 1:25-cv-00457 (Center for Taxpayer Rights v. Internal Revenue Service) · stop sender: bars disclose; binds Internal Revenue Service, Department of the Treasury",
        "  - Issued 2025-11-21, in force from 2025-11-21, no end; served 2025-11-21; last checked 2026-11-23.",
        "  - It cannot be told whether the request is within its scope; it is treated as if it were.",
        "  - In conflict with D.C. Cir. 2026-02-24.",
        "- **D.C. Cir. 2026-02-24** · 25-5181 (Centro de Trabajadores Unidos v. Bessent) · relief denied: bars nothing",
        "  - In conflict with D.D.C. 2025-11-21, D. Mass. 2026-02-05.",
    ):
        assert f"{line}\n" in section
    assert "service not recorded" in section
    assert "UNCONFIRMED: the words of the opinion;" in section


def test_an_order_set_aside_is_shown_with_counsels_reason_and_bars_no_more(request_file: Path, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    for name in ("ddc-2025-11-21", "dmass-2026-02-05"):
        order = copy / "orders" / f"{name}.toml"
        record = '[set_aside]\non = 2026-12-01\nbecause_of = "dcc-2026-02-24"\nwhy = "The appeal was decided."\n'
        record += 'by = ["A. Counsel, Office of Chief Counsel", "B. Officer, Privacy and Disclosure"]\n'
        order.write_text(f"{order.read_text(encoding='utf-8')}\n{record}", encoding="utf-8")
    check = ["check", str(request_file), "--pack", str(copy), "--on"]
    assert run(*check, "2026-11-30").stdout.startswith("# STAYED")
    page = run(*check, "2026-12-01").stdout
    assert page.startswith("# PERMIT")
    assert "bars disclose; binds Internal Revenue Service, Department of the Treasury; set aside by counsel\n" in page
    said = "  - Set aside from 2026-12-01 for dcc-2026-02-24: The appeal was decided. Signed by A. Counsel, Office of Chief Counsel; B. Officer,"
    assert said in page
    before, after = (json.loads(run(*check, day, "--json").stdout)["orders"][1] for day in ("2026-11-30", "2026-12-01"))
    assert (before["binds"], before["set_aside"]) == (True, None)
    assert (after["binds"], after["set_aside"]["why"]) == (False, "The appeal was decided.")
    assert len(after["set_aside"]["by"]) == 2


# Readings side by side


def test_check_tells_under_which_readings_the_ruling_would_differ(request_file: Path) -> None:
    ruling = json.loads(run("check", request_file, "--on", "2025-08-01", "--json").stdout)
    by = ["i2.C.identity[mailing_address]"]
    assert ruling["sensitivity"] == [
        {"reading": "identity-not-by-itself", "outcome": "refuse", "items": [], "because": by},
        {"reading": "ddc-2025-11-21", "outcome": "hold", "items": [], "because": by},
        {"reading": "dmass-2026-02-05", "outcome": "hold", "items": [], "because": by},
        {"reading": "ddc-2026-02-26", "outcome": "hold", "items": [], "because": by},
    ]
    page = run("check", request_file, "--on", "2025-08-01").stdout
    section = page.partition("## Under other readings\n")[2].partition("\n## ")[0]
    assert section.startswith("\nAs far as the request shows today, the ruling would be another:\n")
    refused = "- **refuse** under “(i)(2) does not reach an address by itself” (Internal Revenue Service, `identity-not-by-itself`):"
    assert (
        f"{refused} nothing may be disclosed\n  - 26 USC 6103(i)(2)(C) · identity (mailing_address): not met\n"
        in section
    )
    assert section.count("26 USC 6103(i)(2)(C) · identity (mailing_address): left open\n") == 3


def test_where_no_reading_differs_the_page_has_no_such_section(request_file: Path) -> None:
    assert json.loads(run("check", request_file, "--on", "2026-03-10", "--json").stdout)["sensitivity"] == []
    assert "other readings" not in run("check", request_file, "--on", "2026-03-10").stdout


def test_an_order_is_not_lifted_by_a_slip_of_the_pen(request_file: Path, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    stayed = ["check", str(request_file), "--on", "2026-03-10", "--pack", str(copy)]
    assert run(*stayed).stdout.startswith("# STAYED")
    (copy / "orders" / "ddc-2025-11-21.toml").rename(copy / "orders" / "ddc-2025-11-21.TOML")
    assert (
        run(*stayed).returncode,
        "ddc-2025-11-21.TOML: is no file of a kind that is read here" in run(*stayed).stderr,
    ) == (2, True)
    (copy / "orders" / "ddc-2025-11-21.TOML").unlink()
    (copy / "orders" / "link.toml").symlink_to("nowhere")
    assert run(*stayed).returncode == 2
    shutil.rmtree(copy / "orders")
    assert (run(*stayed).returncode, "is no folder" in run(*stayed).stderr) == (2, True)


def test_a_page_under_another_name_is_not_passed_over(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / "offences.md").rename(copy / "offences.markdown")
    result = run("law", "check", copy)
    assert (result.returncode, "offences.markdown: is no file of a kind that is read here" in result.stderr) == (
        2,
        True,
    )


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root reads every file, and there is no setpriv"
)
def test_a_folder_of_orders_that_cannot_be_read_is_no_folder_without_orders(request_file: Path, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (copy / "orders").chmod(0)
    command = [*SAFECONDUCT, "check", str(request_file), "--on", "2026-03-10", "--pack", str(copy)]
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    result = subprocess.run([*bare, *command], capture_output=True, text=True, check=False)
    (copy / "orders").chmod(0o755)
    assert (result.returncode, result.stdout) == (2, "")
    assert "permission denied" in result.stderr


def test_a_ruling_that_cannot_be_printed_is_no_answer(request_file: Path) -> None:
    for form in ([], ["--json"]):
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            command = [*SAFECONDUCT, "check", str(request_file), "--on", "2025-08-01", *form]
            result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (result.returncode, result.stderr) == (
            2, "safeconduct: standard output: cannot be written to: no space left on device; send it where there is room\n",
        )  # fmt: skip


def test_a_page_is_printed_whatever_the_terminal_speaks(request_file: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    command = [*SAFECONDUCT, "check", str(request_file), "--on", "2025-08-01"]
    assert subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0


def test_a_fault_of_our_own_is_not_the_no_of_the_law() -> None:
    command = [
        sys.executable,
        "-c",
        "from safeconduct import cli, shelf; shelf.document = None; cli.main()",
        "check",
        "x.json",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "TypeError" in result.stderr


def test_a_fault_of_our_own_quotes_nothing_of_the_request(request_file: Path) -> None:
    spoiled = "from safeconduct import cli, shelf; shelf.document = lambda file: {}[file.read_text()]; cli.main()"
    command = [sys.executable, "-c", spoiled, "check", str(request_file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "KeyError" in result.stderr
    assert "subject" not in result.stderr


# address


def test_address_prints_the_grade_the_parts_and_the_reason() -> None:
    result = begun("address", "418 Juniper St Apt 7, Aurora, IL 60505")
    assert result.returncode == 0
    assert result.stdout.startswith("418 Juniper St Apt 7, Aurora, IL 60505\n  deliverable: ")
    (graded,) = json.loads(run("address", "Failed to Provide 90001", "--json").stdout)
    assert (graded["address"], graded["grade"]) == ("Failed to Provide 90001", "placeholder")
    assert graded["reason"]


def test_address_reads_a_column_in_the_order_of_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text(
        'id,address\n1,"12 Elm Street, Springfield, IL 62704"\n2,90001\n3,\n4,"two\nlines"\n', encoding="utf-8"
    )
    graded = json.loads(run("address", "--file", file, "--json").stdout)
    assert [one["address"] for one in graded] == ["12 Elm Street, Springfield, IL 62704", "90001", "", "two\nlines"]
    assert [one["grade"] for one in graded[:3]] == ["deliverable", "partial", "empty"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "street,city\na,b\n",
            "has no column `address`; write a first row that names the columns, one of them `address`",
        ),
        ("", "has no column `address`; write a first row that names the columns, one of them `address`"),
        (
            "id,address\n1,12 Elm St, Springfield\n",
            "line 2 ends a row of 3 cells, and the header has 2; put an address that holds commas between quotation marks",
        ),
        ('id,address\n1,"12 Elm St\n', "line 2 is no CSV: unexpected end of data; mend the quotation marks there"),
    ],
)
def test_a_bad_file_of_addresses_gets_one_clear_message(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text(text, encoding="utf-8")
    result = run("address", "--file", file, "--json")
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"safeconduct: {file}: {message}\n")


def test_an_empty_line_of_a_column_is_an_empty_address(tmp_path: Path) -> None:
    file = tmp_path / "addresses.csv"
    file.write_text("address\n90001\n\nIllinois\n", encoding="utf-8")
    assert [one["grade"] for one in json.loads(run("address", "--file", file, "--json").stdout)] == [
        "partial",
        "empty",
        "partial",
    ]


def test_an_address_does_not_move_the_cursor() -> None:
    assert "\x1b" not in run("address", "12 Elm St\x1b[2J").stdout


def test_address_wants_one_address_or_one_file(tmp_path: Path) -> None:
    for words in ([], ["12 Elm St", "--file", str(tmp_path)]):
        assert (run("address", *words).returncode, run("address", *words).stdout) == (2, "")


# law


def test_law_show_prints_the_pack_in_words() -> None:
    shown = begun("law", "show", "us_irc_6103")
    assert shown.returncode == 0
    assert "## 26 USC 6103(i)(2)(B)(i) · name and address\n" in shown.stdout
    assert "- it must be so that address.grade is deliverable or deliverable_unit\n" in shown.stdout
    rules = json.loads(run("law", "show", "us_irc_6103", "--json").stdout)["rules"]
    assert next(rule for rule in rules if rule["rule"] == "1253.ninety_days")["cites"] == "8 USC 1253(a)(1)(A)"


def test_law_check_says_whether_a_pack_is_well_formed(tmp_path: Path) -> None:
    assert begun("law", "check", "us_irc_6103").stdout.startswith("us_irc_6103 is well formed: ")
    copy = copied(tmp_path)
    page = copy / "i-2.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("{deliverable, deliverable_unit}", "{delivrable}"), encoding="utf-8"
    )
    result = run("law", "check", copy)
    assert (result.returncode, result.stdout) == (1, "")
    assert "i-2.md:" in result.stderr
    assert (
        "`address.grade` is compared with `delivrable`, which it never is; it is one of deliverable," in result.stderr
    )
    fault = json.loads(run("law", "check", copy, "--json").stdout)["fault"]
    assert (fault["file"], run("check", copy / "none.json", "--pack", copy).returncode) == ("i-2.md", 2)


def test_law_cases_tells_a_pack_that_no_longer_rules_as_its_authors_say(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    page = copy / "i-2.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("periods.kind != all", "periods.kind != none"), encoding="utf-8"
    )
    result = run("law", "cases", copy)
    assert result.returncode == 1
    assert "not as expected  W-25  all taxable periods\n" in result.stdout


def test_law_cases_ends_with_how_the_cases_exercise_the_rules(tmp_path: Path) -> None:
    said = begun("law", "cases", "us_irc_6103").stdout
    ends = said[said.index("worked cases come out as expected") :]
    assert re.search(r"\n\d+ of the \d+ rules that can be unknown are so in a case\n", ends)
    copy = copied(tmp_path)
    page = (copy / "a.md").read_text(encoding="utf-8")
    rule = "\n```rule a.never_tried\nneeds:     review.impairment and not review.impairment\notherwise: hold\nunknown:   hold\nmeans:     It is so.\n```\n"
    (copy / "a.md").write_text(page + rule, encoding="utf-8")
    assert "   lacks a case  a.never_tried  true" in run("law", "cases", copy).stdout


def test_law_cases_prints_a_list_for_programs_and_law_show_how_the_cases_cover_each_rule() -> None:
    listed = json.loads(run("law", "cases", "us_irc_6103", "--json").stdout)
    assert all(each.keys() == {"case", "says", "passed", "differences"} for each in listed)
    rules = json.loads(run("law", "show", "us_irc_6103", "--json").stdout)["rules"]
    cases = next(rule["cases"] for rule in rules if rule["rule"] == "i2.B.i.address")
    assert {"true", "false", "unknown", "open", "not_applicable", "lacking"} == cases.keys()
    assert "W-02" in cases["false"]
    assert {each["case"] for each in listed} >= set(cases["true"])


def test_law_show_writes_the_pack_as_one_page(tmp_path: Path) -> None:
    file = tmp_path / "pack.html"
    file.write_text("an earlier page", encoding="utf-8")
    result = run("law", "show", "us_irc_6103", "--html", file)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{file}\n", "")
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert f"as it stands on {dt.date.today()}" in page  # noqa: DTZ011  # as the command has it
    assert list(tmp_path.iterdir()) == [file]
    both = run("law", "show", "us_irc_6103", "--html", file, "--json")
    assert json.loads(both.stdout)["pack"] == "us_irc_6103"


def test_a_page_that_cannot_be_written_gets_one_clear_message_and_leaves_nothing(tmp_path: Path) -> None:
    taken, missing = tmp_path / "folder", tmp_path / "none" / "pack.html"
    taken.mkdir()
    copy = copied(tmp_path)
    for file, message in (
        (taken, "is there already and is no file; name another"),
        (missing, "cannot be written: no such file or directory; name another file, or make room"),
        (Path("/dev/null"), "is there already and is no file; name another"),
        (copy / "pack.html", "lies in the pack itself, which would no longer load; name a file outside of it"),
    ):
        result = run("law", "show", copy, "--html", file)
        assert (result.returncode, result.stdout, result.stderr) == (2, "", f"safeconduct: {file}: {message}\n")
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "pack"}
    assert Path("/dev/null").is_char_device()


# demo


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The demo, run once, and its folder."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return folder, begun("demo", "--dir", folder)


def test_the_demo_leaves_its_requests_to_try(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, result = shown
    assert result.returncode == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("# ")] == [
        "# PERMIT",
        "# INCOMPLETE",
        "# STAYED",
        "# The exchange of 2025, in small",
    ]
    commands = [line.split()[1:] for line in result.stdout.splitlines() if line.startswith("    safeconduct check ")]
    assert [run(*words).returncode for words in commands] == [0, 1, 1]


def test_the_demo_carries_one_request_to_a_package_that_opens_from_outside(
    shown: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, result = shown
    assert "sealed, entered in the log, and handed over" in result.stdout
    left = {
        "package.p7m",
        "package.proof.json",
        "officer.key",
        "officer.pem",
        "sealer-signing.pem",
        "policy.txt",
        "log",
    }
    assert left <= {path.name for path in folder.iterdir()}
    out, receipt = tmp_path / "release.json", tmp_path / "receipt.json"
    words = ("open", folder / "package.p7m", "--key", folder / "officer.key", "--out", out, "--receipt", receipt)
    opened = run(*words)
    assert (opened.returncode, opened.stderr) == (0, "")
    [field] = json.loads(out.read_text(encoding="utf-8"))["fields"]
    assert (field["item"], field["form"]) == ("mailing_address", "value")
    assert run("log", "audit", folder / "log").returncode == 0


def test_every_attempt_in_the_demo_is_caught(shown: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    said = shown[1].stdout
    for caught in (
        "not done: there is nothing to be picked up, or not yet, or not by whoever asks",
        "not done: the sealer: stopped at the sealer: ",
        "the sealer: the request that is shown is not the one that was decided",
        "the sealer: the pick-up: nobody signed it",
        "the sealer: the log is shorter than it was",
        "are not those that were anchored: changed, left out, or put between",
        "not verified: tile/0/000.p/",
        "rollback: the log shows",
        "a witness has seen",
        "it goes no further: D.D.C. 2025-11-21",
    ):
        assert caught in said, caught
    assert "must not be" not in said
    assert "nothing is wrong" in said


def test_a_demo_takes_nothing_away_that_it_has_not_left(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "mine").write_text("mine", encoding="utf-8")
    result = run("demo", "--dir", tmp_path)
    assert result.returncode == 2
    assert "is there, and no demo left it; name another folder with --dir" in result.stderr
    assert (tmp_path / "desk" / "mine").exists()


def test_a_demo_that_cannot_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("in the way", encoding="utf-8")
    result = run("demo", "--dir", tmp_path / "demo")
    assert result.returncode == 2
    assert "cannot be written: " in result.stderr


def test_the_demo_leaves_what_its_reader_has_changed(
    shown: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder = shutil.copytree(shown[0], tmp_path / "demo")
    (folder / "W-01.json").write_text("mine", encoding="utf-8")
    assert begun("demo", "--dir", folder).returncode == 0
    assert (folder / "W-01.json").read_text(encoding="utf-8") == "mine"
    made = {path.name for path in folder.iterdir()}
    assert {"W-01.json", "W-02.json", "W-40.json", "register.parquet", "report.html"} <= made
    assert not [name for name in made if name.startswith(".")]


def test_a_policy_of_tripwires_that_cannot_be_read_is_a_fault_of_its_pack(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    policy = folder / "tripwires.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("over = 0.05", "over = 5", 1), encoding="utf-8")
    result = run("law", "check", folder)
    assert result.returncode == 1
    assert "`placeholders` has an `over` that is none; write a share between 0 and 1" in result.stderr


# town, bench


def test_the_demo_replays_2025_and_stops_it_as_a_whole(
    shown: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, result = shown
    said = " ".join(result.stdout.split())
    assert "COUNTERFACTUAL, a reconstruction from public accounts: of 20,000 requests" in said
    assert "stops the same file as a whole" in said
    assert "looks up **0**" in said
    assert "20,000 stayed (D.D.C. 2025-11-21, D. Mass. 2026-02-05)" in said
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "COUNTERFACTUAL" in page.upper()
    rulings = parquet.read_table(folder / "requests-as-in-2025" / "rulings.parquet")
    assert set(rulings.column("match").to_pylist()) == {"not_searched"}


def test_a_town_can_be_made_and_screened(tmp_path: Path) -> None:
    made = begun("town", tmp_path, "--persons", "1000", "--requests", "60", "--form", "ndjson")
    assert made.returncode == 0
    register, as_in_2025, honest = (Path(line) for line in made.stdout.split())
    assert begun("screen", as_in_2025, "--out", tmp_path / "a", "--on", "2025-08-01").returncode == 1
    screened = run("screen", honest, "--out", tmp_path / "b", "--on", "2025-08-01", "--register", register, "--json")
    assert screened.returncode == 0
    assert json.loads(screened.stdout)["match"]["one"] > 0


def test_a_town_that_has_too_few_persons_says_so(tmp_path: Path) -> None:
    result = run("town", tmp_path / "town", "--persons", "1000", "--requests", "1000000")
    assert result.returncode == 2
    assert "make a larger town" in result.stderr


def test_a_bench_that_there_is_not_names_those_that_there_are() -> None:
    result = begun("bench", "everything")
    assert result.returncode == 2
    assert (
        "name one of addresses, check, decks, desk, desk_faults, faults, febrl, law, letters, log, match, release, screen, spark"
        in result.stderr
    )


# law prove, diff, replay


def test_law_prove_says_what_is_proved_and_how_its_control_fails(tmp_path: Path) -> None:
    kept = tmp_path / "witnesses.toml"
    result = run("law", "prove", "us_dppa", "--json", "--keep", kept)
    assert (result.returncode, result.stderr) == (0, "")
    proved = json.loads(result.stdout)
    assert proved["holds"] is True
    tried = [one for one in proved["invariants"] if one["verdict"] != "vacuous"]
    assert len(tried) > 10
    assert all(one["control"]["fails"] for one in tried)
    shown = next(one for one in proved["invariants"] if one["invariant"] == "no_idle_rule")
    assert shown["reached"]
    assert " alone bears" in kept.read_text(encoding="utf-8")


def test_law_prove_shows_a_request_that_breaks_an_invariant(tmp_path: Path) -> None:
    copy = tmp_path / "pack"
    shutil.copytree(Path(shelf.__file__).parent / "packs" / "us_dppa", copy)
    stated = (copy / "invariants.toml").read_text(encoding="utf-8")
    never = '[[invariant]]\ninvariant = "nothing_at_all"\nsays = "Nothing is ever permitted under (b)(7)."\nnever = "authority.clause == b7"\nwithout = "a.asked"\n\n'
    first = stated.index("[[invariant]]")
    (copy / "invariants.toml").write_text(stated[:first] + never + stated[first:], encoding="utf-8")
    result = begun("law", "prove", copy)
    assert result.returncode == 1
    assert "NOT SO  Nothing is ever permitted under (b)(7)." in result.stdout


def test_law_diff_finds_the_request_of_exactly_ninety_days(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    page = copy / "offences.md"
    page.write_text(page.read_text(encoding="utf-8").replace("> 90", ">= 90"), encoding="utf-8")
    found = json.loads(begun("law", "diff", shelf.DEFAULT, copy, "--json").stdout)
    assert (found["differ"], found["widens"], found["undecided"]) == (True, True, False)
    request = found["difference"]["a"]["request"]
    days = [dt.date.fromisoformat(one) for one in (request["removal_order"]["final_on"], request["made_on"])]
    assert (days[1] - days[0]).days == 90


def test_law_diff_of_a_pack_with_itself_finds_nothing() -> None:
    result = run("law", "diff", "us_dppa", "us_dppa")
    assert result.returncode == 0


def test_law_replay_counts_what_would_flip_and_names_no_row(request_file: Path, tmp_path: Path) -> None:
    request = json.loads(request_file.read_text(encoding="utf-8"))
    requests = tmp_path / "requests.ndjson"
    lines = [json.dumps({**request, "request_id": f"SECRET-{number}"}) for number in range(15)]
    requests.write_text("\n".join(lines), encoding="utf-8")
    run("screen", requests, "--out", tmp_path / "out", "--on", "2025-08-01")
    facts, former = tmp_path / "out" / "facts.parquet", "identity-not-by-itself"
    result = begun("law", "replay", shelf.DEFAULT, facts, "--reading", former, "--on", "2025-08-01", "--json")
    assert result.returncode == 0
    told = json.loads(result.stdout)
    assert told["outcomes"] == [{"before": "permit", "after": "refuse", "rows": 15}]
    assert (told["widens"], told["exposes"]) == (False, [])
    assert told["example"]["a"]["ruling"]["outcome"] == "permit"
    assert "SECRET" not in result.stdout


def test_law_replay_asks_for_a_reading_or_a_former_pack(tmp_path: Path) -> None:
    result = run("law", "replay", shelf.DEFAULT, tmp_path / "facts.parquet")
    assert result.returncode == 2
    assert result.stderr.endswith("name a reading with --reading, or the former pack with --against\n")
