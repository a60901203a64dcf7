"""Start links are read strictly, and whatever is written is read again."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import CategoryId, ProductId
from bot.domain.start_link import StartLink, StartLinkError, parse_payload, payload_of, url_of

CODES = st.text(string.ascii_letters + string.digits + "_", max_size=16)
IDS = st.none() | st.integers(1, 10**17 - 1)


@st.composite
def links(draw: st.DrawFn) -> StartLink:
    product_id = draw(IDS)
    category_id = draw(IDS) if product_id is None else None
    return StartLink(
        product_id=None if product_id is None else ProductId(product_id),
        category_id=None if category_id is None else CategoryId(category_id),
        invitation=draw(CODES),
        **{draw(st.sampled_from(["staff", "person", "owner"])): draw(CODES)},
    )


@given(links())
def test_a_link_is_read_as_it_was_written(link: StartLink) -> None:
    payload = payload_of(link)
    assert parse_payload(payload) == link
    assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload)


@given(st.text(max_size=80) | st.from_regex(r"\A[pbisko][A-Za-z0-9_-]{0,66}\Z"))
def test_any_text_is_read_or_refused(payload: str) -> None:
    """What was read may be spelled otherwise: its parts may have had another order."""
    try:
        link = parse_payload(payload)
    except StartLinkError:
        return
    assert sorted(payload_of(link).split("-")) == sorted(payload.split("-"))


@pytest.mark.parametrize(
    ("payload", "link"),
    [
        ("", StartLink()),
        ("p12", StartLink(product_id=ProductId(12))),
        ("b3", StartLink(category_id=CategoryId(3))),
        ("iQ7x_k2", StartLink(invitation="Q7x_k2")),
        ("iabc-p12", StartLink(product_id=ProductId(12), invitation="abc")),
        ("b3-iabc", StartLink(category_id=CategoryId(3), invitation="abc")),
        ("sabc", StartLink(staff="abc")),
        ("kabc", StartLink(person="abc")),
        ("oabc", StartLink(owner="abc")),
    ],
)
def test_payloads_of_each_kind(payload: str, link: StartLink) -> None:
    assert parse_payload(payload) == link


@pytest.mark.parametrize(
    "payload",
    [
        *("p", "p0", "p012", "p-12", "p1x", "P12", "x12", "12", "i", "i a", "iä", "p१२"),
        *("p1-p2", "p1-b2", "p1-", "-p1", "p1--iabc", "iabc-x", "p" + "1" * 18, "i" * 50, "p1 "),
        "p1-i" + "a" * 61,
    ],
)
def test_what_is_no_link_is_refused(payload: str) -> None:
    with pytest.raises(StartLinkError):
        parse_payload(payload)


def test_what_cannot_be_in_a_link_is_not_written() -> None:
    for link in (StartLink(invitation="a-b"), StartLink(invitation="a" * 40, owner="b" * 40)):
        with pytest.raises(StartLinkError):
            payload_of(link)


def test_the_address_of_the_shop_has_no_payload() -> None:
    assert url_of("KonterBot", StartLink()) == "https://t.me/KonterBot"
    link = StartLink(product_id=ProductId(12), invitation="abc")
    assert url_of("KonterBot", link) == "https://t.me/KonterBot?start=p12-iabc"
    assert link.destination == StartLink(product_id=ProductId(12))
