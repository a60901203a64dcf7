"""Labels fit at 320 px and 130 % text size: one estimate of widths lays out every keyboard."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

import handlers
from bot.domain.catalogue import Category, CategoryId
from bot.domain.customer import SavedNumber, SavedNumberId
from bot.domain.destination import DestinationKind
from handlers.ui.buttons import Leave, ShowCatalogue, pack
from handlers.ui.i18n import load_languages
from handlers.ui.keyboards import button, copying, keyboard, main_button
from handlers.ui.labels import available_width, is_whole, width, without_sign
from handlers.ui.number_picker import number_label
from handlers.ui.product_names import category_labels
from tests.handlers.builders import NOW
from tests.services.shop import ANNI

LANGUAGES = load_languages()
AMOUNT = "Rp1.234.567"
SHOWN = {
    "amount": AMOUNT,
    "price": AMOUNT,
    "count": "1.234",
    "code": "TSEL10",
    "name": "Anni",
    "step": "10",
    "steps": "10",
}
"""Values of the placeholders in a label; labels with a brand have a short form of their own."""
BUTTONS = {"button", "main_button", "copying"}
FORMS = re.compile(r"Inline\w+\(|JsonKeyboard\(|\"(?:callback_data|copy_text)\":")
"""What makes a keyboard or a button."""


def rows_of(markup: InlineKeyboardMarkup) -> list[list[str]]:
    """Return the labels of a keyboard by row."""
    return [[one.text for one in row] for row in markup.inline_keyboard]


def all_labels_fit(markup: InlineKeyboardMarkup) -> bool:
    """Return whether every label fits into its row."""
    rows = rows_of(markup)
    return all(width(label) <= available_width(len(row)) for row in rows for label in row)


def fixed_labels() -> Iterator[str]:
    """Yield every msgid that the code puts on a button, in a call or a `_label` function."""
    for path in sorted(Path(str(handlers.__file__)).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            is_label = isinstance(node, ast.FunctionDef) and node.name.endswith("_label")
            is_call = isinstance(node, ast.Call) and getattr(node.func, "id", "") in BUTTONS
            if is_label or is_call:
                yield from _texts_in(node)


def _texts_in(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "gettext":
            (text,) = (one.value for one in call.args if isinstance(one, ast.Constant))
            yield str(text)


def test_the_estimate_is_never_too_small() -> None:
    """Compared with a font that is wider than those of most phones."""
    try:
        font = ImageFont.truetype("NotoSans-Regular.ttf", 1_000)
    except OSError:
        pytest.skip("the font is not on this machine")
    for code in range(32, 127):
        assert width(chr(code)) * 1_000 >= font.getlength(chr(code)) - 1, chr(code)


@pytest.mark.parametrize(
    ("text", "em"), [("", 0), ("\u200b\u0301", 0), ("🎮", 1.3), ("✏️", 1.3), ("中", 1.0), ("é", 0.8)]
)
def test_marks_emoji_and_wide_letters_have_their_width(text: str, em: float) -> None:
    assert width(text) == pytest.approx(em)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_fixed_label_fits(language: str) -> None:
    """With an amount of millions in it; the emoji before the words may be dropped."""
    words = LANGUAGES[language]
    labels = {words.gettext(text) for text in fixed_labels() if "{brand}" not in text}
    made = [label.format(**SHOWN, text=AMOUNT) for label in labels]
    assert len(made) > 40
    wide = [label for label in made if not is_whole(label)]
    assert [label for label in wide if "(" not in label] == []


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=5))
def test_a_keyboard_keeps_every_button_and_fits_every_label(labels: list[str]) -> None:
    row = [button(label, Leave()) for label in labels]
    markup = keyboard(row)
    assert all_labels_fit(markup)
    assert sum(len(one) for one in markup.inline_keyboard) == len(labels)


def test_neighbours_that_are_too_wide_get_separate_rows() -> None:
    four = [button(f"Rp{amount}.000", Leave()) for amount in (50, 75, 80, 90)]
    assert [len(row) for row in keyboard(four).inline_keyboard] == [2, 2]
    pair = [button("✏️ Ganti nomornya", Leave()), button("✕ Batal", Leave())]
    assert [len(row) for row in keyboard(pair).inline_keyboard] == [1, 1]
    assert [len(row) for row in keyboard(pair[1:] * 2).inline_keyboard] == [2]


def test_a_shortened_label_keeps_its_beginning_and_its_end() -> None:
    label = "✅ Setujui Rp50.173 untuk seseorang"
    (row,) = keyboard([button(label, ShowCatalogue(), "danger")]).inline_keyboard
    assert row[0].text.startswith("Setujui")
    assert row[0].text.endswith("seseorang")
    assert (row[0].callback_data, row[0].style) == (pack(ShowCatalogue()), "danger")
    copy = copying("📋 Salin 1234567890123456789012345", "1")
    assert copy is not None
    (row,) = keyboard([copy]).inline_keyboard
    assert row[0].copy_text == CopyTextButton("1")
    assert is_whole(row[0].text)


def test_a_keyboard_is_sent_as_the_library_sends_its_own() -> None:
    copy = copying("Salin", "SN 123")
    assert copy is not None
    markup = keyboard([main_button("Beli", ShowCatalogue()), button("Batal", Leave())], [copy])
    library = InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton("Beli", callback_data=pack(ShowCatalogue()), style="success"),
                InlineKeyboardButton("Batal", callback_data=pack(Leave())),
            ],
            [InlineKeyboardButton("Salin", copy_text=CopyTextButton("SN 123"))],
        ]
    )
    assert markup.to_dict() == library.to_dict()
    assert markup.inline_keyboard == library.inline_keyboard


@pytest.mark.parametrize(
    ("label", "words"),
    [("✅ Bayar", "Bayar"), ("1. Bayar", "1. Bayar"), ("✅", "✅"), ("Bayar saja", "Bayar saja")],
)
def test_only_an_emoji_is_dropped(label: str, words: str) -> None:
    assert without_sign(label) == words


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_long_brands_are_numbered_and_spelled_out(depth: int) -> None:
    names = [f"INTERNATIONAL ENTERTAINMENT SERVER {one} OF THE WORLD" for one in "AB"]
    names += ["XL", "W" * 40]
    made = [Category(CategoryId(place), None, name) for place, name in enumerate(names, 1)]
    labels, spelled_out = category_labels(LANGUAGES["id"], made, depth)
    assert len(set(labels)) == len(labels)
    assert all(is_whole(label) for label in labels)
    assert [label in spelled_out for label in labels] == [True, True, False, True]
    assert len({line.partition(". ")[2] for line in spelled_out.values()}) == 3


@pytest.mark.parametrize("name", ["", "Mama", "Ibu Kos Lantai Dua Belakang", "W" * 30])
@pytest.mark.parametrize(
    ("destination", "main"), [("081234567890", "TELKOMSEL"), ("9" * 40, "ARENA OF VALOR")]
)
def test_a_saved_number_has_its_name_and_its_last_digits(
    name: str, destination: str, main: str
) -> None:
    kind = DestinationKind.OTHER
    number = SavedNumber(SavedNumberId(1), ANNI, kind, main, destination, name, NOW)
    for label in (number_label(number, start="👤 "), number_label(number, with_brand=True)):
        assert width(label) <= available_width()
        assert label.replace(" ", "").endswith(destination[-4:])


def test_keyboards_are_built_in_one_module() -> None:
    """No keyboard can bypass the width rule."""
    makers = {
        path.name
        for path in Path(str(handlers.__file__)).parent.rglob("*.py")
        if FORMS.search(path.read_text(encoding="utf-8"))
    }
    assert makers == {"keyboards.py"}
