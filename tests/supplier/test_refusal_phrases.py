"""A refusal is definite only if all of it means "not taken": phrases of many panels."""

import time
from pathlib import Path

import pytest

from bot.domain.errors import RefusalClass
from bot.domain.supplier_profile import PanelProfile
from bot.supplier.profile import ProfileError, load_profile

NOT_TAKEN = {
    RefusalClass.DESTINATION: [
        "Nomor Tujuan Diblokir",
        "Nomor tujuan di-blokir operator",
        "Maaf, nomor 081234567890 telah terblokir",
        "Nomor Anda terblokir, silakan hubungi operator",
        "ID pelanggan diblokir PLN",
        "Akun DANA tujuan diblokir",
        "Customer number blocked",
        "Diblokir",
        "Tujuan di Luar Wilayah/Cluster",
        "Nomor diluar cluster",
        "Nomor tujuan luar cluster, gunakan produk lain",
        "Di luar wilayah",
        "Nomor tidak termasuk cluster ini",
        "Maaf, area Anda belum tersedia",
        "Out of cluster",
        "Kwh Melebihi Batas",
        "Total KWH sudah melebihi batas maksimal bulan ini",
        "Pembelian token melebihi batas kWh",
        "Amount of KWH is exceeded",
        "Lakukan Unreg Paket Dahulu",
        "Unreg paket dulu",
        "Harap UN-REG paket lama terlebih dahulu",
        "Nomor masih memiliki paket aktif, lakukan unreg terlebih dahulu",
        "Transaksi gagal: nomor tujuan salah",
        "Trx SM10.081234567890 GAGAL. Nomor tujuan salah. Saldo 100.000",
        "Nomor salah, transaksi tidak dapat diproses",
        "Prefix Tidak Sesuai Dengan Operator",
        "Jumlah Digit Kurang/Lebih",
        "INCORRECT DESTINATION NUMBER",
        "#12345 R#9988 SM10.081234567890 GAGAL, Nomor Tujuan Salah. Saldo 1.234.567 @10:21:33",
        "ID pelanggan salah",
        "IDPEL tidak ditemukan",
        "Player ID tidak ditemukan",
        "Nomor kurang digit",
        "Tujuan luar wilayah, produk tidak dapat diproses",
        "Nomor hangus",
        "Kelebihan kWh",
    ],
    RefusalClass.PRODUCT: [
        "Nominal tidak valid",
        "Cutoff sedang berlangsung",
        "Cut-off masih berjalan sampai jam 00.30",
        "Nominal tidak tersedia",
        "Denom tidak valid",
        "Invalid amount",
        "Produk Sedang Tidak Stabil",
        "Produk tidak stabil, coba beberapa saat lagi",
        "Layanan kurang stabil",
        "Product is unstable",
        "SKU tidak di temukan atau Non-Aktif",
        "SKU tidak ditemukan/Non-Aktif",
        "SKU nonaktif",
        "Produk sedang Gangguan (Non Aktif)",
        "Kode produk tidak ditemukan",
        "Produk Seller Sedang Tidak Tersedia",
        "PRODUCT IS TEMPORARILY OUT OF SERVICE",
        "Trx SM10 ke 081234567890 GAGAL. Stok kosong. Saldo 27.917.398 @22:21",
        "Gangguan, coba lagi nanti",
        "Produk sedang closed",
        "Layanan tutup",
        "Sedang Cut Off, buka kembali pukul 00:30 WIB",
        "Cut off 23:30 - 00:30",
        "Maaf, produk sedang gangguan. Silakan coba beberapa saat lagi.",
        "Produk gangguan, mohon pilih produk lain",
        "Transaksi tidak dapat dilanjutkan, produk sedang gangguan",
        "Your order could not be processed because the product is not available",
        "Product not available, the order was not processed",
    ],
    RefusalClass.CREDENTIALS: [
        "IP diblokir",
        "IP 203.0.113.7 terblokir",
        "Akun diblokir",
        "Akun Anda telah diblokir oleh Seller",
        "Akun Anda belum ter-verifikasi",
        "User ID diblokir",
        "IP Anda tidak kami kenali",
    ],
    RefusalClass.OWN_DEPOSIT: [
        "Saldo tidak cukup untuk melanjutkan transaksi",
        "Saldo Anda tidak cukup untuk memproses transaksi ini",
        "Saldo Anda tidak cukup, saldo Anda Rp 5.000",
        "Insufficient balance to process this order",
        "Belum pernah melakukan deposit",
    ],
    RefusalClass.MAINTENANCE: [
        "Sistem sedang dalam proses maintenance",
        "Pemeliharaan sistem sedang berlangsung",
        "Maintenance in progress",
        "Sistem sedang maintenance, hubungi admin untuk info lebih lanjut",
        "Ada pemeliharaan sistem, akan kembali normal pukul 02.00",
    ],
}

