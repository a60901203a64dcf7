"""Parses the serial number of prepaid electricity (PLN): the token and the meter's details.

Panels write the same five fields in many ways (docs/supplier-api.md, "2.4 Delivered goods"):
joined by slashes as PLN does, "token/name/tariff/power/kWh", in another order, with labels, or in
a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

READ_LENGTH = 1_000
"""The maximum length in characters; a longer text is not a serial number."""

# 20 digits: in one piece, or in groups of four or five digits with equal separators.
_TOKEN = re.compile(
    r"(?<![0-9])(?:[0-9]{20}|[0-9]{4}([ .-])(?:[0-9]{4}\1){3}[0-9]{4}"
    r"|[0-9]{5}([ .-])(?:[0-9]{5}\2){2}[0-9]{5})(?![0-9])",
    re.ASCII,
)
_MIXED = re.compile(r"(?<![0-9])[0-9]{4}(?:[ .-]?[0-9]{4}){4}(?![0-9])", re.ASCII)
"""Groups of four with different separators: used only if no `_TOKEN` is found."""
_TOKEN_LABEL = re.compile(r"(?:token|stroom|strum|sn|serial\s?number)\W{0,6}$", re.IGNORECASE)
_CERTAIN_LABEL = re.compile(
    r"(?:token|stroom|strum)(?:\s(?:anda|kamu|pln|listrik|is|no|number))?\W{0,6}$", re.IGNORECASE
)
_OTHER_LABEL = re.compile(
    r"(?:\breff?\w*|\breferen\w*|\btrx\w*|\btransaksi|\btransaction|\binvoice|\binv|\bresi|\bstruk"
    r"|\brrn|\bmeter|\bpelanggan|\bid|\bidpel|\bva|\brekening|\bbatch|\border|\bpesanan)"
    r"(?:[\s_]*(?:id|no|nomor|number|pln|code|kode))?\W{0,6}$",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(r"\s*\(\s*(?:no\.?\s*)?(?:ref|trx|id)", re.IGNORECASE)
_JOINED_BEFORE = re.compile(r"[0-9A-Za-z][-_.#]?$", re.ASCII)
_JOINED_AFTER = re.compile(r"[A-Za-z]|[-_.](?:[0-9]|[A-Za-z](?![A-Za-z.]))", re.ASCII)

_TARIFF = r"[RBPIS]-?[1-9](?:[MT]{1,2}|/TR)?"
_POWER = r"(?:[1-9][0-9]{2,5}|[1-9][0-9]{0,2}[.,][0-9]{3})"
_ENERGY = r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]{1,5}(?:[.,][0-9]{1,4})?"
_TARIFF_AND_POWER = re.compile(
    rf"(?<![\w.-])({_TARIFF})\s?[/|,;: -]\s?(?:daya\s?[:=]?\s?)?({_POWER})"
    r"(?:\s?(?:va|watt|w)(?!\w)|(?![\w.,]\w|\w))",
    re.IGNORECASE,
)
_TARIFF_ALONE = (
    re.compile(rf"\b(?:tarif|tariff|trf|gol(?:ongan)?)\b\W{{0,4}}({_TARIFF})(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<![\w.'-])({_TARIFF})(?![\w.'-])"),
)
_POWER_ALONE = (
    re.compile(rf"\b(?:daya|power)\b\W{{0,4}}({_POWER})\s?(?:va|watt|w)?(?!\w)", re.IGNORECASE),
    re.compile(rf"(?<![\w.,])({_POWER})\s?(?:va|watt)(?!\w)", re.IGNORECASE),
)
_ENERGY_NAMED = (
    re.compile(rf"(?:kwh|energi|energy)\"?\s?[:=]\s?\"?({_ENERGY})(?![\w.,]\w|\w)", re.IGNORECASE),
    re.compile(rf"(?<![\w.])(?<![0-9],)({_ENERGY})\s?kwh(?!\w)", re.IGNORECASE),
    re.compile(rf"kwh\s({_ENERGY})(?![\w.,]\w|\w)", re.IGNORECASE),
)
_ENERGY_PART = re.compile(_ENERGY)
_HUNDREDTHS = re.compile(r"[.,][0-9]{1,2}$", re.ASCII)
_POWER_PART = re.compile(_POWER)

_NAME_LABELS = (
    re.compile(
        r"(?:\batas\s+nama|\bnama(?:\s+pelanggan)?|\bname|\bnm"
        r"|(?<![\w.])(?:a\.\s?n\.?|a/n|an\.|an(?=\s?[:=])|(?-i:an|An)(?=\s)))\"?\s?[:=]?\s?\"?",
        re.IGNORECASE,
    ),
    re.compile(r"(?<!id )(?<!no )(?<!no\. )\bpelanggan\s?[:=]?\s?", re.IGNORECASE),
)
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .,'`\u2019*()&/-])*")
_NAME_ENDS = re.compile(
    r"[|;\n\0\"]|/(?!\s?[A-Za-z])|,(?!\s?[A-Z][A-Za-z]{0,3}\.)|\s[-\u2013]\s"
    r"|[\s/]*\b(?:tarif|tariff|trf|gol(?:ongan)?|daya|power|kwh|energi|energy|token|stroom|strum|idpel"
    r"|id\s?pel\w*|no\.?\s?(?:meter|ref\w*)|meter|ref\w*|jml|jumlah|jlh|total|admin|sn|rp|td|dengan"
    r"|sebesar|sebanyak|telah|sudah|sukses|berhasil|nominal|harga|untuk|dan)\b",
    re.IGNORECASE,
)
_SEPARATORS = "-#~*"
"""Characters that some panels write instead of slashes, beginning after the token."""
_SPACED_SEPARATOR = " - "
"""The same, between all of the fields."""
_NO_NAME = re.compile(
    r"\b(?:token|stroom|pln|prabayar|prepaid|listrik|kwh|sukses|success|berhasil|lunas|transaksi|trx"
    r"|pembelian|terima|kasih|saldo|sn|ref\w*|no|meter|idpel|pelanggan|tarif|daya|rp\d*|admin|tanggal"
    r"|tgl|harga|nominal|ppj|ppn|materai|angsuran|anda|va|td|jumlah|jml|jlh|total)\b|[0-9]{5}",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\s*[\w .]{1,20}[:=]")


@dataclass(frozen=True, slots=True)
class PlnSerial:
    """The fields of a serial number; all except the token may be empty."""

    token: str
    """20 digits, without separators."""
    name: str = ""
    """The name of the meter's owner."""
    tariff: str = ""
    """The tariff class, such as "R1M"."""
    power: str = ""
    """The power of the connection in VA, digits only."""
    energy: str = ""
    """The energy of the token in kWh, written as by the panel."""


