"""Amounts of top-ups, typed with the word for it."""

import pytest

from bot.domain.typed_input.topup_amount import topup_amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("isi saldo 50rb", 50_000),
        ("Isi Tiket 50.000", 50_000),
        ("mau top up 100k dong kak", 100_000),
        ("topup saldo 1,5jt", 1_500_000),
        ("deposit Rp 75.000", 75_000),
        ("minta depo 50000", 50_000),
        ("tiket 100rb", 100_000),
    ],
)
def test_the_amount_is_read_beside_the_words_that_customers_use(text: str, amount: int) -> None:
    assert topup_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        *("isi saldo", "50rb", "topup 100", "topup ff 50rb", "isi saldo dana 50rb"),
        *("deposit 081234567890123", "tiket kereta", f"deposit {'0' * 40}1", "depo -50rb"),
    ],
)
def test_other_texts_are_no_top_up(text: str) -> None:
    assert topup_amount(text) is None
