"""Parsing tokens for prepaid electricity (PLN) from the texts of panels."""

import time

import pytest

from bot.domain.pln_serial import PlnSerial, read_pln_serial

TOKEN = "12345678901234567890"
GROUPED = "1234 5678 9012 3456 7890"
DASHED = "1234-5678-9012-3456-7890"
OTHER = "99999999999999999999"


@pytest.mark.parametrize(
    "text",
    [
        f"{TOKEN}/H. M. SYAFI'I/R1M/900/32,1",
        f"{DASHED}/H. M. SYAFI'I/R1M/900VA/32,1 kWh",
        f"H. M. SYAFI'I/R1M/900/32,1/{TOKEN}",
        f"R1M/900/H. M. SYAFI'I/{GROUPED}/32,1kWh",
        f"{TOKEN}/32,1/900/R1M/H. M. SYAFI'I",
        f"{TOKEN}|H. M. SYAFI'I|R1M|900 VA|32,1",
        f"{TOKEN}-H. M. SYAFI'I-R1M-900-32,1",
        f"{TOKEN}#H. M. SYAFI'I#r1m#900#KWh:32,1",
        f"TOKEN: {DASHED} NAMA: H. M. SYAFI'I TARIF: R1M DAYA: 900 KWH: 32,1",
        f"KWH 32,1 DAYA 900 TARIF R1M NAMA H. M. SYAFI'I TOKEN {TOKEN}",
        f"Nama: H. M. SYAFI'I; Tarif/Daya: R1M/900VA; KWh:32,1; Token: {GROUPED}",
        f"SN={TOKEN};NAMA=H. M. SYAFI'I;TD=R1M/900;ENERGI=32,1",
        f"STROOM/TOKEN : {GROUPED}\nNAMA : H. M. SYAFI'I\nTARIF/DAYA : R1M/900 VA\nJML KWH : 32,1",
        (
            f"ID PELANGGAN: 512345678901 NAMA PELANGGAN: H. M. SYAFI'I TRF/DAYA: R1M-900 "
            f"KWH: 32,1 TOKEN: {DASHED} REF: 0PLN21S12345"
        ),
        (
            f"Token listrik a.n. H. M. SYAFI'I R1M/900 VA sebanyak 32,1 kWh berhasil. "
            f"Token Anda {GROUPED}. Terima kasih"
        ),
        f"Token {TOKEN}, atas nama H. M. SYAFI'I, daya 900 VA, tarif R1M, 32,1 kWh",
        f"{TOKEN} H. M. SYAFI'I R1M/900 32,1 kWh",
        f"Pelanggan: H. M. SYAFI'I, R1M 900VA, 32,1 KWH, {GROUPED}",
        f"REF: {OTHER} TOKEN: {TOKEN}/H. M. SYAFI'I/R1M/900/32,1",
        f"Trx ID {OTHER}. {TOKEN}/H. M. SYAFI'I/R1M/900/32,1/20000/2500",
        f"{TOKEN}/H. M. SYAFI'I/R1M/900/32,1/{TOKEN}",
        "1234-5678 9012.3456 7890/H. M. SYAFI'I/R1M/900/32,1",
        "12345 67890 12345 67890/H. M. SYAFI'I/R1M/900/32,1",
        f"{DASHED},H. M. SYAFI'I,R1M,900VA,32,1kWh",
        f"{DASHED}*H. M. SYAFI'I*R1M*900*32,1",
        f"H. M. SYAFI'I - R1M - 900VA - 32,1 - {TOKEN}",
        f'{{"token":"{TOKEN}","nama":"H. M. SYAFI\'I","tarif":"R1M","daya":"900","kwh":"32,1"}}',
        f"Sukses. Tkn {TOKEN} An H. M. SYAFI'I R1M 900VA 32,1kwh",
        f"{DASHED}/H. M. SYAFI'I/R1M/900VA/32,1/Rp18.518",
    ],
)
def test_the_five_parts_are_parsed_in_any_order_and_format(text: str) -> None:
    assert read_pln_serial(text) == PlnSerial(TOKEN, "H. M. SYAFI'I", "R1M", "900", "32,1")


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        (TOKEN, PlnSerial(TOKEN)),
        (f"{TOKEN}/BUDI", PlnSerial(TOKEN, "BUDI")),
        (f"TOKEN : {DASHED} (BUDI)", PlnSerial(TOKEN, "BUDI")),
        (f"JUMLAH KWH : 32,1 / TOKEN : {TOKEN}", PlnSerial(TOKEN, energy="32,1")),
        (f"SN: {GROUPED}", PlnSerial(TOKEN)),
        (f"TOKEN No.{DASHED}", PlnSerial(TOKEN)),
        (f"token an BUDI: {TOKEN}", PlnSerial(TOKEN, "BUDI")),
        (f"081234567890 {GROUPED}", PlnSerial(TOKEN)),
        (f"{TOKEN}//R1/900/32,1", PlnSerial(TOKEN, "", "R1", "900", "32,1")),
        (f"{TOKEN}/AN NISA/R1/900/32.1", PlnSerial(TOKEN, "AN NISA", "R1", "900", "32.1")),
        (f"{TOKEN}/SDN 3 KOTA/S2/5500/1.032,1", PlnSerial(TOKEN, "SDN 3 KOTA", "S2", "5500",
                                                         "1.032,1")),
        (f"{TOKEN}/MASJID A/B/R-1/1.300 VA/65,2", PlnSerial(TOKEN, "MASJID A/B", "R-1", "1300",
                                                           "65,2")),
        (f"NAMA: TOKO A/B TARIF: R1 {TOKEN}", PlnSerial(TOKEN, "TOKO A/B", "R1")),
        (f"{TOKEN}/BUDI/R1/900/32/20000", PlnSerial(TOKEN, "BUDI", "R1", "900", "32")),
        (f"{TOKEN}/BUDI/20000", PlnSerial(TOKEN, "BUDI")),
        (f"{TOKEN}/BUDI/900/R1", PlnSerial(TOKEN, "BUDI", "R1", "900", "")),
        (f"{TOKEN}/BUDI/32,10", PlnSerial(TOKEN, "BUDI", "", "", "32,10")),
        (f"BUDI, S.H., {TOKEN}, 32.1 kWh", PlnSerial(TOKEN, "BUDI, S.H.", "", "", "32.1")),
        (f"Nama BUDI, S.H., 32.1 kWh, {TOKEN}", PlnSerial(TOKEN, "BUDI, S.H.", "", "", "32.1")),
        (f"Nama: 12345 Token: {TOKEN}", PlnSerial(TOKEN)),
        (f"Sukses. {TOKEN}. Terima kasih", PlnSerial(TOKEN)),
        (f"{TOKEN} BUDI R1/900, SITI", PlnSerial(TOKEN, "", "R1", "900")),
        (f"Nama: BUDI (JL. MAWAR Token {TOKEN}", PlnSerial(TOKEN, "BUDI (JL. MAWAR")),
    ],
)  # fmt: skip
def test_missing_parts_are_left_empty(text: str, serial: PlnSerial) -> None:
    assert read_pln_serial(text) == serial


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sudah dikirim",
        f"{OTHER}/{TOKEN}/BUDI/R1/900/32,1",
        f"TOKEN {OTHER} TOKEN {TOKEN}",
        f"REF: {TOKEN}",
        f"No. Referensi {GROUPED}",
        f"Invoice #{TOKEN}",
        f"{TOKEN} (ref)",
        f"TRX-{TOKEN}",
        f"0PLN{TOKEN}",
        f"{TOKEN}X9",
        f"{TOKEN}-9",
        "1234567890123456789012",
        "1234567890123456789",
        f"2024 {GROUPED}",
        f"{GROUPED} 2024",
        f"{DASHED}-1111",
        f"{TOKEN}/BUDI/R1/900/32,1" + " " + "x" * 1_000,
    ],
)
def test_a_number_that_may_be_a_reference_is_no_token(text: str) -> None:
    """The customer then sees the whole text and does not type a reference into the meter."""
    assert read_pln_serial(text) is None


def test_a_token_written_twice_is_one_token() -> None:
    assert read_pln_serial(f"{GROUPED} ({TOKEN})") == PlnSerial(TOKEN)


@pytest.mark.parametrize("part", ["1", "1234 ", "ref", "nama ", "a/", "R1/900", "kwh ", "A ", "- "])
def test_hostile_texts_are_parsed_in_time(part: str) -> None:
    started = time.thread_time()
    read_pln_serial(f"{TOKEN} " + (part * 1_000)[:970])
    assert time.thread_time() - started < 2
