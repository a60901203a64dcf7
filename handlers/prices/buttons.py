"""The buttons of the prices: rules, previews, levels, short codes, price lists.

A target is a level (0: everybody), a category and a product, of which at least one is 0.
"""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowRule(Button, tag="2c"):
    """Show the rule for a target."""

    level_id: int
    category_id: int
    product_id: int


class ChooseTarget(Button, tag="2d"):
    """Choose what a new rule is for, below a category; 0 is the top."""

    level_id: int
    category_id: int
    page: int


class AskTerms(Button, tag="2e"):
    """Ask for the terms of the rule for a target."""

    level_id: int
    category_id: int
    product_id: int


class AskFixedPrice(Button, tag="2f"):
    """Ask for the fixed price of a product."""

    level_id: int
    product_id: int


class DropRule(Button, tag="2g"):
    """Show what taking away the rule for a target does."""

    level_id: int
    category_id: int
    product_id: int


class ShowPreview(Button, tag="2h"):
    """Show a page of what a proposed change does; pages count from 0."""

    page: int
    token: str


class ChooseRounding(Button, tag="2i"):
    """Show to what the prices of a proposed rule can be rounded."""

    token: str


class SetRounding(Button, tag="2j"):
    """Propose a rule with another rounding, in rupiah."""

    round_to: int
    token: str


class ChooseLeast(Button, tag="2k"):
    """Show the least margins that a proposed rule can have."""

    token: str


class SetLeast(Button, tag="2l"):
    """Propose a rule with another least margin, in rupiah."""

    least: int
    token: str


class ApplyPrice(Button, tag="2m"):
    """Make a proposed change."""

    token: str


class UndoPrice(Button, tag="2n"):
    """Take a change back, if it is the last."""

    change_id: int


class ShowProductPrices(Button, tag="2o"):
    """Show a product's cost, its code, and its price at each level."""

    product_id: int


class FindProductPrices(Button, tag="2p"):
    """Show a page of the products that a query finds, to choose one; pages count from 0."""

    page: int
    query: str


class AskCode(Button, tag="2q"):
    """Ask for a product's short code."""

    product_id: int


class ShowLevels(Button, tag="2r"):
    """Show the levels of customers."""


class ShowLevel(Button, tag="2s"):
    """Show a level, with what can be done with it."""

    level_id: int


class AskLevelName(Button, tag="2t"):
    """Ask for the name of a level; 0: of a new one."""

    level_id: int


class MoveLevel(Button, tag="2u"):
    """Move a level before the one above it."""

    level_id: int


class DropLevel(Button, tag="2v"):
    """Delete a level that nobody has."""

    level_id: int


class ListFound(Button, tag="2w"):
    """Show the sender a page of the price list of what a query names; pages count from 0."""

    page: int
    query: str
