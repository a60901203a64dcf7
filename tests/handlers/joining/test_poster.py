"""The poster is a page that scans, whatever the shop is called."""

from __future__ import annotations

import pytest

from handlers.joining.poster import PosterText, poster, poster_pdf, poster_png
from handlers.ui.qr_reader import codes_in

TEXTS = [
    PosterText("Beli pulsa & token lewat Telegram", "Arahkan kamera HP ke kode ini"),
    PosterText("Buy pulsa & tokens on Telegram", "Point your phone's camera at this code"),
]
URL = "https://t.me/KonterMajuBot"


@pytest.mark.parametrize("name", ["Konter Maju", "", "🎲", "x" * 300, "Toko Berkah Jaya " * 8])
def test_a_poster_scans_whatever_the_shop_is_called(name: str) -> None:
    page = poster(name, URL, TEXTS).reduce(3)
    assert codes_in(poster_png(page)) == [URL]


def test_a_long_link_scans_too() -> None:
    url = f"https://t.me/{'K' * 32}?start={'i' * 64}"
    assert codes_in(poster_png(poster("Konter", url, TEXTS[:1]))) == [url]


def test_a_poster_is_printed_as_one_page_of_a4() -> None:
    pdf = poster_pdf(poster("Konter", URL, TEXTS))
    assert pdf.startswith(b"%PDF")
    assert b"/Count 1" in pdf
    assert b"[ 0 0 595." in pdf