NO_ANSWER = [
    "Stok kosong. Coba cek status pesanan Anda",
    # The order is or will be processed.
    "Sistem dalam pemeliharaan, transaksi Anda akan diproses setelah selesai",
    "System maintenance, your order will be processed afterwards",
    "Service busy, your order will be processed in a few minutes",
    "Produk gangguan, transaksi akan kami proses besok",
    "Layanan gangguan, pesanan segera diproses",
    "Stok habis, pesanan diproses setelah stok tersedia",
    "Produk gangguan, pesanan Anda masuk antrian",
    "Layanan gangguan, transaksi dalam antrean",
    "Product is closed, order queued",
    "Layanan gangguan, transaksi dilanjutkan otomatis",
    "Produk gangguan, transaksi dialihkan ke jalur lain",
    "Nomor salah, transaksi tetap kami teruskan",
    "Server sedang maintenance, pesanan akan kami kirim besok",
    "Product is closed, the order will be delivered tomorrow",
    "Stok habis, pesanan kami tampung",
    "Stok habis, order ditunda",
    "Menunggu konfirmasi operator, layanan gangguan",
    "Saldo supplier tidak cukup, transaksi pending",
    "Layanan gangguan, transaksi suspect",
    "Layanan gangguan, cek status transaksi berkala",
    "Transaksi sedang diproses",
    "Masih dalam proses",
    "Your order is being processed",
    "Layanan gangguan, sistem akan mencoba kembali",
    "Product not available, we'll deliver it later",
    "Belum ada konfirmasi dari operator, layanan gangguan",
    "Stok kosong, pesanan tetap jalan",
    "Stok kosong, pesanan otw",
    "Produk gangguan, masuk daftar tunggu",
    "Produk gangguan tunggu konfirmasi",
    "Produk gangguan, pulsa tetap masuk 1x24 jam",
    "Nomor salah transaksi tetap aktif",
    "Stok kosong sistem coba lagi",
    "Product closed your order is kept",
    "Product closed, it will go through tonight",
    "Layanan gangguan, transaksi sedang kami cek ke operator",
    # The panel lost its upstream.
    "No respon",
    "No respon dari operator, produk gangguan",
    "Gagal mendapatkan respon, produk gangguan",
    "Gk ada respon, layanan gangguan",
    "Layanan gangguan timeouts",
    "Blank reply, service not available",
    "No route to host, service not available",
    "Kehilangan kontak dengan operator, layanan gangguan",
    "Koneksi ke biller terputus, layanan gangguan",
    "Koneksi ke server operator sedang terputus. Produk gangguan",
    "Sambungan terputus, layanan gangguan",
    "Connection to operator lost, product not available",
    "Connection reset by peer, service not available",
    "Connection closed. Product not found",
    "No response from biller, service not available",
    "Got no valid response, product not available",
    "Upstream did not respond, service not available",
    "Server isn't responding, service not available",
    "Tidak ada respon dari operator, produk gangguan",
    "Tidak ada respons, layanan tidak tersedia",
    "Operator tidak merespon, layanan gangguan",
    "Server tidak memberikan respon, produk gangguan",
    "Belum ada jawaban dari operator, layanan gangguan",
    "Tidak mendapat balasan dari pusat, produk gangguan",
    "Respon operator lambat, layanan gangguan",
    "Permintaan tidak direspon, layanan gangguan",
    "Timeout, produk gangguan",
    "Request timed out; service not available",
    "Time out, nomor tidak diketahui",
    "Time-out dari biller",
    "Waktu habis, produk gangguan",
    "RTO, produk gangguan",
    "Biller tidak dapat dihubungi, layanan tidak tersedia",
    "Bad Gateway",
    "HTTP 503, layanan tidak tersedia",
    # The order, or something else, was taken.
    "Nomor salah? Transaksi sudah berhasil",
    "Produk gangguan, status sukses",
    "Success, product not available",
    "Saldo Anda kurang dari minimum setelah transaksi ini berhasil",
    "Nomor salah, SN: 0812345678901234",
    "Produk gangguan. Trx ID: 88123",
    "Nomor salah (ref: 7f3a9)",
    "Layanan gangguan, token 1234-5678-9012-3456-7890",
    "Permintaan diterima, layanan gangguan",
    "Order has been created, product not available",
    "Saldo terpotong, produk gangguan",
]

UNKNOWN = [
    "Nomor salah, silakan coba lihat riwayat transaksi",
    "Transaksi sudah pernah terjadi",
    "Transaksi sudah pernah terjadi sebelumnya",
    "Transaksi sudah terjadi di buyer lain",
    "Ref ID tidak unik",
    "Transaksi duplikat",
    "Transaksi gagal",
    "Transaksi Refund",
    "Service Unavailable",
    "Internal Server Error",
    "Terjadi kesalahan saat memproses transaksi",
    "Transaksi belum berhasil, mohon coba kembali beberapa saat",
    "Gagal memproses API Buyer",
    "Biller gangguan",
    "Jaringan operator sedang gangguan",
    "Koneksi tidak stabil",
    "Saldo seller tidak cukup",
    "Seller ini telah diblokir oleh Anda",
    # A refusal beside unknown words.
    "Nomor salah, dana aman",
    "Produk gangguan, mohon bersabar",
    "Produk gangguan.Mohon bersabar",
    "Produk gangguan namun tim kami bekerja",
    "Nomor salah, silakan tunggu 5 menit",
    "Stok habis - ada kabar dari kami",
    "Nomor Anda kami simpan; jika salah, hubungi kami",
    # A refusal that is negated, asked or only supposed.
    "Nomor tidak salah",
    "Bukan nomor salah",
    "Nomor tujuan tidak diblokir",
    "Produk tidak kosong",
    "Produk tidak sedang gangguan",
    "Number is not blocked",
    "Your balance is not insufficient",
    "Mungkin nomor salah",
    "Produk gangguan? Hubungi kami",
    # Doubt beside a refusal, without punctuation between them.
    "Produk gangguan status belum diketahui",
    "Nomor salah harap tunggu",
    "Stok kosong jangan transaksi ulang",
    "Product closed do not retry",
    "Service not available outcome unknown",
    "Layanan gangguan dalam 1x24 jam",
    "Nomor salah, hubungi CS untuk cek transaksi",
]


