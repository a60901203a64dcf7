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
    ("action", "detail", "amount"),
    [
        ("credit", "50000 for Budi", "50000"),
        ("debit", "-50000", "-50000"),
        ("topup_approved", "50123 50123", "50123"),
        ("credit_limit", "0 \u2192 100000", "0"),
        ("credit", "081234567890", ""),
        ("credit", "Budi", ""),
        ("credit", "\u0661\u0662", ""),
        ("credit", "", ""),
        # An account's id, a number in a note or in a reason are the person's.
        ("linked", "987654321", ""),
        ("note", "08123456 \u2192 wholesaler", ""),
        ("block", "0812345 is a fraud", ""),
    ],
)
def test_the_amount_of_an_act_about_money_stays(action: str, detail: str, amount: str) -> None:
    assert amount_of(action, detail) == amount
