"""Texts of /recon: the differences between the supplier's rows and the shop's orders."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.order import order_number_of
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.services.orders.supplier_comparison import ComparisonReport
from handlers.admin.list_texts import list_row, rest_line
from handlers.ui.html import bold, code, cut, lines, paragraphs
from handlers.ui.i18n import N_, Translator

FINDINGS_SHOWN = 15
KINDS: Mapping[FindingKind, str] = MappingProxyType(
    {
        FindingKind.UNCLAIMED: N_("belongs to no order"),
        FindingKind.REVERSED: N_("taken back after it had succeeded"),
        FindingKind.DELIVERED: N_("delivered after the money was given back"),
        FindingKind.STATUS: N_("over in this shop, but not at the supplier"),
        FindingKind.PRICE: N_("another price than was booked"),
        FindingKind.TARGET: N_("another product or number than was ordered"),
        FindingKind.DATE: N_("dated more than 15 hours off"),
    }
)
"""A short description of each kind of difference."""


def recon_text(words: Translator, report: ComparisonReport) -> str:
    """Return the result of a comparison; its list is limited, so that it fits into one message."""
    _ = words.gettext
    title = _("Compared with the supplier")
    return paragraphs(
        lines(f"⚖️ {bold(title)}", _counts(words, report)),
        _findings(words, report) or _("✅ Everything agrees."),
    )


def settled_text(words: Translator, ref_id: str, count: int) -> str:
    """Return that the differences of a reference are settled, or that there were none."""
    _ = words.gettext
    if not count:
        return _(
            "No open difference has the reference {reference}, so nothing was settled. Check it "
            "letter by letter: /recon shows what is open."
        ).format(reference=code(cut(ref_id, 64)))
    return _("✅ {reference} is settled, and will not be told again.").format(
        reference=code(cut(ref_id, 64))
    )


def not_compared(words: Translator) -> str:
    """Return that nothing was compared, because the supplier did not answer."""
    return words.gettext(
        "The supplier does not show its rows now, so nothing was compared. Try again soon."
    )


def _counts(words: Translator, report: ComparisonReport) -> str:
    compared = words.ngettext("{count} row compared", "{count} rows compared", report.rows).format(
        count=words.number(report.rows)
    )
    unclaimed = words.ngettext(
        "{count} unclaimed", "{count} unclaimed", report.count(FindingKind.UNCLAIMED)
    ).format(count=words.number(report.count(FindingKind.UNCLAIMED)))
    return lines(
        f"{compared}, {unclaimed}.",
        _in_doubt(words, report.in_doubt),
        _skipped(words, report.skipped),
    )


def _in_doubt(words: Translator, count: int) -> str:
    if not count:
        return ""
    return words.ngettext(
        "{count} more may belong to an open order, or is too new to tell.",
        "{count} more may belong to open orders, or are too new to tell.",
        count,
    ).format(count=words.number(count))


def _skipped(words: Translator, count: int) -> str:
    if not count:
        return ""
    return words.ngettext(
        "{count} row could not be read.", "{count} rows could not be read.", count
    ).format(count=words.number(count))


def _findings(words: Translator, report: ComparisonReport) -> str:
    if not report.findings:
        return ""
    title = words.gettext("Not settled")
    shown = [_line(words, finding) for finding in report.findings[:FINDINGS_SHOWN]]
    more = rest_line(words, len(report.findings) - FINDINGS_SHOWN)
    ending = words.gettext(
        "No money was moved. Once you have seen to one, send /recon with its reference."
    )
    return paragraphs(lines(f"👀 {bold(title)}", *shown, more), ending)


def _line(words: Translator, finding: Finding) -> str:
    return list_row(
        code(cut(finding.ref_id, 40)),
        "" if finding.order_id is None else order_number_of(finding.order_id),
        words.gettext(KINDS[finding.kind]),
        code(cut(finding.detail, 80)),
        words.datetime(finding.found_at),
    )
