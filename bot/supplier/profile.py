"""Loads a panel profile: the shipped `osimesa.toml` with the shopkeeper's file merged over it."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.destination import DestinationKind, GameForm
from bot.domain.errors import KonterError, RefusalClass
from bot.domain.money import MAX_AMOUNT
from bot.domain.search.brand_words import joined_name
from bot.domain.supplier_profile import ANY_TYPE, PanelProfile, SupplierStatus

SHIPPED_PROFILE = Path(__file__).with_name("osimesa.toml")

_PREFIX = re.compile(r"0[0-9]{2,7}", re.ASCII)
_STATUSES_WITH_WORDS = tuple(
    status for status in SupplierStatus if status != SupplierStatus.UNKNOWN
)
_CLASSES = tuple(RefusalClass)

_E = TypeVar("_E", bound=StrEnum)


class _Digits(StrEnum):
    """Which parts of a game's id consist of digits only."""

    USER = "user"
    USER_AND_ZONE = "user and zone"


class ProfileError(KonterError):
    """A profile is invalid; `problems` has one sentence for each mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def load_profile(override: Path | None = None) -> PanelProfile:
    """Return the shipped profile, with the tables of the file `override` merged over it.

    See docs/supplier-api.md, "3.11 Panel profile". Raises `ProfileError` with all problems.
    """
    tree = _read(SHIPPED_PROFILE)
    if override is not None:
        tree = _merged(tree, _read(override))
    reader = _Reader()
    profile = reader.profile(tree)
    if reader.problems:
        raise ProfileError(reader.problems)
    return profile


def _read(path: Path) -> dict[str, Any]:
    try:
        # Some editors write a byte order mark, which utf-8-sig skips.
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProfileError([f"{path} cannot be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise ProfileError([f"{path} is not TOML: save it as UTF-8."]) from None
    if "\0" in text:
        raise ProfileError([f"{path} is not TOML, perhaps UTF-16: save it as UTF-8."])
    try:
        return tomllib.loads(text)
    except ValueError as error:  # From the parser, or for a number with thousands of digits.
        raise ProfileError([f"{path} is not TOML: {error}."]) from None


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge tables key by key.

    A key of `below` keeps its position, because the order of refusal classes matters.
    """
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merged(old, value)
        else:
            merged[key] = value
    return merged


