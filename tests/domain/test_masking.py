"""Masking of secrets in texts, in every encoding."""

import html
from urllib.parse import quote, quote_plus

import pytest

from bot.domain.masking import Masker

KEY = "Ab3/x+9=Zq&T~k-2_w"
SIGN = "0123456789abcdef0123456789abcdef"
MASKER = Masker([KEY, "", SIGN])


@pytest.mark.parametrize("secret", [KEY, SIGN])
@pytest.mark.parametrize(
    "write",
    [
        str,
        str.upper,
        str.lower,
        quote,
        lambda text: quote(text, safe=""),
        quote_plus,
        lambda text: quote(text, safe="").lower(),
        lambda text: quote(quote(text, safe=""), safe=""),
        lambda text: "".join(f"%{ord(one):02x}" for one in text),
        lambda text: "".join(f"\\u{ord(one):04X}" for one in text),
        lambda text: text.replace("/", "\\/"),
        html.escape,
    ],
)
def test_a_secret_is_masked_in_every_encoding(secret: str, write: object) -> None:
    assert callable(write)
    written = write(secret)
    assert MASKER.text(f"key={written} end") == "key=*** end"
    assert MASKER.is_secret(written)


@pytest.mark.parametrize(
    "text", ["", "SN 0123456789", SIGN[:-1], KEY[1:], "100% & more \\ than", "%41%62", "***"]
)
def test_other_text_is_left_unchanged(text: str) -> None:
    """A short text was not truncated, so a part of a secret in it is not masked."""
    assert MASKER.text(text) == text
    assert not MASKER.is_secret(text)
    assert Masker([]).text(text) == text


def test_a_text_that_contains_a_secret_is_not_itself_one() -> None:
    assert not MASKER.is_secret(f"ref {SIGN}")


@pytest.mark.parametrize("length", [8, 9, 20, 31])
def test_a_secret_that_is_cut_at_the_end_of_a_long_text_is_masked(length: int) -> None:
    """Messages of the panel are cut to 500 characters, perhaps in the middle of a secret."""
    text = "x" * (500 - length) + SIGN[:length].upper()
    assert MASKER.text(text) == "x" * (500 - length) + "***"
    assert MASKER.text("x" * 600) == "x" * 600
    assert Masker([]).text("x" * 600) == "x" * 600


def test_the_repr_of_the_masker_shows_no_secret() -> None:
    assert repr(MASKER) == "Masker()"


def test_hostile_texts_are_masked_in_linear_time() -> None:
    for part in ("%", "%25", "%2525", SIGN[:-1], KEY[:-1], "&amp", "\\u00"):
        text = (part * 8_000)[:8_000]
        assert not MASKER.is_secret(text)
