"""Words, money and dates in the reader's language, from catalogues compiled at start."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import parse_pattern
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import Translations

LOCALES = Path(__file__).parents[2] / "locales"
JAKARTA = ZoneInfo("Asia/Jakarta")
_THOUSANDS: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.,])(?<!v)(?<!v[. ])(?<!v\. )(?<!ver[. ])(?<!ver\. )(?<!versi )"
    r"[1-9][0-9]{0,2}"
    r"(?:(?:\.[0-9]{3})+(?:,[0-9]{1,2}(?![0-9]))?|(?:,[0-9]{3})+(?:\.[0-9]{1,2}(?![0-9]))?)"
    r"(?![0-9]|[.,][0-9])",
    re.IGNORECASE,
)
"""1 to 3 digits, then groups of exactly three: no date, decimal, version or phone number."""
_UNIT: Final = r"(?:[KMGT]B|[KMG]bps|kWh|jt|juta)(?![^\W\d_])"
_DECIMAL: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.,])([0-9]+)[.,]([0-9]{1,2}|[0-9]{4})(?![0-9]|[.,][0-9])"
    rf"(?=(?:\s?[-+/]\s?[0-9]+(?:[.,][0-9]{{1,2}})?)*\s?{_UNIT})",
    re.IGNORECASE,
)
"""An amount with a decimal, by the unit behind it: "2.5 GB", and both in "1,5 + 2,5 GB"."""
_CLOCK_PATTERNS = {"id": "HH.mm"}
_ENDONYMS = {"id": "Bahasa Indonesia", "en": "English"}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, which the extractor looks for
    """Mark a text for translation where it is written; it is translated where it is shown."""
    return message


class Translator:
    """One language: its texts, and how it writes money, numbers and times."""

    def __init__(
        self, language: str, translations: NullTranslations, timezone: tzinfo = JAKARTA
    ) -> None:
        """Parse the patterns once: formatting is done for every line of every message."""
        self.language = language
        self._translations = translations
        self._timezone = timezone
        self._locale = Locale.parse(language)
        self._group = get_group_symbol(self._locale)
        self._decimal = get_decimal_symbol(self._locale)
        self._date = parse_pattern("d MMM y")
        self._day = parse_pattern("d MMM")
        self._clock = parse_pattern(_CLOCK_PATTERNS.get(language, "HH:mm"))

    @property
    def endonym(self) -> str:
        """The language's own name for itself."""
        return _ENDONYMS.get(self.language) or self._locale.get_display_name() or self.language

    @property
    def timezone(self) -> tzinfo:
        """The shop's time zone, in which instants are written."""
        return self._timezone

    def gettext(self, message: str) -> str:
        """Return a text in this language."""
        return self._translations.gettext(message)

    _ = gettext

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return a text in the form that goes with a number."""
        return self._translations.ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        """Return a text whose meaning depends on where it stands."""
        return self._translations.pgettext(context, message)

    def money(self, rupiah: int) -> str:
        """Return an amount of whole rupiah: "Rp50.500", "-Rp1.000"."""
        sign = "-" if rupiah < 0 else ""
        return f"{sign}Rp{self.number(abs(rupiah))}"

    def number(self, value: int) -> str:
        """Return a whole number with its thousands apart."""
        return f"{value:,}".replace(",", self._group)

    def numbers_in(self, text: str) -> str:
        """Return a foreign text with its thousands and decimals as this language writes them.

        "5.000" and "5,000" are five thousand in every list, since no amount has three decimals.
        """
        text = _THOUSANDS.sub(self._regrouped, text)
        return _DECIMAL.sub(rf"\g<1>{self._decimal}\g<2>", text)

    def _regrouped(self, match: re.Match[str]) -> str:
        mark = "." if "." in match[0][:4] else ","
        whole, other, decimals = match[0].partition("," if mark == "." else ".")
        end = f"{self._decimal}{decimals}" if other else ""
        return whole.replace(mark, self._group) + end

    def either(self, names: Sequence[str]) -> str:
        """Return names with "or" before the last: "Telkomsel or by.U"."""
        return format_list(names, style="or", locale=self._locale)

    def date(self, instant: datetime) -> str:
        """Return the day of an aware instant, in the shop's time zone: "24 Nov 2026"."""
        return self._date.apply(instant.astimezone(self._timezone), self._locale)

    def day(self, instant: datetime) -> str:
        """Return the same without its year: "24 Nov"."""
        return self._day.apply(instant.astimezone(self._timezone), self._locale)

    def clock(self, instant: datetime) -> str:
        """Return the time of day of an aware instant: "00.30 WIB"."""
        local = instant.astimezone(self._timezone)
        return f"{self._clock.apply(local, self._locale)} {local.tzname()}"

    def datetime(self, instant: datetime) -> str:
        """Return the day and time of an aware instant: "24 Nov 2026, 15.41 WIB"."""
        return f"{self.date(instant)}, {self.clock(instant)}"


class Languages(Mapping[str, Translator]):
    """Every language that there is a catalogue for, by its code."""

    def __init__(self, words: Mapping[str, Translator], default: str) -> None:
        """Take what `load_languages` read; raises `ValueError` when the default is not there."""
        if default not in words:
            raise ValueError(f"no catalogue for the default language {default!r}")
        self._words = dict(words)
        self.default = default

    def __getitem__(self, language: str) -> Translator:
        return self._words[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def words_for(self, chosen: str = "", telegram_language: str = "") -> Translator:
        """Return the words of a reader: as chosen, else as their Telegram, else the shop's."""
        for wanted in (chosen, telegram_language):
            language = wanted.partition("-")[0].lower()
            if language in self._words:
                return self._words[language]
        return self._words[self.default]


def load_languages(
    default: str = "id", timezone: tzinfo = JAKARTA, folder: Path = LOCALES
) -> Languages:
    """Compile every catalogue in memory, so that no compiled file can be missing or stale.

    Raises `OSError` or `ValueError` when one cannot be read.
    """
    words = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/bot.po")):
        language = path.parent.parent.name
        words[language] = Translator(language, _compiled(path, language), timezone)
    return Languages(words, default)


def _compiled(path: Path, language: str) -> Translations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, charset="utf-8", abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
