"""Parts of notes and vouchers that only the reseller may read, and text that looks like them."""

import re
import time

import pytest

from tests.supplier.panel_calls import PROFILE

PRIVATE = [
    " SISA SALDO: 1.005.000 - 5.000 = 1.000.000", "Saldo=990000", "Saldo 27.917.398 @22:21",
    "Sisa Deposit 990.000", "Sisa Deposit Rp990.000", "Sld 990.000", "Sld: Rp 990,000.00",
    "SLD=990rb", "HRG:10000", "Harga: 5500", "Hrg Rp5.500", "H=5500", "Harga Rp. 5.500,-",
    "Tele:@panelku", "Tele : @panelku_bot.", "telegram @panelku", "t.me/panelku",
    "https://t.me/panelku", "Wa:081234567890", "WA 6281234567890", "WA +62 812-3456-7890",
    "WhatsApp: 0812 3456 7890", "CS: 081234567890", "CS: Budi", "CS: @budi",
    "CS Budi 081234567890", "hubungi kami di 0812-3456-7890", "cs@panel.id",
    "saldo akhir anda Rp.50.000,-", "sisa saldo KN1234 990.000", "Saldo Rp990.000",
    "27.922.898-5.500=27.917.398", "Sal: 990.000", "Sal.990.000", "Saldo 990.000-5.000=985.000",
    "Saldo: 990.000 -> 984.500", "Balance: 990000", "saldo terpotong Rp 5.500",
    "Sisa saldo Anda saat ini adalah Rp 990.000", "SisaSaldo:990000", "sisa: 990.000",
    "Harga beli: 10.000", "deposit: 990.000", "wa.me/6281234567890", "Info 081234567890",
    "Saldo : 990000", "SALDO Rp.990.000,00", "Price: 5500", "Wa.081234567890",
    "WA: 081234567890/081298765432", "Saldo Anda: 990.000", "deposit 990.000",
    "Sal. akhir: 27.917.398", "Sisa Sal 27.917.398", "Telp: 081234567890", "CP 081234567890",
    "Join channel: https://t.me/panel", "Line: @panel", "Saldomu 990.000", "Saldo Rp: 990.000",
    "WA+6281234567890", "CS/WA: 081234567890", "CS (WA): 081234567890",
    "Kontak CS: wa 081234567890", "Hub. 081234567890", "Hubungi CS kami di WA 081234567890",
    "Saldo awal 990.000; saldo akhir 980.000",
    "Hrg 5500 Saldo 990.000-5.500=984.500 @12/11 22:21:05",
    "Saldo sebelum: 995.500 Saldo sesudah: 990.000",
    "Saldo sebelumnya Rp995.500, setelahnya Rp990.000", "Saldo (Rp): 990.000",
    "Saldo -> 990.000", "Saldo\u2013990.000", "Saldo Utama: Rp 990.000", "Saldo Panel: 990.000",
    "Saldo AGEN123: 990.000", "Saldo ID1234 990.000", "Saldo trx 990.000",
    "balance before 995.500 after 990.000", "BALANCE AFTER: 990.000", "lastBalance: 990000",
    "saldoAkhir: 990000", "balance_after=990000", "last_saldo: 990000", "remaining: 990,000",
    "Blc: 990000", "Dep: 990.000", "Rp995.500 \u2013 Rp5.500 = Rp990.000",
    "995.500 \u2212 5.500 = 990.000", "Biaya: 5.500", "Total: 5.500", "Total bayar: 25.500",
    "Debit Rp5.500", "Hrga: 5500", "CS 1: 081234567890 CS 2: 081234567891",
]  # fmt: skip
"""The reseller's balance, the cost of an order, and the contacts of the panel."""
ADDRESSES = [
    "https://panel.id/trx/1", "http://panel.example.com:8080/x?y=1", "www.panel.id",
    "panel.co.id", "panel-pulsa.com/trx", "email: panel@gmail.com", "panel.pulsa@yahoo.co.id",
    "@panelku_bot",
]  # fmt: skip
"""In a note they are the panel's; in a voucher they may be the goods."""
HARMLESS = [
    "Saldo DANA 50.000", "Saldo GoPay 20rb", "Isi ulang saldo DANA 50.000 berhasil",
    "Saldo OVO Rp 50.000 masuk ke 081234567890", "Top up saldo 50.000",
    "Isi saldo Rp 20.000 sukses", "DANA saldo 50.000 berhasil",
    "Saldo 50.000 ke DANA 081234567890", "Saldo 50.000 DANA", "Saldo E-Money Mandiri 100.000",
    "Sisa saldo DANA Anda 70.000", "1234-5678-9012-3456-7890/BUDI/R1/900VA/30,1",
    "1234 5678 9012 3456 7890/WA ODE SITI/R1/900/32,1",
    "12345678901234567890/ABDUL SAL/R1/900/32.1",
    "12345678901234567890/H. M. SYAFI'I/R1M/900VA/32,10kWh", "HRG10000XY", "WA081234567890",
    "SALDO-1234-5678", "CS-1234-ABCD", "CS:ABCD-1234", "Harga-1234", "Masa aktif sisa 30 hari",
    "Sisa kuota 5 GB", "Paket WA 081234567890 sukses", "Ke 081234567890 berhasil",
    "No HP: 081234567890", "Biaya admin 2.500",
    "Redeem di https://play.google.com/redeem?code=ABC", "Akun: budi@gmail.com pass: 1234",
    "budi@gmail.com|rahasia", "KODE SALDO 12AB34CD", "SN: 081234567890123", "Nomor salah",
    "Saldo ShopeePay 100.000 a.n. BUDI", "Harga paket 50.000",
    "Token: 1234 5678 9012 3456 7890", "Kuota 10 GB + 5 GB / 30 Hari",
    "296 Diamonds ( 256 + 40 Bonus )", "CS GO Steam Key ABCDE-FGHIJ",
    "Voucher Telegram Premium 3 bulan", "E-TOLL saldo 100.000", "Saldo Maxim Driver 50.000",
    "Saldo LinkAja 25.000 SN 1234567890", "SN 1234567890 a.n. SISA RAHMAWATI",
    "Wawa: 081234567890", "Google Play Saldo 50.000", "Total: 32,1 kWh", "Total: 140 Diamonds",
    "Sisa kuota 5000 MB / 30 hari", "Saldo e-money setelah topup 150.000",
    "SALDO GRAB DRIVER 50.000", "Saldo IM3 50.000",
]  # fmt: skip
VOUCHERS = [
    "https://gift.example.com/redeem/ABC-123",
    "budi.santoso@gmail.com",
    "Link: https://netflix.example.com/activate Kode: 1234",
    "email budi@gmail.com pass @budi1234",
    "  ABCD  EFGH  ",
]
CLEAN = "SN 0041234"
NOTES = [
    ("SN: 0123456789. Sisa saldo Rp 1.250.000", "SN: 0123456789"),
    ("SN: 0123. Sisa Saldo: 1.250.000. Terima kasih", "SN: 0123. Terima kasih"),
    ("Berhasil, saldo akhir anda Rp. 50.000,-", "Berhasil"),
    ("Saldo Rp 12.000. SN 99", "SN 99"),
    ("Gagal. Saldo 1.005.000 - 5.000 = 1.000.000", "Gagal"),
    ("Saldo Rp 105.000 - 5.000 = 100.000", ""),
    ("Success. Your balance is Rp 90.000", "Success"),
    ("Success, remaining balance: 90000", "Success"),
]
LONG_NOTES = [
    "SISA SALDO: 1.005.000 - 5.000 = 1.000.000",
    "Sisa saldo Rp 1.250.000",
    "saldo akhir anda 99.500",
    "Your balance is Rp 90.000",
]