class _Reader:
    """Reads a merged profile and collects all problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def profile(self, tree: Mapping[str, Any]) -> PanelProfile:
        """Return the profile; it is valid only if `problems` is still empty."""
        keys = (
            "max_cost", "repeatable_values", "hidden_types", "private_notes", "no_such_order",
            "status_words", "refusals", "prefixes", "kinds", "game_forms", "no_answer", "denials",
            "beside_refusals", "private_links", "game_digits",
        )  # fmt: skip
        self._reject_unknown_keys(keys, tree, "")
        kinds = self._table(tree, "kinds", "")
        self._reject_unknown_keys(("by_type", "by_brand", "by_word"), kinds, "kinds.")
        return PanelProfile(
            status_words=self._status_words(self._table(tree, "status_words", "")),
            refusal_patterns=self._refusals(self._table(tree, "refusals", "")),
            repeatable_values=frozenset(
                text.casefold() for text in self._texts(tree, "repeatable_values", "")
            ),
            prefixes=self._prefixes(self._table(tree, "prefixes", "")),
            kinds_by_type={
                name.lower(): kind for name, kind in self._kinds(kinds, "by_type").items()
            },
            kinds_by_brand={
                name.upper(): kind for name, kind in self._kinds(kinds, "by_brand").items()
            },
            kinds_by_word=self._kinds_by_word(kinds),
            game_forms=self._game_forms(
                self._table(tree, "game_forms", ""), self._table(tree, "game_digits", "")
            ),
            hidden_types=frozenset(text.lower() for text in self._texts(tree, "hidden_types", "")),
            max_cost=self._max_cost(tree.get("max_cost")),
            private_note_patterns=self._patterns(tree, "private_notes", ""),
            private_link_patterns=self._patterns(tree, "private_links", ""),
            no_such_order_patterns=self._patterns(tree, "no_such_order", ""),
            no_answer_patterns=self._groups(self._table(tree, "no_answer", ""), "no_answer."),
            denial_patterns=self._patterns(tree, "denials", ""),
            beside_refusal_patterns=self._patterns(tree, "beside_refusals", ""),
        )

    def _reject_unknown_keys(
        self, known: tuple[str, ...], table: Mapping[str, Any], where: str
    ) -> None:
        for key in table:
            if key not in known:
                self.problems.append(f"{where}{key} is unknown; use one of {', '.join(known)}.")

    def _table(self, tree: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
        value = tree.get(key, {})
        if isinstance(value, dict):
            return value
        self.problems.append(f"{where}{key} must be a table.")
        return {}

    def _texts(self, table: Mapping[str, Any], key: str, where: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(text, str) and text for text in value):
            return value
        self.problems.append(f"{where}{key} must be a list of texts.")
        return []

    def _patterns(
        self, table: Mapping[str, Any], key: str, where: str
    ) -> tuple[re.Pattern[str], ...]:
        patterns = []
        for text in self._texts(table, key, where):
            try:
                pattern = re.compile(text, re.IGNORECASE)
            except re.error as error:
                self.problems.append(f"{where}{key}: {text!r} is no regular expression: {error}.")
                continue
            if pattern.search(""):
                # It would match every message.
                self.problems.append(f"{where}{key}: {text!r} matches an empty text.")
            patterns.append(pattern)
        return tuple(patterns)

    def _groups(self, table: Mapping[str, Any], where: str) -> tuple[re.Pattern[str], ...]:
        groups = [self._patterns(table, name, where) for name in table]
        return tuple(pattern for group in groups for pattern in group)

    def _member(self, members: tuple[_E, ...], word: object, where: str) -> _E | None:
        for member in members:
            if member.value == word:
                return member
        choices = ", ".join(member.value for member in members)
        self.problems.append(f"{where} is {word!r}; use one of {choices}.")
        return None

    def _status_words(self, table: Mapping[str, Any]) -> dict[str, SupplierStatus]:
        words: dict[str, SupplierStatus] = {}
        for name in table:
            status = self._member(_STATUSES_WITH_WORDS, name, "A key of status_words")
            if status is None:
                continue
            for text in self._texts(table, name, "status_words."):
                word = text.strip().casefold()
                if words.setdefault(word, status) is not status:
                    self.problems.append(
                        f"status_words: {text!r} means both {words[word]} and {status}."
                    )
        return words

    def _refusals(
        self, table: Mapping[str, Any]
    ) -> tuple[tuple[RefusalClass, re.Pattern[str]], ...]:
        found: list[tuple[RefusalClass, re.Pattern[str]]] = []
        for name in table:
            refusal = self._member(_CLASSES, name, "A key of refusals")
            if refusal is not None:
                found += [(refusal, p) for p in self._patterns(table, name, "refusals.")]
        # Class OTHER is tried first: it makes the outcome uncertain, whatever else matches.
        found.sort(key=lambda known: known[0] is not RefusalClass.OTHER)
        return tuple(found)

    def _prefixes(self, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        prefixes: dict[str, tuple[str, ...]] = {}
        for brand in table:
            heads = self._texts(table, brand, "prefixes.")
            self.problems += [
                f"prefixes.{brand}: {head!r} is not the beginning of a number, such as 0812."
                for head in heads
                if not _PREFIX.fullmatch(head)
            ]
            prefixes[brand.upper()] = tuple(heads)
        return prefixes

    def _kinds_by_word(self, kinds: Mapping[str, Any]) -> dict[str, dict[str, DestinationKind]]:
        found: dict[str, dict[str, DestinationKind]] = {}
        by_type = kinds.get("by_type")
        types = {name.lower() for name in by_type} if isinstance(by_type, dict) else set()
        table = self._table(kinds, "by_word", "kinds.")
        for name in table:
            where = f"kinds.by_word.{name}"
            if name.lower() not in types | {ANY_TYPE}:
                self.problems.append(
                    f'{where}: no type of kinds.by_type; name it there, or use "{ANY_TYPE}".'
                )
            words = self._kinds(table, name, "kinds.by_word.")
            self.problems += [
                f"{where}: {word!r} has no letter or digit."
                for word in words
                if not joined_name(word)
            ]
            found[name.lower()] = {joined_name(word): kind for word, kind in words.items()}
        return found

    def _kinds(
        self, kinds: Mapping[str, Any], key: str, where: str = "kinds."
    ) -> dict[str, DestinationKind]:
        found: dict[str, DestinationKind] = {}
        for name, word in self._table(kinds, key, where).items():
            kind = self._member(tuple(DestinationKind), word, f"{where}{key}.{name}")
            if kind is not None:
                found[name] = kind
        return found

    def _game_forms(
        self, table: Mapping[str, Any], digits: Mapping[str, Any]
    ) -> dict[str, GameForm]:
        parts = self._game_digits(table, digits)
        forms: dict[str, GameForm] = {}
        for brand, template in table.items():
            if _is_template(template):
                part = parts.get(brand.upper())
                has_digit_zone = part is _Digits.USER_AND_ZONE
                forms[brand.upper()] = GameForm(template, part is not None, has_digit_zone)
            else:
                self.problems.append(
                    f"game_forms.{brand} is {template!r}; it must hold {{user}} once, may hold"
                    " {zone} once, and else only printable ASCII."
                )
        return forms

    def _game_digits(
        self, forms: Mapping[str, Any], table: Mapping[str, Any]
    ) -> dict[str, _Digits]:
        """Return which parts of the id are digits only, by the upper-cased games of the table."""
        known = {brand.upper() for brand in forms}
        parts: dict[str, _Digits] = {}
        for brand, part in table.items():
            digits = self._member(tuple(_Digits), part, f"game_digits.{brand}")
            if known and brand.upper() not in known:
                self.problems.append(
                    f"game_digits.{brand}: no game of game_forms; name it there as well."
                )
            if digits is not None:
                parts[brand.upper()] = digits
        return parts

    def _max_cost(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            if value <= MAX_AMOUNT:
                return value
            self.problems.append(f"max_cost must be at most {MAX_AMOUNT}.")
            return 1
        self.problems.append("max_cost must be a whole number of rupiah above 0.")
        return 1


def _is_template(template: object) -> bool:
    if not isinstance(template, str) or not (template.isascii() and template.isprintable()):
        return False
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return False
    fields = [name for _, name, spec, conversion in parts if name is not None]
    is_plain = not any(spec or conversion for _, _, spec, conversion in parts)
    return is_plain and sorted(fields) in (["user"], ["user", "zone"])
