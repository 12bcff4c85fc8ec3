"""Every way to fail has its exit code and a sentence; never a traceback."""

import click
import pytest

from armoury.bootstrap import end_log, start_log
from armoury.cli.failures import Exit, code_of, guarded
from armoury.domain.errors import IntegrityError, PermissionRefusedError, RuleError, StorageError
from armoury.signing.errors import CertificateError, WeakPassphraseError, WrongPassphraseError


def _raise(problem: BaseException) -> int:
    raise problem


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (RuleError("s"), 3),
        (WeakPassphraseError("s"), 3),
        (StorageError("s"), 4),
        (WrongPassphraseError("s"), 4),
        (IntegrityError("s"), 5),
        (CertificateError("s"), 5),
        (PermissionRefusedError("s"), 6),
    ],
)
def test_errors_with_a_sentence_have_their_codes(problem, code):
    assert code_of(problem) == code


def test_the_sentence_is_written_to_standard_error(capsys):
    assert guarded(lambda: _raise(RuleError("Give a reason."))) == Exit.RULE
    assert capsys.readouterr().err == "Give a reason.\n"


def test_wrong_usage_is_said(capsys):
    assert guarded(lambda: _raise(click.UsageError("No such option."))) == Exit.USAGE
    assert "No such option." in capsys.readouterr().err


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), click.Abort(), EOFError()])
def test_stopping_says_that_nothing_is_half_done(capsys, problem):
    assert guarded(lambda: _raise(problem)) == Exit.STOPPED
    assert "Nothing is half-done" in capsys.readouterr().err


def test_what_the_system_refuses_is_a_sentence(capsys):
    assert guarded(lambda: _raise(PermissionError(13, "Permission denied", "/x"))) == Exit.STORAGE
    assert "/x: Permission denied" in capsys.readouterr().err


def test_a_fault_of_ours_gets_a_number_that_the_log_explains_without_any_data(capsys, tmp_path):
    log = start_log(tmp_path)
    assert log is not None
    assert guarded(lambda: _raise(ValueError("serial SXL020"))) == Exit.FAULT
    end_log()
    written, said = log.read_text("utf-8"), capsys.readouterr().err
    number = written.split("fault ")[1].split()[0]
    assert number in said
    assert "ValueError" in written
    assert "SXL020" not in written + said
    assert "Traceback" not in said


def test_a_language_without_text_is_refused(call):
    answer = call("--lang", "xx", "check")
    assert (answer.code, "no text in “xx”" in answer.err) == (2, True)


def test_english_is_never_refused(call, signed_in):
    assert call("--lang", "en", "site").code == 0
