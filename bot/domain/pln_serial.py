"""Reads what a panel delivers for prepaid electricity: the token, and whose meter it is for.

Panels write the same five things in many ways (`supplier-api.md`, "Transaction status"): joined by
slashes as PLN does, "token/name/tariff/power/kWh", in another order, with labels, or in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

READ_LENGTH = 1_000
"""Characters: a longer text is no serial number."""

# Twenty digits: in one piece, five groups of four or four of five, all with the same separator.
_TOKEN = re.compile(
    r"(?<![0-9])(?:[0-9]{20}|[0-9]{4}([ .-])(?:[0-9]{4}\1){3}[0-9]{4}"
    r"|[0-9]{5}([ .-])(?:[0-9]{5}\2){2}[0-9]{5})(?![0-9])",
    re.ASCII,
)
_MIXED = re.compile(r"(?<![0-9])[0-9]{4}(?:[ .-]?[0-9]{4}){4}(?![0-9])", re.ASCII)
"""Groups of four whose separators differ: a token only where nothing else is one."""
_TOKEN_LABEL = re.compile(r"(?:token|stroom|strum|sn|serial\s?number)\W{0,6}$", re.IGNORECASE)
_SURE_LABEL = re.compile(
    r"(?:token|stroom|strum)(?:\s(?:anda|kamu|pln|listrik|is|no|number))?\W{0,6}$", re.IGNORECASE
)
_OTHER_LABEL = re.compile(
    r"(?:\breff?\w*|\breferen\w*|\btrx\w*|\btransaksi|\btransaction|\binvoice|\binv|\bresi|\bstruk"
    r"|\brrn|\bmeter|\bpelanggan|\bid|\bidpel|\bva|\brekening|\bbatch|\border|\bpesanan)"
    r"(?:[\s_]*(?:id|no|nomor|number|pln|code|kode))?\W{0,6}$",
    re.IGNORECASE,
)
_NAMED_AFTER = re.compile(r"\s*\(\s*(?:no\.?\s*)?(?:ref|trx|id)", re.IGNORECASE)
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
_JOINTS = "-#~*"
"""What some panels write instead of slashes, from the token on."""
_BETWEEN = " - "
"""Likewise, between all of the parts."""
_NO_NAME = re.compile(
    r"\b(?:token|stroom|pln|prabayar|prepaid|listrik|kwh|sukses|success|berhasil|lunas|transaksi|trx"
    r"|pembelian|terima|kasih|saldo|sn|ref\w*|no|meter|idpel|pelanggan|tarif|daya|rp\d*|admin|tanggal"
    r"|tgl|harga|nominal|ppj|ppn|materai|angsuran|anda|va|td|jumlah|jml|jlh|total)\b|[0-9]{5}",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"^\s*[\w .]{1,20}[:=]")


@dataclass(frozen=True, slots=True)
class PlnSerial:
    """What was delivered; every text but the token may be empty."""

    token: str
    """20 digits, without separators."""
    name: str = ""
    """In whose name the meter is."""
    tariff: str = ""
    """The tariff class, such as "R1M"."""
    power: str = ""
    """The connection's power in VA, digits alone."""
    energy: str = ""
    """How much the token is good for in kWh, as the panel writes the number."""


