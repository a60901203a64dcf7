"""The picture of a payment code: the code is intact, and the text around it is right and fits."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import segno
from PIL import Image

from bot.domain.money import Rupiah
from bot.domain.qris import MAX_LENGTH, with_amount
from handlers.ui.i18n import load_languages
from handlers.ui.picture import MARGIN, WIDTH, Line, drawable
from handlers.ui.qr import QUIET_MODULES, qr_png_within
from handlers.wallet.payment_picture import draw_payment, payment_of
from tests.domain.test_qris import STATIC
from tests.handlers.builders import NOW, a_topup

LANGUAGES = load_languages()
PAYLOAD = with_amount(STATIC, Rupiah(50_123))
LONG_NAME = "Toko Pulsa dan Paket Data Termurah Se-Kabupaten Banyuwangi Jawa Timur Sejahtera"
NAMES = ["Konter", "📱 Berkah Cell 🔥", LONG_NAME, "W" * 300, "🔥🔥", "", "<b>Konter</b> & Co"]


def drawn(name: str = "Konter", payload: str = PAYLOAD, language: str = "id") -> Image.Image:
    """Return the payment picture of a shop with this name."""
    topup = a_topup(code=123, expires_at=NOW + timedelta(hours=1))
    payment = payment_of(LANGUAGES[language], topup, name)
    return Image.open(io.BytesIO(draw_payment(payload, payment))).convert("L")


def modules(picture: Image.Image, payload: str) -> list[list[int]]:
    """Read a code back from a picture; check its white border and every pixel of each module."""
    size = len(segno.make_qr(payload, error="m").matrix)
    border = Image.open(io.BytesIO(qr_png_within(payload, WIDTH)))
    scale = border.width // (size + 2 * QUIET_MODULES)
    left = (WIDTH - border.width) // 2
    top = next(
        y for y in range(picture.height) if _is_top(picture, left + QUIET_MODULES * scale, y, scale)
    )
    box = (left, top - QUIET_MODULES * scale)
    area = picture.crop((*box, box[0] + border.width, box[1] + border.height))
    read = []
    for row in range(size + 2 * QUIET_MODULES):
        cells = []
        for column in range(size + 2 * QUIET_MODULES):
            at = (column * scale, row * scale)
            colours = set(area.crop((*at, at[0] + scale, at[1] + scale)).tobytes())
            assert colours in ({0}, {255}), (row, column, colours)
            cells.append(int(colours == {0}))
        read.append(cells)
    quiet = [*read[:QUIET_MODULES], *read[-QUIET_MODULES:]]
    sides = [row[:QUIET_MODULES] + row[-QUIET_MODULES:] for row in read]
    assert not any(map(any, quiet))
    assert not any(map(any, sides))
    inside = read[QUIET_MODULES:-QUIET_MODULES]
    return [row[QUIET_MODULES:-QUIET_MODULES] for row in inside]


def _is_top(picture: Image.Image, left: int, y: int, scale: int) -> bool:
    """Return whether the upper edge of a finder pattern begins here: seven dark modules."""
    return set(picture.crop((left, y, left + 7 * scale, y + 1)).tobytes()) == {0}


def matrix_of(payload: str) -> list[list[int]]:
    """Return the modules that the code of a payload has."""
    return [[int(cell) for cell in row] for row in segno.make_qr(payload, error="m").matrix]


@pytest.mark.parametrize("length", [40, 250, MAX_LENGTH])
def test_a_code_of_any_length_fits(length: int) -> None:
    """From a short payload to the longest that EMVCo allows."""
    payload = (PAYLOAD * 4)[:length]
    assert modules(drawn(payload=payload), payload) == matrix_of(payload)


@pytest.mark.parametrize("name", NAMES)
def test_code_and_margins_are_intact_for_every_shop_name(name: str) -> None:
    picture = drawn(name)
    assert modules(picture, PAYLOAD) == matrix_of(PAYLOAD)
    assert picture.width == WIDTH
    assert picture.height < 1.7 * WIDTH
    top = picture.crop((0, 0, WIDTH, MARGIN // 2))
    foot = picture.crop((0, picture.height - MARGIN // 2, WIDTH, picture.height))
    left = picture.crop((0, 0, MARGIN // 2, MARGIN * 4))
    right = picture.crop((WIDTH - MARGIN // 2, 0, WIDTH, MARGIN * 4))
    assert {colour for part in (top, foot, left, right) for colour in part.tobytes()} == {255}


def test_a_name_that_cannot_be_drawn_leaves_no_gap() -> None:
    assert drawable("🔥🔥") == ""
    assert drawn("🔥🔥").height == drawn("").height < drawn("Konter").height
    assert drawn("📱 Berkah Cell 🔥").tobytes() == drawn("Berkah Cell").tobytes()


@pytest.mark.parametrize(
    ("language", "amount", "facts"),
    [
        (
            "id",
            "Rp50.123",
            [Line("7", "No. isi saldo"), Line("24 Nov 2026, 16.41 WIB", "Bayar sebelum")],
        ),
        (
            "en",
            "Rp50,123",
            [Line("7", "Top-up number"), Line("24 Nov 2026, 16:41 WIB", "Pay before")],
        ),
    ],
)
def test_the_picture_shows_payee_amount_and_deadline(
    language: str, amount: str, facts: list[Line]
) -> None:
    topup = a_topup(code=123, expires_at=NOW + timedelta(hours=1))
    payment = payment_of(LANGUAGES[language], topup, "Konter Maju")
    assert (payment.shop_name, payment.amount) == ("Konter Maju", amount)
    assert list(payment.facts) == facts
    assert drawn(language="id").tobytes() != drawn(language="en").tobytes()


def test_a_topup_without_a_deadline_names_none() -> None:
    payment = payment_of(LANGUAGES["id"], a_topup(code=1), "Konter")
    assert list(payment.facts) == [Line("7", "No. isi saldo")]


def test_a_code_has_whole_pixels_per_module() -> None:
    """As many pixels a module as fit, and at least one."""
    assert qr_png_within(PAYLOAD, 8 * 65 + 64) == qr_png_within(PAYLOAD, 8 * 65)
    assert len(segno.make_qr(PAYLOAD, error="m").matrix) == 57
    assert qr_png_within(PAYLOAD, 1) == qr_png_within(PAYLOAD, 65)
