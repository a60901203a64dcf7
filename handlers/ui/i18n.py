"""Texts, money, numbers and dates in the reader's language.

The texts in the code are English. Translations (`locales/*/LC_MESSAGES/bot.po`) are compiled in
memory at start.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, core, localedata
from babel.dates import get_month_names
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol
from babel.support import Translations

from bot.domain.shop_settings import ShopSettings
from bot.domain.staff_hours import DEFAULT_HOURS, hours_in

LOCALES = Path(__file__).parents[2] / "locales"
JAKARTA = ZoneInfo("Asia/Jakarta")
SOURCE_LANGUAGE: Final = "en"
"""The language of the texts in the code, which therefore has no catalogue."""
_THOUSANDS: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.,])(?<!v)(?<!v[. ])(?<!v\. )(?<!ver[. ])(?<!ver\. )(?<!versi )"
    r"[1-9][0-9]{0,2}"
    r"(?:(?:\.[0-9]{3})+(?:,[0-9]{1,2}(?![0-9]))?|(?:,[0-9]{3})+(?:\.[0-9]{1,2}(?![0-9]))?)"
    r"(?![0-9]|[.,][0-9])",
    re.IGNORECASE,
)
"""A number with separated thousands: 1 to 3 digits, then groups of exactly three.

Dates, decimals, versions and phone numbers do not match.
"""
_UNIT: Final = r"(?:[KMGT]B|[KMG]bps|kWh|jt|juta)(?![^\W\d_])"
_DECIMAL: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.,])([0-9]+)[.,]([0-9]{1,2}|[0-9]{4})(?![0-9]|[.,][0-9])"
    rf"(?=(?:\s?[-+/]\s?[0-9]+(?:[.,][0-9]{{1,2}})?)*\s?{_UNIT})",
    re.IGNORECASE,
)
"""A number with decimals, recognised by the unit after it: "2.5 GB", both in "1,5 + 2,5 GB"."""
_CLOCKS = {"id": "{:%H.%M}"}
_ENDONYMS = {"id": "Bahasa Indonesia", "en": "English"}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, which the extractor looks for
    """Mark a text for extraction; it is translated where it is shown."""
    return message


class Translator:
    """One language: its texts, and its formats of money, numbers and times."""

    def __init__(
        self, language: str, translations: NullTranslations, timezone: tzinfo = JAKARTA
    ) -> None:
        self.language = language
        self._translations = translations
        self._timezone = timezone
        self.hours = DEFAULT_HOURS
        """When somebody of the shop answers, in its time zone."""
        # Only what is shown is kept of Babel's data, so that the rest need not stay in memory.
        locale = Locale.parse(language)
        self.endonym = _ENDONYMS.get(language) or locale.get_display_name() or language
        """The language's own name for itself."""
        self._group = get_group_symbol(locale)
        self._decimal = get_decimal_symbol(locale)
        self._months = dict(get_month_names("abbreviated", locale=locale))
        self._or: dict[str, str] = dict(locale.list_patterns["or"])
        self._clock = _CLOCKS.get(language, "{:%H:%M}")

    @property
    def timezone(self) -> tzinfo:
        """The shop's time zone, in which instants are formatted."""
        return self._timezone

    def follow(self, settings: ShopSettings) -> None:
        """Use the shop's time zone and hours from now on."""
        self._timezone = ZoneInfo(settings.timezone)
        self.hours = hours_in(settings.staff_hours)

    def gettext(self, message: str) -> str:
        """Translate a text; an unknown one is returned as it is."""
        return self._translations.gettext(message)

    _ = gettext

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Translate a text in the plural form for `number`."""
        return self._translations.ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        """Translate a text whose meaning depends on its context."""
        return self._translations.pgettext(context, message)

    def money(self, rupiah: int) -> str:
        """Format an amount of whole rupiah: "Rp50.500", "-Rp1.000"."""
        sign = "-" if rupiah < 0 else ""
        return f"{sign}Rp{self.number(abs(rupiah))}"

    def number(self, value: int) -> str:
        """Format a whole number with separated thousands: "50.500"."""
        return f"{value:,}".replace(",", self._group)

    def numbers_in(self, text: str) -> str:
        """Rewrite the numbers in a text from outside with this language's separators.

        "5.000" and "5,000" both count as five thousand, because no listed amount has three
        decimals.
        """
        return _with_separators(text, self._group, self._decimal)

    def either(self, names: Sequence[str]) -> str:
        """Join names with "or" before the last: "Telkomsel or by.U"."""
        # By the rules of CLDR (Unicode TR35, List Patterns), as babel.lists.format_list does it.
        if len(names) < 2:
            return "".join(names)
        if len(names) == 2:
            return self._or["2"].format(*names)
        start, *between, last = names
        joined = self._or["start"].format(start, between[0])
        for name in between[1:]:
            joined = self._or["middle"].format(joined, name)
        return self._or["end"].format(joined, last)

    def date(self, instant: datetime) -> str:
        """Format the date of an aware instant in the shop's time zone: "24 Nov 2026"."""
        local = instant.astimezone(self._timezone)
        return f"{local.day} {self._months[local.month]} {local.year}"

    def day(self, instant: datetime) -> str:
        """Format the date of an aware instant without the year: "24 Nov"."""
        local = instant.astimezone(self._timezone)
        return f"{local.day} {self._months[local.month]}"

    def clock(self, instant: datetime) -> str:
        """Format the time of an aware instant in the shop's time zone: "00.30 WIB"."""
        local = instant.astimezone(self._timezone)
        return f"{self._clock.format(local)} {local.tzname()}"

    def datetime(self, instant: datetime) -> str:
        """Format the date and time of an aware instant: "24 Nov 2026, 15.41 WIB"."""
        return f"{self.date(instant)}, {self.clock(instant)}"