def read_pln_serial(text: str) -> PlnSerial | None:
    """Return the token and details in a text; None when no token is certain.

    A number that is labelled as a reference is not the token. With two possible tokens the result
    is None, because customers type the token into a meter.
    """
    text = re.sub(r"[^\S\n]+", " ", text)
    if len(text) > READ_LENGTH:
        return None
    found = _token_of(text)
    if found is None:
        return None
    token = _digits(found[0])
    rest = f"{text[: found.start()]}\0{text[found.end() :]}".replace(found[0], "\0")
    return PlnSerial(token, *_details(rest))


def _token_of(text: str) -> re.Match[str] | None:
    """Return the only number that can be the token, if there is exactly one."""
    numbers = [match for match in _TOKEN.finditer(text) if _is_separate(text, match)]
    numbers = numbers or [match for match in _MIXED.finditer(text) if _is_separate(text, match)]
    labelled = [match for match in numbers if _CERTAIN_LABEL.search(text[: match.start()])]
    others = [match for match in numbers if not _has_other_label(text, match)]
    for candidates in (labelled, others):
        if len({_digits(match[0]) for match in candidates}) == 1:
            return candidates[0]
        if candidates:
            return None
    return None


def _is_separate(text: str, number: re.Match[str]) -> bool:
    """Return whether a number is not part of a longer one, or of a code such as "TRX-1234"."""
    before, after = text[: number.start()], text[number.end() :]
    separator = re.escape(number[0].lstrip("0123456789")[:1])
    if separator:
        is_longer = re.search(rf"(?<![0-9])[0-9]{{4}}{separator}$", before)
        if is_longer or re.match(rf"{separator}[0-9]{{4}}(?![0-9])", after):
            return False
    is_labelled = _TOKEN_LABEL.search(before) or _CERTAIN_LABEL.search(before)
    is_joined = _JOINED_BEFORE.search(before) and not is_labelled
    return not is_joined and not _JOINED_AFTER.match(after)


