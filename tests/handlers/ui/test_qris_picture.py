"""The shop's QRIS is read from pictures as owners send them, and bad ones are refused in time."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
import segno
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from telegram import Chat, Document, Message, PhotoSize

from bot.domain.money import Rupiah
from bot.domain.qris import QrisFault, with_amount
from handlers.ui import qris_picture
from handlers.ui.context import ShopContext
from handlers.ui.i18n import load_languages
from handlers.ui.picture import png
from handlers.ui.qr_reader import (
    MAX_BYTES,
    NotAPictureError,
    PictureTooLargeError,
    codes_in,
)
from handlers.ui.qris_picture import (
    DamagedQrisError,
    NoCodeError,
    NotQrisError,
    SeveralCodesError,
    UnsuitableQrisError,
    picture_in,
    qris_among,
    read_qris,
    why_not_read,
)
from tests.domain.test_qris import BODY, STATIC, signed
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI_CHAT, NOON

OTHER = signed(BODY.replace("Bu Sugeng", "Bu Slamet"))
DYNAMIC = with_amount(STATIC, Rupiah(50_123))
FOREIGN = signed(BODY.replace("5303360", "5303702"))


def code(text: str = STATIC, scale: int = 8, error: str = "m") -> Image.Image:
    written = io.BytesIO()
    segno.make_qr(text, error=error).save(written, kind="png", scale=scale, border=4)
    return Image.open(written).convert("RGB")


def sticker() -> Image.Image:
    """Draw a poster with text around the code, and the logo in its middle that many have."""
    drawn = code(error="h", scale=6)
    sheet = Image.new("RGB", (drawn.width + 300, drawn.height + 700), "white")
    sheet.paste("#d32f2f", (0, 0, sheet.width, 180))
    sheet.paste(drawn, (150, 300))
    pen = ImageDraw.Draw(sheet)
    pen.text((150, 200), "WARUNG SAYUR BU SUGENG", fill="black", font_size=40)
    middle = (sheet.width // 2, 300 + drawn.height // 2)
    side = drawn.width // 14
    pen.rectangle(
        (middle[0] - side, middle[1] - side, middle[0] + side, middle[1] + side), fill="white"
    )
    pen.text(middle, "QRIS", fill="#1a237e", anchor="mm", font_size=side)
    return sheet


def photographed() -> Image.Image:
    """A sticker on a counter: from the side, turned, dark at one end, and a bit out of focus."""
    turned = sticker().convert("RGBA").rotate(11, expand=True, resample=Image.Resampling.BICUBIC)
    width, height = turned.size
    corners = (-60, -30, 40, height + 60, width - 30, height + 20, width + 50, 20)
    skewed = turned.transform(
        (width, height), Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC
    )
    counter = Image.new("RGBA", (width + 600, height + 300), "#5d4037")
    counter.paste(skewed, (260, 130), skewed)
    shade = Image.linear_gradient("L").resize(counter.size)
    dark = ImageEnhance.Brightness(counter.convert("RGB")).enhance(0.45)
    lit = Image.composite(dark, counter.convert("RGB"), shade)
    return lit.filter(ImageFilter.GaussianBlur(1.5))


def in_frame(drawn: Image.Image) -> Image.Image:
    sheet = Image.new("RGB", (drawn.width * 3, drawn.height * 3), "#eeeeee")
    sheet.paste(drawn, (drawn.width, drawn.height))
    return sheet


@pytest.mark.parametrize(
    "draw",
    [
        code,
        lambda: code(scale=1),
        lambda: code(scale=2).rotate(90, expand=True),
        lambda: in_frame(code(scale=5).rotate(33, expand=True, fillcolor="white")),
        lambda: code().filter(ImageFilter.GaussianBlur(4)),
        lambda: ImageEnhance.Contrast(code()).enhance(0.15),
        lambda: Image.eval(code(), lambda value: 255 - value),
        lambda: code(scale=3).resize((211, 197)),
        sticker,
        photographed,
        lambda: photographed().convert("P"),
        lambda: photographed().convert("CMYK"),
        lambda: photographed().resize((640, 900)),
    ],
)
def test_codes_are_read_as_owners_photograph_them(draw: Callable[[], Image.Image]) -> None:
    written = io.BytesIO()
    drawn = draw()
    drawn.save(written, "JPEG" if drawn.mode == "CMYK" else "PNG")
    assert codes_in(written.getvalue()) == [STATIC]


def test_a_picture_of_a_messenger_is_read() -> None:
    """Telegram sends photos as small JPEG files."""
    written = io.BytesIO()
    photographed().resize((720, 960)).save(written, "JPEG", quality=60)
    assert codes_in(written.getvalue()) == [STATIC]


def test_dark_modules_on_nothing_are_read() -> None:
    """Designers' files have a transparent background."""
    drawn = code().convert("RGBA")
    drawn.putalpha(Image.eval(code().convert("L"), lambda value: 255 - value))
    assert codes_in(png(drawn)) == [STATIC]


