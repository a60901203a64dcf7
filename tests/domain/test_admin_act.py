"""The filter of the log."""

import pytest

from bot.domain.admin_act import ActFilter, ActKind, person_in, subject_of_person
from bot.domain.order import CustomerId


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("  K12 ", "k12"),
        ("Rp50.000", "50000"),
        ("50.000", "50000"),
        ("rp 1.000.000", "1000000"),
        ("Bu  Ani", "bu ani"),
        ("", ""),
    ],
)
def test_words_are_compared_in_lower_case_and_amounts_as_stored(typed: str, term: str) -> None:
    assert ActFilter(words=typed).term == term


def test_a_kind_stands_for_its_actions() -> None:
    assert ActFilter().actions == ""
    assert ActFilter(kind=ActKind.CODES).actions == " show_code "


@pytest.mark.parametrize("subject", ["K12", "user:", "user:x", "topup:5"])
def test_other_subjects_are_no_persons(subject: str) -> None:
    assert person_in(subject) is None


def test_a_person_is_found_again_in_a_subject() -> None:
    assert person_in(subject_of_person(CustomerId(5))) == CustomerId(5)
