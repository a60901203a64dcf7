"""Short codes of products, as customers type them: S10, T25, PLN20.

They are proposed for pulsa and tokens, from the operator and the amount in thousands. The owner can
give any product a code of their own, which comes before a proposed one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from bot.domain.catalogue import Product, ProductId
from bot.domain.errors import DomainError
from bot.domain.order import order_id_of
from bot.domain.search.query import rupiah_amounts

PREFIXES: Final[Mapping[tuple[str, str], str]] = {
    ("pulsa-reguler", "TELKOMSEL"): "S",
    ("pulsa-reguler", "INDOSAT"): "I",
    ("pulsa-reguler", "TRI"): "T",
    ("pulsa-reguler", "XL"): "X",
    ("pulsa-reguler", "AXIS"): "A",
    ("pulsa-reguler", "SMARTFREN"): "SF",
    ("pulsa-reguler", "SMART"): "SF",
    ("pulsa-reguler", "BY.U"): "BY",
    ("token-pln", "PLN"): "PLN",
}
"""What the proposed codes of a type and brand begin with; S is for Simpati."""
MAX_LENGTH: Final = 10
NO_CODES: Final[Mapping[ProductId, str]] = {}
ProposedCode: TypeAlias = tuple[ProductId, str]
_CODE = re.compile(rf"(?=[A-Z0-9]{{2,{MAX_LENGTH}}}$)[A-Z]+[0-9]+[A-Z0-9]*", re.ASCII)


class CodeFault(StrEnum):
    """Why a text cannot be a product's short code."""

    FORM = "form"
    """It does not consist of letters and then digits, or is too long."""
    ORDER_NUMBER = "order_number"
    TAKEN = "taken"


class ShortCodeError(DomainError):
    """A text cannot be a product's short code; `taken_by` is the product that has it."""

    def __init__(self, fault: CodeFault, taken_by: ProductId | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.taken_by = taken_by


class CodeBook:
    """The short codes of the products of a list, both ways."""

    def __init__(
        self,
        listed: Container[ProductId] = (),
        proposed: Iterable[ProposedCode] = (),
        own: Mapping[ProductId, str] = NO_CODES,
    ) -> None:
        """Join the codes that are proposed for a list and the owner's; an empty one is none.

        Each code is proposed for one product. Where the owner gave that one another code, or took
        it away, no other product gets it: whoever knows the code would buy something else.
        """
        self.of: dict[ProductId, str] = {}
        """The code of each product that has one."""
        self.by_code: dict[str, ProductId] = {}
        """The product of each code."""
        for product_id, code in own.items():
            if code and product_id in listed:
                self._add(product_id, code)
        first: dict[str, ProductId] = {}
        for product_id, code in proposed:
            if first.setdefault(code, product_id) != product_id:
                continue
            if product_id not in own and code not in self.by_code:
                self._add(product_id, code)

    def _add(self, product_id: ProductId, code: str) -> None:
        self.of[product_id] = code
        self.by_code[code] = product_id

    def find(self, text: str) -> ProductId | None:
        """Return the product whose code a text is, in either case."""
        return self.by_code.get(text.strip().upper())


def parse_code(text: str) -> str:
    """Return a short code in capitals: letters, then digits, then any of both.

    Raises `ShortCodeError`, also for what is the number of an order (K12).
    """
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise ShortCodeError(CodeFault.FORM)
    if order_id_of(code) is not None:
        raise ShortCodeError(CodeFault.ORDER_NUMBER)
    return code


def proposed_codes(products: Iterable[Product]) -> Sequence[ProposedCode]:
    """Return codes for products, the plainest name first, then the oldest product.

    Of products with the same code only the first is to get it. The names of 20,000 products take
    some hundredths of a second to read.
    """
    proposed = []
    for product in products:
        listing = product.listing
        prefix = PREFIXES.get((listing.type, listing.main))
        amounts = rupiah_amounts(listing.name) if prefix else frozenset()
        if len(amounts) == 1:
            (amount,) = amounts
            if amount >= 1_000 and amount % 1_000 == 0:
                code = f"{prefix}{int(amount) // 1_000}"
                proposed.append((len(listing.name), product.product_id, code))
    return [(product_id, code) for _, product_id, code in sorted(proposed)]
