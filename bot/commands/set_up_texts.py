"""What `set-up` says, in Indonesian and in English."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["id", "en"]


class Text(NamedTuple):
    """One text in both languages; names in braces are filled in."""

    id: str
    en: str

    def in_language(self, language: Language, **facts: object) -> str:
        """Return the text with its facts."""
        return (self.en if language == "en" else self.id).format(**facts)


WHICH_LANGUAGE = "Bahasa Indonesia: tekan Enter. English: type e and press Enter."

WELCOME = Text(
    "Beberapa pertanyaan, lalu toko siap. Setiap jawaban langsung disimpan: kalau terputus,\n"
    "jalankan lagi. Yang ada di dalam [ ] sudah tersimpan; tekan Enter untuk memakainya.",
    "A few questions, and the shop is ready. Each answer is saved at once: if this is cut off,\n"
    "run it again. What stands in [ ] is saved already; press Enter to keep it.",
)
REQUIRED = Text("!! Ini harus diisi.", "!! This is needed.")
NOT_ACCEPTED = Text("!! Belum benar: {problem}", "!! Not right yet: {problem}")
NOT_SAVED = Text(
    "!! Jawaban tidak bisa disimpan: {problem}", "!! The answer cannot be saved: {problem}"
)
INTERRUPTED = Text(
    "\nBerhenti di sini. Jawaban sampai sekarang tersimpan; jalankan lagi kapan saja.",
    "\nStopped here. The answers so far are saved; run this again at any time.",
)
FINISHED = Text(
    "\nSelesai: semua jawaban tersimpan di {path}.", "\nDone: all answers are saved in {path}."
)
MISSING = Text(
    "!! Masih ada yang kurang: {problem}. Jalankan lagi tanpa --only.",
    "!! Something is still missing: {problem}. Run this again without --only.",
)

TOKEN_HELP = Text(
    "\n1. Bot Telegram\n"
    "   Di Telegram buka @BotFather, kirim /newbot, jawab dua pertanyaannya (nama toko, lalu nama\n"
    "   yang berakhiran bot). BotFather membalas dengan token, seperti 123456:ABC-def.",
    "\n1. The Telegram bot\n"
    "   In Telegram open @BotFather, send /newbot and answer its two questions (the shop's name,\n"
    "   then a name that ends in bot). BotFather answers with a token, such as 123456:ABC-def.",
)
TOKEN = Text("   Tempel token di sini", "   Paste the token here")
TOKEN_WRONG = Text(
    "token harus seperti 123456:ABC-def, persis seperti yang ditulis @BotFather.",
    "the token must look like 123456:ABC-def, just as @BotFather wrote it.",
)
BOT_IS = Text(
    "   Telegram mengenalnya: {name} (@{username}).", "   Telegram knows it: {name} (@{username})."
)
TOKEN_REFUSED = Text(
    "!! Telegram tidak mengenal token ini. Salin lagi dari @BotFather, seluruhnya.",
    "!! Telegram does not know this token. Copy it from @BotFather again, all of it.",
)
TELEGRAM_SILENT = Text(
    "!! Telegram tidak menjawab. Periksa internet server ini, lalu tekan Enter untuk mencoba lagi.",
    "!! Telegram does not answer. Check this server's network, then press Enter to try again.",
)

PANEL_HELP = Text(
    "\n2. Panel (tempat kamu membeli)\n"
    "   Masuk ke panel, buka halaman profil atau API: di sana ada User ID dan API Key. Di halaman\n"
    "   yang sama tambahkan alamat server ini ke daftar IP yang diizinkan: {address}",
    "\n2. The panel (where you buy)\n"
    "   Log in to the panel and open its profile or API page: it shows User ID and API Key. On\n"
    "   the same page, add this server's address to the list of allowed IP addresses: {address}",
)
ADDRESS_UNKNOWN = Text(
    "lihat di halaman VPS-mu, misalnya 203.0.113.7", "see your VPS's page, such as 203.0.113.7"
)
USER_ID = Text("   User ID", "   User ID")
API_KEY = Text("   API Key", "   API Key")
PLAIN_WRONG = Text("tulis satu baris teks biasa.", "write one line of plain text.")
PANEL_ASKED = Text("   Bertanya ke panel ...", "   Asking the panel ...")
PANEL_ACCEPTS = Text(
    "   Panel menerima: {products} produk, {ready} siap dijual.",
    "   The panel accepts: {products} products, {ready} ready to be sold.",
)
DEPOSIT_IS = Text("   Deposit kamu di panel: {amount}.", "   Your deposit at the panel: {amount}.")
ADDRESS_REFUSED = Text(
    "!! Panel belum mengizinkan server ini. Di panel, tambahkan alamat ini ke daftar IP yang\n"
    "   diizinkan: {address}\n"
    "   Jawaban panel: {message}\n"
    "   Sesudah ditambahkan, tekan Enter dua kali untuk mencoba lagi.",
    "!! The panel does not allow this server yet. In the panel, add this address to the list of\n"
    "   allowed IP addresses: {address}\n"
    "   The panel's words: {message}\n"
    "   When it is added, press Enter twice to try again.",
)
KEY_REFUSED = Text(
    "!! Panel menolak User ID atau API Key ini. Salin lagi keduanya dari panel.\n"
    "   Kalau keduanya benar, periksa apakah alamat server ini diizinkan di panel: {address}\n"
    "   Jawaban panel: {message}",
    "!! The panel refuses this User ID or API Key. Copy both from the panel again.\n"
    "   If both are right, check that the panel allows this server's address: {address}\n"
    "   The panel's words: {message}",
)
PANEL_REFUSED = Text(
    "!! Panel menolak. Jawabannya: {message}", "!! The panel refuses. Its words: {message}"
)
PANEL_SILENT = Text(
    "!! Panel tidak menjawab dengan benar. Mungkin sedang gangguan, atau alamat server ini belum\n"
    "   diizinkan di panel: {address}",
    "!! The panel gives no proper answer. It may be out of order, or it does not allow this\n"
    "   server's address yet: {address}",
)
CHECK_LATER = Text(
    "   Coba lagi sekarang? [Y/n] (n: lanjut dulu, diperiksa nanti)",
    "   Try again now? [Y/n] (n: go on, and check it later)",
)

SHOP_HELP = Text(
    "\n3. Nama toko, seperti dibaca pelanggan", "\n3. The shop's name, as customers read it"
)
SHOP_NAME = Text("   Nama toko", "   The shop's name")

PAYMENT_HELP = Text(
    "\n4. Cara pelanggan mengisi saldo\n"
    "   Keduanya boleh dilewati dengan Enter; - menghapus yang tersimpan.\n"
    "   QRIS: pindai QRIS tokomu dengan pembaca QR biasa, lalu tempel teksnya (000201...).",
    "\n4. How customers pay money in\n"
    "   Enter skips both; - removes what is saved.\n"
    "   QRIS: scan your shop's QRIS with an ordinary QR reader and paste its text (000201...).",
)
QRIS = Text("   Teks QRIS", "   The QRIS text")
QRIS_WRONG = Text(
    "tempel seluruh teks QRIS statis tokomu: mulai dengan 000201, sampai huruf terakhir.",
    "",
)
ACCOUNT = Text(
    "   Rekening atau e-wallet, misalnya BCA 1234567890 a.n. Siti",
    "   Bank account or e-wallet, such as BCA 1234567890, Siti",
)
ACCOUNT_WRONG = Text("paling banyak 2000 huruf, satu baris.", "")

MARKUP_HELP = Text(
    "\n5. Keuntunganmu per transaksi, dalam rupiah",
    "\n5. Your profit on each sale, in rupiah",
)
MARKUP = Text("   Untung (rupiah)", "   Profit (rupiah)")
MARKUP_WRONG = Text("tulis dengan angka saja: 1000, bukan 1.000.", "")
PRICE_SAMPLE = Text(
    "   Contoh: {name}, modal {cost}, dijual {price}.",
    "   For example: {name} costs you {cost} and is sold for {price}.",
)

OWNER_HELP = Text(
    "\n6. Kamu, pemiliknya\n"
    "   Enter: buat link yang kamu buka di HP. Kalau sudah tahu id Telegram-mu, ketik angkanya.\n"
    "   Ketik - untuk melewati (nanti: set-up --only owner).",
    "\n6. You, the owner\n"
    "   Enter: make a link to open on your phone. If you know your Telegram id, type its digits.\n"
    "   Type - to skip this (later: set-up --only owner).",
)
OWNERS_ARE = Text(
    "   Sudah ada: {ids}. Kalau cukup, ketik -.", "   There already: {ids}. If that is all, type -."
)
OWNER = Text("   Enter, id, atau -", "   Enter, an id, or -")
OWNER_WRONG = Text("tulis angka saja, misalnya 700000009.", "")
OWNER_LINK = Text(
    "\n   Buka link ini di HP yang ada Telegram-nya (atau pindai kotak di bawah dengan\n"
    "   kamera HP), lalu tekan MULAI (START):\n\n      {link}\n",
    "\n   Open this link on the phone that has your Telegram (or point its camera at the\n"
    "   square below), then press START:\n\n      {link}\n",
)
WAITING = Text(
    "   Menunggu kamu. Bot belum membalas di Telegram, itu wajar. (Ctrl-C: berhenti)",
    "   Waiting for you. The bot does not answer in Telegram yet, that is right. (Ctrl-C: stop)",
)
IS_IT_YOU = Text("   Kamu {who}? [Y/n]", "   Are you {who}? [Y/n]")
OWNER_ADDED = Text(
    "   {who} sekarang pemilik toko ini. Bot akan menyapamu begitu menyala.",
    "   {who} is now an owner of this shop. The bot greets you as soon as it runs.",
)
OTHER_PERSON = Text(
    "   Baik, orang itu tidak dicatat. Ini link baru.",
    "   Fine, that person is not noted. Here is a new link.",
)
OWNER_SKIPPED = Text(
    "   Dilewati. Tanpa pemilik tidak ada yang bisa menyetujui isi saldo.",
    "   Skipped. Without an owner nobody can approve a top-up.",
)
NEEDS_TOKEN = Text(
    "!! Isi dulu token bot (pertanyaan 1).", "!! First give the bot's token (question 1)."
)
WEBHOOK_ACTIVE = Text(
    "!! Pesan bot ini sekarang dikirim ke webhook. Lepas webhook itu? Tidak ada pesan yang\n"
    "   hilang, dan bot memasangnya lagi sendiri kalau WEBHOOK_URL diisi. [Y/n]",
    "!! This bot's messages now go to a webhook. Take it off? No message is lost, and the bot\n"
    "   sets it again by itself if WEBHOOK_URL is set. [Y/n]",
)
OTHER_POLLER = Text(
    "!! Program lain sedang menerima pesan bot ini, mungkin bot ini sendiri yang sudah menyala.\n"
    "   Hentikan dulu program itu, lalu tekan Enter.",
    "!! Another program receives this bot's messages, perhaps this bot itself, already running.\n"
    "   Stop that program first, then press Enter.",
)
QUEUE_FULL = Text(
    "!! Terlalu banyak pesan menunggu di bot ini, jadi pesanmu belum terlihat. Lewati dulu,\n"
    "   nyalakan bot, kirim /start: bot menulis id-mu. Lalu jalankan set-up --only owner.",
    "!! Too many messages wait for this bot, so yours cannot be seen. Skip this, start the bot,\n"
    "   send /start: the bot writes your id. Then run set-up --only owner.",
)
