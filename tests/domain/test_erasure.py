"""Words by which texts name a person, and what is left of the texts."""

import pytest

from bot.domain.erasure import amount_of, without_words, words_of

WORDS = words_of(["081234567890", "1234-5678-9012/BUDI/R1", "12"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("SM10 081234567890 10200", "SM10 *** 10200"),
        ("SM10 6281234567890.", "SM10 ***."),
        ("to +6281234567890, and 0812345678901", "to ***, and 0812345678901"),
        ("code 1234-5678-9012 of BUDI", "code *** of BUDI"),
        ('{"detail":"081234567890"}', '{"detail":"***"}'),
        ("12 R1", "12 R1"),
        ("", ""),
    ],
)
def test_words_are_replaced(text: str, left: str) -> None:
    assert without_words(text, WORDS) == left


@pytest.mark.parametrize(
    ("detail", "amount"),
    [
        ("50000 for Budi", "50000"),
        ("-50000", "-50000"),
        ("081234567890", ""),
        ("Budi", ""),
        ("\u0661\u0662", ""),
        ("", ""),
    ],
)
def test_the_amount_of_an_act_stays(detail: str, amount: str) -> None:
    assert amount_of("credit", detail) == amount


@pytest.mark.parametrize("action", ["linked", "note", "new_person", "block"])
def test_a_number_in_an_act_about_no_money_goes(action: str) -> None:
    assert amount_of(action, "123456789") == ""
