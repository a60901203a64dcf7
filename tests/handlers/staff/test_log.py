"""/log: who did what, in words, searched and filtered."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.admin_act import KINDS, SERVER, ActKind, AdminAct
from bot.domain.order import CustomerId
from bot.services.act_log import LoggedAct
from handlers.staff.log_texts import KIND_NAMES, SENTENCES, act_text, sentence
from handlers.ui.i18n import load_languages
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.samples import NOON
from tests.services.shop import ADMIN, ANNI, BUDI

SERVICES = Path(__file__).parents[3] / "bot" / "services"
LANGUAGES = load_languages()


def constants(node: ast.AST) -> Iterator[str]:
    """Yield the strings that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def recorded_actions() -> Iterator[str]:
    """Yield every action that a use case records, as far as it stands in the source.

    Of a function that passes an action on, such as `_log`, those of its calls count; of a variable
    `action` or a constant, those that are assigned to it.
    """
    for path in SERVICES.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "AdminAct(" not in source and "record_act(" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "AdminAct":
                    yield from constants(node.args[1])
                elif name in ("_log", "record_act", "_change"):
                    for one in node.args[2:3]:
                        yield from constants(one)
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = ast.unparse(node.targets[0])
                if target in ("action", "ACTION"):
                    yield from constants(node.value)


def test_every_recorded_action_has_a_sentence_and_a_kind() -> None:
    found = set(recorded_actions())
    assert {"refund", "pause", "staff_removed", "accept_member", "setting"} <= found
    assert found <= set(SENTENCES)
    assert set(SENTENCES) == set(KINDS)
    assert set(KIND_NAMES) == set(ActKind)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("action", [*SENTENCES, "of_another_version"])
def test_every_act_is_said_in_both_languages(language: str, action: str) -> None:
    act = AdminAct(ADMIN.customer_id, action, f"user:{BUDI}", "50000 50000 <b>", NOON)
    translator = LANGUAGES[language]
    text = act_text(translator, LoggedAct(act, None, None, BUDI))
    assert "{" not in text
    assert "<b>" not in text.partition("\n")[2]


@pytest.mark.parametrize(
    ("action", "subject", "detail", "says"),
    [
        ("credit", f"user:{BUDI}", "50000 cash lunas", "tunai lunas"),
        ("debit", f"user:{BUDI}", "-50000 salah", "dikurangi Rp50.000"),
        ("topup_approved", "topup:1", "50123 50000 pas", "Rp50.000"),
        ("topup_rejected", "topup:1", "50123 palsu", "palsu"),
        ("deposit", "supplier", "-50000", "Rp50.000"),
        ("refund", "K1", "forced, account U2", "meskipun"),
        ("refund", "K1", "other", "other"),
        ("staff_rights", f"user:{BUDI}", "+codes", "+ Lihat kode"),
        ("staff_removed", f"user:{BUDI}", "cases sell", "Urus pesanan · Jual"),
        ("pause", "shop", "libur", "libur"),
        ("credit", f"user:{BUDI}", "odd", "odd"),
        ("setting", "timezone", "Asia/Jakarta → Asia/Makassar", "WIB (Jakarta) → WITA (Makassar)"),
        ("setting", "closes_by_clock", "0 → 1", "Jualan siang malam → Tutup di luar jam pegawai"),
        ("setting", "summary_hour", "-1 → 21", "Mati → 21.00"),
        ("setting", "topup_max", "0 → 500000", "tidak ada → Rp500.000"),
        ("setting", "staff_hours", " → 08:00-21:00", "08.00-22.00 → 08.00-21.00"),
        ("setting", "shop_contact", " → @toko", "belum diisi → @toko"),
        ("setting", "signup", "open → of_another_version", "of_another_version"),
        ("setting", "of_another_version", "1 → 2", "Pengaturan of_another_version"),
        ("bot_profile", "name", "Konter → Maju", "Nama bot diubah"),
        ("sell_to", "Games", "everybody -> nobody", "semua pelanggan → tidak dijual"),
        ("disrupt", "pulsa-reguler / TELKOMSEL", "normal -> disrupted", "Pulsa / TELKOMSEL"),
        ("price", "pulsa-reguler/TELKOMSEL (Agen)", "- -> less 300", "Pulsa/TELKOMSEL (Agen)"),
        ("rename_type", "Pulsa", "- -> Pulsa Murah", "kosong → Pulsa Murah"),
        ("credit_limit", f"user:{BUDI}", "0 → 50000", "Rp0 → Rp50.000"),
        ("sell_again", "TSEL10", "cost 10200", "dengan modal Rp10.200"),
        ("price", "*", "+1500 (20000), round 100 -> fixed 11500", "Rp11.500"),
        ("price", "* (Agen)", "- -> less 300", "semua produk (Agen)"),
    ],
)
def test_an_act_says_how_much_and_why(action: str, subject: str, detail: str, says: str) -> None:
    act = AdminAct(ADMIN.customer_id, action, subject, detail, NOON)
    assert says in act_text(LANGUAGES["id"], LoggedAct(act, None, None, None))


def test_what_a_sentence_says_already_is_not_said_again() -> None:
    for action, detail in (("message", "thread:4"), ("disrupt", "normal -> disrupted")):
        act = AdminAct(ADMIN.customer_id, action, "K1", detail, NOON)
        assert detail not in act_text(LANGUAGES["id"], LoggedAct(act, None, None, BUDI))


def test_the_server_is_named() -> None:
    act = AdminAct(SERVER, "staff_removed", f"user:{BUDI}", "", NOON)
    assert "Perintah di server" in act_text(LANGUAGES["id"], LoggedAct(act, None, None, BUDI))
    assert "removed" in sentence(LANGUAGES["en"], LoggedAct(act, None, None, BUDI))


async def record(harness: BotHarness, actor: CustomerId, action: str, subject: str) -> None:
    act = AdminAct(actor, action, subject, "", harness.shop.clock.now())
    await harness.shop.store.write(lambda tx: tx.admin_acts.add(act))


async def test_the_log_is_filtered_searched_and_paged(harness: BotHarness) -> None:
    await harness.say("/start")
    for number in range(9):
        await record(harness, ANNI, "keep_waiting", f"K{number}")
    await record(harness, ADMIN.customer_id, "pause", "shop")
    await harness.say("/catatan", INDONESIAN_ADMIN)
    assert "Toko ditutup" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Orang", INDONESIAN_ADMIN)
    await harness.press("Anni", INDONESIAN_ADMIN)
    assert "Toko ditutup" not in harness.text(INDONESIAN_ADMIN)
    assert "K8" in harness.text(INDONESIAN_ADMIN)
    await harness.press("2 ›", INDONESIAN_ADMIN)
    assert "K0" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Jenis", INDONESIAN_ADMIN)
    await harness.press("🏪 Toko", INDONESIAN_ADMIN)
    assert "Tidak ada yang cocok" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Tampilkan semua", INDONESIAN_ADMIN)
    await harness.say("/catatan k4", INDONESIAN_ADMIN)
    assert "K4" in harness.text(INDONESIAN_ADMIN)
    assert "K5" not in harness.text(INDONESIAN_ADMIN)
    await harness.press("Orang", INDONESIAN_ADMIN)
    await harness.press("Semua orang", INDONESIAN_ADMIN)
    assert "K4" in harness.text(INDONESIAN_ADMIN)