def beside(*texts: str) -> bytes:
    codes = [code(text, scale=3) for text in texts]
    sheet = Image.new("RGB", (sum(one.width + 40 for one in codes), 400), "white")
    left = 0
    for one in codes:
        sheet.paste(one, (left, 20))
        left += one.width + 40
    return png(sheet)


@pytest.mark.parametrize(
    ("texts", "error"),
    [
        ([], NoCodeError),
        ([STATIC, OTHER], SeveralCodesError),
        (["https://example.com"], NotQrisError),
        ([STATIC[:-4] + "0000"], DamagedQrisError),
        ([STATIC[:-9]], DamagedQrisError),
        (["https://example.com", DYNAMIC], UnsuitableQrisError),
        ([FOREIGN], UnsuitableQrisError),
    ],
)
def test_what_is_not_the_shops_own_code_is_refused(
    texts: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        qris_among(texts)


def test_the_reason_of_an_unsuitable_code_is_known() -> None:
    with pytest.raises(UnsuitableQrisError) as raised:
        qris_among([DYNAMIC])
    assert raised.value.fault is QrisFault.DYNAMIC


def test_every_reason_has_a_sentence_of_its_own() -> None:
    errors = [
        NotAPictureError(),
        PictureTooLargeError(),
        NoCodeError(),
        SeveralCodesError(),
        NotQrisError(),
        DamagedQrisError(),
        UnsuitableQrisError(QrisFault.DYNAMIC),
        UnsuitableQrisError(QrisFault.FOREIGN),
    ]
    for words in load_languages().values():
        assert len({why_not_read(words, one) for one in errors}) == len(errors)


def test_other_codes_on_the_sticker_do_not_matter() -> None:
    assert qris_among(codes_in(beside("https://example.com/app", STATIC, STATIC))) == STATIC


@pytest.mark.parametrize(
    "picture",
    [b"", b"%PDF-1.7 a file", png(code())[:300], b"GIF89a" + b"\xff" * 40],
    ids=["empty", "pdf", "cut off", "broken"],
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(NotAPictureError):
        codes_in(picture)


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG that says that it has many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(60_000, 60_000), (20_001, 1_000), (2**31 - 1, 1)])
def test_a_picture_of_too_many_pixels_is_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(PictureTooLargeError):
        codes_in(bomb(*size))


def test_a_large_file_is_not_opened() -> None:
    with pytest.raises(PictureTooLargeError):
        codes_in(bytes(MAX_BYTES + 1))


# --- in a process of its own ---


async def test_a_picture_is_read_in_another_process() -> None:
    assert await read_qris(png(sticker())) == STATIC


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        (b"no picture", NotAPictureError),
        (bomb(60_000, 60_000), PictureTooLargeError),
        (bytes(MAX_BYTES + 1), PictureTooLargeError),
        (png(Image.new("L", (50, 50), "white")), NoCodeError),
    ],
    ids=["none", "bomb", "large", "blank"],
)
async def test_the_other_process_says_what_is_wrong(picture: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        await read_qris(picture)


async def test_a_picture_that_takes_too_long_has_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qris_picture, "SECONDS", 0)
    with pytest.raises(NoCodeError):
        await read_qris(png(code()))


# --- as it is sent ---


def message(**content: object) -> Message:
    return Message(1, NOON, Chat(ANNI_CHAT, "private"), **content)  # type: ignore[arg-type]


async def test_a_picture_is_taken_as_a_photo_and_as_a_file(harness: BotHarness) -> None:
    stored = harness.telegram.state.add_file("q.png", "image/png", png(code()), (290, 290))
    context, id_ = ShopContext(harness.application), stored.file_id
    photo = message(photo=[PhotoSize(id_, "u", 9, 9)])
    file = message(document=Document(id_, "u", mime_type="image/png"))
    for sent in (photo, file):
        assert await read_qris(await picture_in(context, sent)) == STATIC


async def test_what_is_no_picture_is_not_fetched(harness: BotHarness) -> None:
    context = ShopContext(harness.application)
    for sent in (message(text="x"), message(document=Document("x", "u", mime_type="text/plain"))):
        with pytest.raises(NotAPictureError):
            await picture_in(context, sent)
    large = Document("x", "u", mime_type="image/png", file_size=MAX_BYTES + 1)
    with pytest.raises(PictureTooLargeError):
        await picture_in(context, message(document=large))


async def test_a_large_picture_is_not_downloaded(harness: BotHarness) -> None:
    """A message need not say how large its file is."""
    stored = harness.telegram.state.add_file("q.png", "image/png", bytes(MAX_BYTES + 1), (9, 9))
    with pytest.raises(PictureTooLargeError):
        await picture_in(
            ShopContext(harness.application),
            message(photo=[PhotoSize(stored.file_id, "u", 9, 9)]),
        )