@pytest.mark.parametrize(
    ("refusal", "message"),
    [(refusal, message) for refusal, messages in NOT_TAKEN.items() for message in messages],
)
def test_a_refusal_that_says_not_taken_is_definite(
    profile: PanelProfile, refusal: RefusalClass, message: str
) -> None:
    for written in (message, message.upper(), f"{message}.", f"Mohon maaf. {message}"):
        assert not profile.leaves_outcome_unknown(written)
        assert profile.refusal_of(written) is refusal


@pytest.mark.parametrize("message", NO_ANSWER)
def test_words_that_leave_the_outcome_open_are_no_answer(
    profile: PanelProfile, message: str
) -> None:
    for written in (message, message.upper(), f"Stok habis. {message}", f"{message}, nomor salah"):
        assert profile.leaves_outcome_unknown(written)
        assert profile.refusal_of(written) is RefusalClass.OTHER


@pytest.mark.parametrize("message", UNKNOWN)
def test_unknown_words_are_an_answer_that_is_not_believed_at_once(
    profile: PanelProfile, message: str
) -> None:
    """The order fails only after covering misses at 60 and 120 s."""
    assert profile.refusal_of(message) is RefusalClass.OTHER
    assert not profile.leaves_outcome_unknown(message)


@pytest.mark.parametrize(
    "message",
    [
        "Nomor salah, transaksi dibatasi",
        "Transaksi dibatasi, nomor salah",
        "Produk gangguan. Transactions are limited, try again in 6 seconds",
    ],
)
def test_a_throttle_phrase_beside_other_words_is_no_throttle_refusal(
    profile: PanelProfile, message: str
) -> None:
    """An order returns to the queue only if the throttle phrase is the whole message."""
    assert profile.refusal_of(message) is not RefusalClass.THROTTLE


def test_a_message_that_is_too_long_is_no_answer(profile: PanelProfile) -> None:
    """Words that leave the outcome open may stand at its end."""
    assert profile.leaves_outcome_unknown("Nomor salah. " + "x" * 10_000)
    assert profile.leaves_outcome_unknown("Nomor salah. " + "x " * 4_000 + "akan diproses")


@pytest.mark.parametrize(
    "unit",
    [" ", "1234 ", "1.1 - ", "trx -1 ", "nomor ", "tidak dapat ", "akan segera ", "koneksi ",
     "status 5 ", "saldo rp 1 ", "maaf ", "1234-", "ref ", "di ", "waktu ", ", ", "untuk ", "ip ",
     "R#9 ", "trx#1 ", "no 1a ", "ke-1-",
     "mulai jam ", "harga rp ", "id 1 ", "nanti 5 ", "pukul 1 wib ", "produk 1@", "error 5, "],
)  # fmt: skip
def test_hostile_messages_are_matched_in_linear_time(profile: PanelProfile, unit: str) -> None:
    """Only messages of up to 500 characters are classified, part by part."""
    for head in ("Nomor salah, ", "Stok habis ", ""):
        for length in (480, 9_000):
            message = (head + unit * 5_000)[:length] + "~"
            began = time.process_time()
            profile.leaves_outcome_unknown(message)
            profile.refusal_of(message)
            assert time.process_time() - began < 2, message[:40]


def test_an_own_group_of_no_answer_phrases_is_added_to_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "panel.toml"
    path.write_text("[no_answer]\nours = ['diteropong']\n", encoding="utf-8")
    profile = load_profile(path)
    assert profile.leaves_outcome_unknown("Nomor salah, pesanan diteropong")
    assert profile.leaves_outcome_unknown("Tidak ada respon, nomor salah")
    assert profile.refusal_of("Nomor salah") is RefusalClass.DESTINATION


def test_faults_in_the_lists_of_phrases_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "panel.toml"
    text = "denials = ['(']\nbeside_refusals = 5\n[no_answer]\nlater = ['x*']\nlost = 'y'\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    for beginning in (
        "denials: '(' is no regular expression",
        "beside_refusals must be a list of texts.",
        "no_answer.later: 'x*' matches an empty text.",
        "no_answer.lost must be a list of texts.",
    ):
        assert any(problem.startswith(beginning) for problem in caught.value.problems), beginning