def _has_other_label(text: str, number: re.Match[str]) -> bool:
    """Return whether a number is labelled as something else: a reference, a meter or similar."""
    before = text[: number.start()]
    is_labelled = _OTHER_LABEL.search(before) and not _CERTAIN_LABEL.search(before)
    return bool(is_labelled or _LABEL_AFTER.match(text, number.end()))


# --- details --------------------------------------------------------------------------


def _details(rest: str) -> tuple[str, str, str, str]:
    """Return name, tariff, power and energy from a text in which NUL replaces the token."""
    for separator in _SEPARATORS:
        if f"\0{separator}" in rest and rest.count(separator) > 2:
            rest = rest.replace(separator, "/")
    if rest.count(_SPACED_SEPARATOR) > 2:
        rest = rest.replace(_SPACED_SEPARATOR, "/")
    tariff, power, rest = _tariff_and_power(rest)
    energy, rest = _first(_ENERGY_NAMED, rest)
    if len(re.findall(r"[/|;]", rest)) < 2:
        return _name_of(rest, is_joined=False), tariff, _digits(power), energy
    parts = [part.strip() for part in re.split(r"[/|;\0]", rest)]
    if tariff and not power:
        power = next((part for part in parts if _POWER_PART.fullmatch(part)), "")
    energy = energy or _energy_among([part for part in parts if part != power], tariff)
    return _name_of(rest, is_joined=True), tariff, _digits(power), energy


def _energy_among(parts: list[str], tariff: str) -> str:
    """Return the unlabelled part that is the energy, or "".

    A whole number counts only if the text has a tariff; otherwise it may be an amount of money.
    """
    decimal = [part for part in parts if _ENERGY_PART.fullmatch(part) and _HUNDREDTHS.search(part)]
    whole = [part for part in parts if _ENERGY_PART.fullmatch(part) and tariff]
    return next(iter([*decimal, *whole]), "")


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _tariff_and_power(rest: str) -> tuple[str, str, str]:
    """Return tariff, power, and the text in which "|" replaces them."""
    both = _TARIFF_AND_POWER.search(rest)
    if both is not None:
        remaining = f"{rest[: both.start()]}|{rest[both.end() :]}"
        return both[1].upper(), both[2], remaining
    tariff, rest = _first(_TARIFF_ALONE, rest)
    power, rest = _first(_POWER_ALONE, rest)
    return tariff.upper(), power, rest


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, str]:
    """Return group 1 of the first pattern that matches, and the text with "|" for the match."""
    for pattern in patterns:
        match = pattern.search(text)
        if match is not None:
            return match[1], f"{text[: match.start()]}|{text[match.end() :]}"
    return "", text


def _name_of(rest: str, *, is_joined: bool) -> str:
    for label in _NAME_LABELS:
        for match in label.finditer(rest):
            name = _trimmed(_NAME_ENDS.split(rest[match.end() :], maxsplit=1)[0])
            if _NAME.fullmatch(name):
                return name
    names = list(_unlabelled_names(rest, is_joined=is_joined))
    return ("/" if is_joined else ", ").join(names[0]) if len(names) == 1 else ""


def _unlabelled_names(rest: str, *, is_joined: bool) -> Iterator[list[str]]:
    """Yield the possible names; consecutive parts are one name, as in "TOKO A/B".

    In a text that is not joined by separators, a name must be in capitals.
    """
    run: list[str] = []
    for part in [*re.split(r"[/|;\0,\n]" if not is_joined else r"[/|;\0\n]", rest), ""]:
        name = _trimmed(part)
        may_be = (
            _NAME.fullmatch(name)
            and not _NO_NAME.search(name)
            and not _LABELLED.match(part)
            and (is_joined or name == name.upper())
        )
        if may_be:
            run.append(name)
        elif run:
            yield run
            run = []


def _trimmed(name: str) -> str:
    name = name.strip(" ,:;=-\t")
    is_whole = name.count("(") == name.count(")") and not name.startswith("(")
    return name if is_whole else name.strip("() ")
