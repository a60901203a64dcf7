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


def recon_text(translator: Translator, report: ComparisonReport) -> str:
    """Return the result of a comparison; its list is limited, so that it fits into one message."""
    _ = translator.gettext
    title = _("Compared with the supplier")
    return paragraphs(
        lines(f"⚖️ {bold(title)}", _counts(translator, report)),
        _findings(translator, report) or _("✅ Everything agrees."),
    )


def settled_text(translator: Translator, ref_id: str, count: int) -> str:
    """Return that the differences of a reference are settled, or that there were none."""
    _ = translator.gettext
    if not count:
        return _(
            "No open difference has the reference {reference}, so nothing was settled. Check it "
            "letter by letter: /recon shows what is open."
        ).format(reference=code(cut(ref_id, 64)))
    return _("✅ {reference} is settled, and will not be told again.").format(
        reference=code(cut(ref_id, 64))
    )


def not_compared(translator: Translator) -> str:
    """Return that nothing was compared, because the supplier did not answer."""
    return translator.gettext(
        "The supplier does not show its rows now, so nothing was compared. Try again soon."
    )


def _counts(translator: Translator, report: ComparisonReport) -> str:
    compared = translator.ngettext(
        "{count} row compared", "{count} rows compared", report.rows
    ).format(count=translator.number(report.rows))
    unclaimed = translator.ngettext(
        "{count} unclaimed", "{count} unclaimed", report.count(FindingKind.UNCLAIMED)
    ).format(count=translator.number(report.count(FindingKind.UNCLAIMED)))
    return lines(
        f"{compared}, {unclaimed}.",
        _in_doubt(translator, report.in_doubt),
        _skipped(translator, report.skipped),
    )


def _in_doubt(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.ngettext(
        "{count} more may belong to an open order, or is too new to tell.",
        "{count} more may belong to open orders, or are too new to tell.",
        count,
    ).format(count=translator.number(count))


def _skipped(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.ngettext(
        "{count} row could not be read.", "{count} rows could not be read.", count
    ).format(count=translator.number(count))


def _findings(translator: Translator, report: ComparisonReport) -> str:
    if not report.findings:
        return ""
    title = translator.gettext("Not settled")
    shown = [_line(translator, finding) for finding in report.findings[:FINDINGS_SHOWN]]
    more = rest_line(translator, len(report.findings) - FINDINGS_SHOWN)
    ending = translator.gettext(
        "No money was moved. Once you have seen to one, send /recon with its reference."
    )
    return paragraphs(lines(f"👀 {bold(title)}", *shown, more), ending)


def _line(translator: Translator, finding: Finding) -> str:
    return list_row(
        code(cut(finding.ref_id, 40)),
        "" if finding.order_id is None else order_number_of(finding.order_id),
        translator.gettext(KINDS[finding.kind]),
        code(cut(finding.detail, 80)) if finding.detail else "",
        translator.datetime(finding.found_at),
    )
