"""Short codes: proposed for pulsa and tokens, and the owner's own."""

from dataclasses import replace

import pytest

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.short_codes import (
    CodeBook,
    CodeFault,
    ShortCodeError,
    parse_code,
    proposed_codes,
)
from tests.samples import LISTING

PULSA, TOKENS = "pulsa-reguler", "token-pln"


def product(product_id: int, name: str, main: str = "TELKOMSEL", type_: str = PULSA) -> Product:
    listing = replace(LISTING, code=f"C{product_id}", name=name, main=main, type=type_)
    return Product(ProductId(product_id), CategoryId(1), listing)


PRODUCTS = [
    product(1, "Telkomsel 10.000 promo"),
    product(3, "Telkomsel 10.000"),
    product(2, "Telkomsel 10.000"),
    product(4, "Three 25.000", "TRI"),
    product(5, "PLN 20.000", "PLN", TOKENS),
    product(6, "Telkomsel 1.500"),
    product(7, "Telkomsel 10.000 bonus 5.000"),
    product(8, "86 Diamonds", "MOBILE LEGENDS", "voucher-game"),
]


def codes_with(own: dict[ProductId, str]) -> CodeBook:
    return CodeBook({one.product_id for one in PRODUCTS}, proposed_codes(PRODUCTS), own)


def test_codes_are_proposed_from_operator_and_amount() -> None:
    """Of several products the plainest and oldest gets it; of a broken amount none does."""
    assert codes_with({}).by_code == {"S10": 2, "T25": 4, "PLN20": 5}


def test_the_code_of_the_owner_comes_before_a_proposed_one() -> None:
    own = {ProductId(8): "S10", ProductId(4): "", ProductId(5): "L20", ProductId(99): "X5"}
    codes = codes_with(own)
    assert codes.by_code == {"S10": 8, "L20": 5}
    assert codes.of == {8: "S10", 5: "L20"}
    assert (codes.find(" s10 "), codes.find("T25")) == (8, None)


@pytest.mark.parametrize(("own", "of_first"), [("TS10", {"TS10": 2}), ("", {})])
def test_a_code_that_was_replaced_leads_to_no_other_product(
    own: str, of_first: dict[str, int]
) -> None:
    assert codes_with({ProductId(2): own}).by_code == {"T25": 4, "PLN20": 5} | of_first


def test_a_code_has_letters_and_then_digits() -> None:
    assert parse_code(" ts10 ") == "TS10"
    assert parse_code("ml86d") == "ML86D"
    for text in ("10S", "TSEL", "S 10", "A", "S1234567890", "S١٠", ""):
        with pytest.raises(ShortCodeError) as raised:
            parse_code(text)
        assert raised.value.fault is CodeFault.FORM
    with pytest.raises(ShortCodeError) as raised:
        parse_code("k12")
    assert raised.value.fault is CodeFault.ORDER_NUMBER