@lru_cache(maxsize=4_096)
def _with_separators(text: str, group: str, decimal: str) -> str:
    def regrouped(match: re.Match[str]) -> str:
        mark = "." if "." in match[0][:4] else ","
        whole, other, decimals = match[0].partition("," if mark == "." else ".")
        end = f"{decimal}{decimals}" if other else ""
        return whole.replace(mark, group) + end

    text = _THOUSANDS.sub(regrouped, text)
    return _DECIMAL.sub(rf"\g<1>{decimal}\g<2>", text)


class Languages(Mapping[str, Translator]):
    """The source language and those with a catalogue of translations, by code."""

    def __init__(self, translators: Mapping[str, Translator], default: str) -> None:
        """Raise `ValueError` if `default` is not in `translators`."""
        if default not in translators:
            raise ValueError(f"no catalogue for the default language {default!r}")
        self._translators = dict(translators)
        self.default = default
        self.offered = tuple(self._translators.values())
        """The languages that readers are offered: all, or the one that the owner has chosen."""
        self._settings: ShopSettings | None = None

    def follow(self, settings: ShopSettings) -> None:
        """Use the shop's languages, time zone and hours from now on, for all readers."""
        if settings is self._settings:
            return
        self._settings = settings
        only = self._translators.get(settings.languages)
        self.offered = tuple(self._translators.values()) if only is None else (only,)
        for language in (settings.languages, settings.default_language):
            if language in self._translators:
                self.default = language
                break
        for translator in self._translators.values():
            translator.follow(settings)

    def __getitem__(self, language: str) -> Translator:
        return self._translators[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._translators)

    def __len__(self) -> int:
        return len(self._translators)

    def offers(self, language: str) -> bool:
        """Return whether a language, by its code, is one that readers are offered."""
        return any(one.language == language for one in self.offered)

    def words_for(self, chosen: str = "", telegram_language: str = "") -> Translator:
        """Return the chosen language, else that of the reader's Telegram client, else the default.

        One that is not offered does not count. The arguments are language codes, possibly with a
        region ("en-GB"), or empty.
        """
        for wanted in (chosen, telegram_language):
            language = wanted.partition("-")[0].lower()
            if self.offers(language):
                return self._translators[language]
        return self._translators[self.default]


@cache
def load_languages(
    default: str = "id", timezone: tzinfo = JAKARTA, folder: Path = LOCALES
) -> Languages:
    """Compile every catalogue in memory, so that no compiled file can be missing or outdated.

    They are read once in a process. Raises `OSError` or `ValueError` if a catalogue cannot be read.
    """
    translators = {SOURCE_LANGUAGE: Translator(SOURCE_LANGUAGE, NullTranslations(), timezone)}
    for path in sorted(folder.glob("*/LC_MESSAGES/bot.po")):
        language = path.parent.parent.name
        translators[language] = Translator(language, _compiled(path, language), timezone)
    _forget_locale_data()
    return Languages(translators, default)


def _forget_locale_data() -> None:
    """Empty Babel's caches: 4 MB of countries, currencies and time zones that are not shown.

    Babel reads them again when they are asked for. It has no public function for this, so a test
    checks the two names. The tables refer to themselves: emptied, they are free at once, and not
    exempt from collections for ever with the objects of the start.
    """
    core._global_data = None  # noqa: SLF001
    for data in localedata._cache.values():  # noqa: SLF001
        data.clear()
    localedata._cache.clear()  # noqa: SLF001


def _compiled(path: Path, language: str) -> Translations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, charset="utf-8", abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