@pytest.mark.parametrize(("note", "public"), NOTES)
def test_the_rest_of_a_note_stays(note: str, public: str) -> None:
    assert PROFILE.public_note(note) == public


def test_a_private_phrase_is_removed_from_a_note() -> None:
    phrases = (*PRIVATE, *ADDRESSES)
    for said in (*phrases, *map(str.upper, phrases)):
        notes = (f"{CLEAN} {said}", f"{CLEAN}. {said}. ", f"{said} {CLEAN}", f"{CLEAN} ({said})")
        for note in notes:
            assert PROFILE.public_note(note) == CLEAN, note
        assert not re.search(r"[a-z0-9]", PROFILE.public_note(said), re.IGNORECASE), said


@pytest.mark.parametrize(
    "note",
    [
        "Saldo: *Rp 990.000*",
        "Saldo : `990.000`",
        "Saldo [990.000]",
        "Saldo (990.000)",
        "buyer_last_saldo: 990000",
        "Saldo Anda: 990.000 Poin Anda: 12",
        "Saldo 990.000 hari ini",
        "Sisa saldo 990.000 jam 22:21",
        "Saldo: 990.000 SMS Center: 1234",
    ],
)
def test_a_balance_is_removed_whatever_surrounds_it(note: str) -> None:
    for said in (note, note.upper()):
        assert "990" not in PROFILE.public_note(f"SN 12. {said}")


def test_a_private_phrase_is_removed_from_a_voucher() -> None:
    """Panels without a field for it put it beside the code."""
    token = "1234-5678-9012-3456-7890/H. M. SYAFI'I/R1/900/32,1"
    for phrase in PRIVATE:
        assert PROFILE.has_private_part(phrase), phrase
        assert PROFILE.public_voucher(f"{CLEAN}\n{phrase}") == CLEAN, phrase
        assert PROFILE.public_voucher(f"{token} | {phrase}") == token, phrase


def test_text_that_only_looks_private_stays() -> None:
    for text in HARMLESS:
        assert PROFILE.public_note(text) == text
        assert PROFILE.public_voucher(text) == text
        assert not PROFILE.has_private_part(text), text


@pytest.mark.parametrize("voucher", [*VOUCHERS, *ADDRESSES[:7]])
def test_an_address_in_a_voucher_stays(voucher: str) -> None:
    """A link to redeem, or the e-mail address of an account, is the goods."""
    assert PROFILE.public_voucher(voucher) == voucher.strip()


@pytest.mark.parametrize(
    "filler",
    [
        *("SN 123. ", "saldo ", "1234 ", "\n\n", "-" * 9, "😀 ", "1.000 - "),
        *("wa ", "cs ", "a@", "0812 ", "sisa saldo a ", "x"),
    ],
)
def test_long_notes_are_cleaned_in_linear_time_and_to_their_end(filler: str) -> None:
    for phrase in LONG_NOTES:
        note = (filler * 8_000)[: 8_000 - len(phrase) - 30] + f" x {phrase} / 1234-5678-9012"
        started = time.thread_time()
        public = PROFILE.public_note(note)
        assert time.thread_time() - started < 5
        assert public.endswith("1234-5678-9012")
        assert not {"1.005", "1.250", "99.500", "90.000"} & set(re.findall(r"\d+\.\d+", public))
        assert PROFILE.has_private_part(note)


def test_a_code_is_kept_whole_anywhere_in_a_long_voucher() -> None:
    """Long texts are searched in pieces: half a code at a boundary is no phone number."""
    for before in range(150, 460, 3):
        voucher = f"{'k' * before} WA 0812345678901234567 Wa:081234567890 {'t' * 500}"
        public = f"{'k' * before} WA 0812345678901234567 {'t' * 500}"
        assert PROFILE.public_voucher(voucher) == public, before
