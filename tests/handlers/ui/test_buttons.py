"""Buttons carry all their data in 64 bytes, and forged data is rejected."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handlers.registry  # noqa: F401 - declares every button
from handlers.admin.buttons import Attach, AttachRow, Refund
from handlers.ui.buttons import (
    MAX_BYTES,
    Button,
    ButtonError,
    Confirm,
    Leave,
    Open,
    Pick,
    fits,
    pack,
    pattern_of,
    unpack,
)

KINDS: list[type[Button]] = Button.__subclasses__()
NUMBERS = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1)
TEXTS = st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=12)
VALUES: dict[Any, st.SearchStrategy[Any]] = {"int": NUMBERS, "bool": st.booleans(), "str": TEXTS}


def any_button(kind: type[Button]) -> st.SearchStrategy[Button]:
    """Return a strategy for the buttons of a kind."""
    return st.builds(kind, **{field.name: VALUES[field.type] for field in fields(kind)})


@given(button=st.one_of([any_button(kind) for kind in KINDS]))
def test_a_packed_button_unpacks_to_itself(button: Button) -> None:
    if not fits(button):
        return
    packed = pack(button)
    assert len(packed.encode()) <= MAX_BYTES
    assert unpack(packed, type(button)) == button
    assert [kind for kind in KINDS if pattern_of(kind).match(packed)] == [type(button)]


@given(data=st.text(max_size=80) | st.from_regex(r"1:[a-zA-Z]:[0-9:-]*", fullmatch=True))
def test_any_data_is_a_button_or_raises_button_error(data: str) -> None:
    for kind in KINDS:
        try:
            button = unpack(data, kind)
        except ButtonError:
            continue
        assert pattern_of(kind).match(data)
        assert unpack(pack(button), kind) == button


@pytest.mark.parametrize("tag", [Leave.TAG, Attach.TAG, ""])
def test_a_tag_that_is_taken_or_empty_is_refused_when_it_is_declared(tag: str) -> None:
    with pytest.raises(TypeError):

        class Second(Button, tag=tag):
            """A button whose tag is refused."""


@pytest.mark.parametrize(
    "data",
    [
        *(None, "", "1", "1:p", "1:p:", "1:p:1:2", "1:p:x", "1:p:1.0", "1:p: 1", "1:p:٣"),
        *("1:p:+1", "1:p:--1", "1:p:1234567890123456789", "0:p:1", "2:p:1", "p:1"),
        *("1:c:1:0", "1:c:1:0:x", "1:f:1:2", "1:x:1", "1:k:"),
    ],
)
def test_forged_data_is_rejected(data: str | None) -> None:
    for kind in (Pick, Open, Leave, Refund, Confirm):
        with pytest.raises(ButtonError):
            unpack(data, kind)


def test_a_button_of_more_than_64_bytes_cannot_be_packed() -> None:
    assert not fits(AttachRow(12, "x" * 60))
    with pytest.raises(ValueError, match="bytes"):
        pack(AttachRow(12, "x" * 60))
    assert not fits(AttachRow(12, "é" * 32))
    assert fits(AttachRow(12, "x" * 50))
    assert fits(Attach(10**18 - 1))


def test_numbers_fit_the_database() -> None:
    """Ids from buttons are looked up as 64-bit integers."""
    largest = unpack("1:p:999999999999999999", Pick).product_id
    assert largest < 2**63