def read_pln_serial(text: str) -> PlnSerial | None:
    """Return what a text says of a token; None when it names none, or may name several.

    A number that is called a reference, or one of two that could be the token, is not taken for
    it: customers type what they read into a meter.
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
    """Return the one number that is surely the token."""
    numbers = [one for one in _TOKEN.finditer(text) if _stands_alone(text, one)]
    numbers = numbers or [one for one in _MIXED.finditer(text) if _stands_alone(text, one)]
    named = [one for one in numbers if _SURE_LABEL.search(text[: one.start()])]
    others = [one for one in numbers if not _is_other(text, one)]
    for candidates in (named, others):
        if len({_digits(one[0]) for one in candidates}) == 1:
            return candidates[0]
        if candidates:
            return None
    return None


def _stands_alone(text: str, number: re.Match[str]) -> bool:
    """Return whether a number is no part of a longer one, or of a code such as "TRX-1234"."""
    before, after = text[: number.start()], text[number.end() :]
    separator = re.escape(number[0].lstrip("0123456789")[:1])
    if separator:
        is_longer = re.search(rf"(?<![0-9])[0-9]{{4}}{separator}$", before)
        if is_longer or re.match(rf"{separator}[0-9]{{4}}(?![0-9])", after):
            return False
    is_labelled = _TOKEN_LABEL.search(before) or _SURE_LABEL.search(before)
    is_joined = _JOINED_BEFORE.search(before) and not is_labelled
    return not is_joined and not _JOINED_AFTER.match(after)


def _is_other(text: str, number: re.Match[str]) -> bool:
    """Return whether a number is called a reference, a meter or the like."""
    before = text[: number.start()]
    is_named_before = _OTHER_LABEL.search(before) and not _SURE_LABEL.search(before)
    return bool(is_named_before or _NAMED_AFTER.match(text, number.end()))


# --- what stands beside the token --------------------------------------------------------


def _details(rest: str) -> tuple[str, str, str, str]:
    """Return name, tariff, power and energy; the token's place is a zero character."""
    for joint in _JOINTS:
        if f"\0{joint}" in rest and rest.count(joint) > 2:
            rest = rest.replace(joint, "/")
    if rest.count(_BETWEEN) > 2:
        rest = rest.replace(_BETWEEN, "/")
    tariff, power, rest = _tariff_and_power(rest)
    energy, rest = _first(_ENERGY_NAMED, rest)
    if len(re.findall(r"[/|;]", rest)) < 2:
        return _name_of(rest, is_joined=False), tariff, _digits(power), energy
    parts = [part.strip() for part in re.split(r"[/|;\0]", rest)]
    if tariff and not power:
        power = next((one for one in parts if _POWER_PART.fullmatch(one)), "")
    energy = energy or _energy_among([one for one in parts if one != power], tariff)
    return _name_of(rest, is_joined=True), tariff, _digits(power), energy


def _energy_among(parts: list[str], tariff: str) -> str:
    """Return the part that is the energy, without a label.

    A whole number may be an amount of money where no tariff says what kind of text it is.
    """
    exact = [one for one in parts if _ENERGY_PART.fullmatch(one) and _HUNDREDTHS.search(one)]
    whole = [one for one in parts if _ENERGY_PART.fullmatch(one) and tariff]
    return next(iter([*exact, *whole]), "")


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _tariff_and_power(rest: str) -> tuple[str, str, str]:
    """Return tariff, power, and what is left; each place becomes the end of a part."""
    both = _TARIFF_AND_POWER.search(rest)
    if both is not None:
        left = f"{rest[: both.start()]}|{rest[both.end() :]}"
        return both[1].upper(), both[2], left
    tariff, rest = _first(_TARIFF_ALONE, rest)
    power, rest = _first(_POWER_ALONE, rest)
    return tariff.upper(), power, rest


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> tuple[str, str]:
    """Return what the first pattern that is found has in its group, and the text without it."""
    for pattern in patterns:
        found = pattern.search(text)
        if found is not None:
            return found[1], f"{text[: found.start()]}|{text[found.end() :]}"
    return "", text


def _name_of(rest: str, *, is_joined: bool) -> str:
    for label in _NAME_LABELS:
        for found in label.finditer(rest):
            name = _trimmed(_NAME_ENDS.split(rest[found.end() :], maxsplit=1)[0])
            if _NAME.fullmatch(name):
                return name
    names = list(_unlabelled(rest, is_joined=is_joined))
    return ("/" if is_joined else ", ").join(names[0]) if len(names) == 1 else ""


def _unlabelled(rest: str, *, is_joined: bool) -> Iterator[list[str]]:
    """Yield what may be a name: parts that follow one another are one, as in "TOKO A/B".

    Outside a text that is joined by slashes only capitals are one.
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
