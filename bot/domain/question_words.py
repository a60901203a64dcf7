"""Words with which people ask after what they bought or paid, and not for a product.

"mana pulsa saya?" and "udah transfer ya min" must never be looked up as products: whoever asks so
would buy a second time.
"""

from __future__ import annotations

from typing import Final

WHERE: Final = frozenset({"mana", "mna", "dimana", "kemana", "where", "wheres", "whereis"})
WHEN: Final = frozenset({"kapan", "kpn", "when"})
WHY: Final = frozenset({"kenapa", "knp", "knapa", "napa", "mengapa", "kok", "ko", "koq", "why"})
HOW: Final = frozenset(
    {"gimana", "gmn", "gmna", "gmana", "gimna", "bagaimana", "bgmn", "bgmana", "how"}
)
NOT_YET: Final = frozenset(
    {"belum", "blm", "blom", "belom", "blum", "lum", "lom", "yet", "havent", "hasnt", "didnt"}
)
NEVER: Final = frozenset(
    {"ga", "gak", "gk", "nggak", "ngga", "enggak", "kagak", "tidak", "tdk", "tak", "not"}
    | {"never", "isnt", "doesnt", "wasnt"}
)
DONE: Final = frozenset(
    {"udah", "udh", "uda", "sudah", "sdh", "dah", "telah", "barusan", "already", "ive"}
)
ARRIVE: Final = frozenset(
    {"masuk", "msk", "masok", "masuknya", "sampai", "sampe", "nyampe", "nyampai", "terkirim"}
    | {"kekirim", "dikirim", "diproses", "keproses", "datang", "dateng", "muncul", "diterima"}
    | {"keterima", "arrived", "arrive", "arrives", "received", "receive", "delivered"}
    | {"proses", "prosesnya", "memproses"}
    | {"credited", "came", "come", "dikonfirmasi", "dicek", "bertambah", "nambah", "tambah"}
)
GET: Final = frozenset({"dapat", "dapet", "dpt", "terima", "nerima", "kirim", "get", "got", "ada"})
"""What arrives, or is offered: it needs a "not yet" beside it."""
IN_USE: Final = frozenset({"aktif", "active", "keluar"})
"""What goods are or do once they have arrived, with a "not" beside it."""
PAY: Final = frozenset(
    {"pay", "transfer", "transfernya", "tf", "trf", "tfan", "ditransfer", "bayar", "byr", "dibayar"}
    | {"kebayar", "bayarnya", "topup", "deposit", "depo", "setor", "paid", "transferred", "sent"}
    | {"transfered", "payed", "kirim", "ngirim", "bukti", "isi", "ngisi"}
)
"""What somebody says to have done; it needs a "sudah" beside it."""
PAID: Final = frozenset({"paid", "transferred", "transfered", "payed"})
"""Says by itself that it is done."""
LATE: Final = frozenset(
    {"lama", "lambat", "lemot", "telat", "pending", "nyangkut", "gantung", "delay", "delayed"}
    | {"late", "slow", "stuck", "gagal", "failed", "hilang", "ilang"}
    | {"batalin", "batalkan", "dibatalin", "dibatalkan", "cancel", "cancelled", "canceled"}
    | {"kepotong", "terpotong", "salah", "keliru", "nyasar", "error", "eror", "wrong"}
)
ORDER: Final = frozenset(
    {"pesanan", "orderan", "order", "orders", "transaksi", "trx", "pembelian", "purchase"}
    | {"belanjaan", "status"}
)
GOODS: Final = frozenset(
    {"pulsa", "token", "paket", "paketan", "data", "kuota", "saldo", "voucher", "diamond", "dm"}
    | {"diamonds", "uang", "duit", "dana", "listrik", "internet", "topup", "deposit", "credit"}
    | {"balance", "money", "isi", "isian", "kode", "code", "sn", "uangnya"}
)
MINE: Final = frozenset({"saya", "aku", "gue", "gua", "gw", "ku", "my", "mine", "punyaku"})
OFFERED: Final = frozenset(
    {"ada", "ready", "redi", "bisa", "bs", "jual", "tersedia", "stok", "stock", "kosong", "buka"}
    | {"available", "harga", "berapa", "brp", "murah", "mahal", "promo", "gangguan", "normal"}
    | {"sell", "price", "can", "much"}
)
"""Asks what the shop has: beside these a product is looked for."""
REFUND: Final = frozenset(
    {"refund", "refunds", "refunded", "retur", "balikin", "dibalikin", "kembaliin", "kembalikan"}
    | {"dikembalikan", "direfund", "refundnya"}
)
CONTACT: Final = frozenset(
    {"cs", "admin", "adminnya", "komplain", "complain", "complaint", "komplen", "keluhan", "lapor"}
    | {"hubungi", "kontak", "contact", "support", "owner", "penjual", "service", "layanan"}
    | {"human"}
)
CHANNEL: Final = frozenset({"wa", "whatsapp", "telegram", "customer", "pelanggan", "nomornya"})
"""Words around these; alone they may be a product, or a number that is asked for."""
BILL: Final = frozenset(
    {"tagihan", "pascabayar", "paskabayar", "postpaid", "bpjs", "pdam", "indihome", "cicilan"}
    | {"angsuran", "iuran", "bill", "bills", "pbb", "samsat", "tagihannya"}
)
METERED: Final = frozenset({"listrik", "pln", "air", "electricity", "lampu"})
"""What is paid afterwards where "bayar" stands beside it, and no token or amount."""
PREPAID: Final = frozenset({"token", "tokennya", "prabayar", "pulsa", "stroom", "strum"})
BY: Final = frozenset({"pake", "pakai", "via", "lewat", "dengan", "with", "by"})
WAY: Final = frozenset({"cara", "caranya", "tutorial", "panduan"})
ASKING: Final = WHERE | WHEN | WHY | HOW | NOT_YET | DONE | ARRIVE | LATE | PAY
"""No product is called nearly so: they are found as they are written, or not at all."""
POLITE: Final = frozenset(
    {"ini", "itu", "tuh", "nih", "dong", "donk", "ya", "yaa", "yah", "kak", "min", "gan", "bang"}
    | {"bro", "sis", "om", "mas", "mbak", "mba", "pak", "bu", "bos", "boss", "kk", "sih", "deh"}
    | {"lah", "loh", "lho", "kan", "aja", "saja", "banget", "bgt", "amat", "terus", "trus", "tadi"}
    | {"dari", "di", "ke", "yang", "yg", "nya", "halo", "hallo", "hai", "hi", "hello", "helo", "p"}
    | {"tolong", "mohon", "please", "pls", "maaf", "permisi", "lagi", "masih", "sekarang", "apa"}
    | {"apakah", "cek", "dicek", "lihat", "check", "sir", "the", "is", "it", "i", "have", "has"}
    | {"been", "are", "you", "to", "for", "a", "an", "was", "will", "do", "does", "did", "still"}
    | {"mau", "nanya", "tanya", "this", "that", "but", "and", "dan", "tapi", "tp", "juga"}
    | {
        "semua",
        "kemarin",
        "hari",
        "jam",
        "menit",
        "dengan",
        "sama",
        "untuk",
        "buat",
        "via",
        "lewat",
    }
    | {"butuh", "perlu", "pengen", "pingin", "punya", "pesan", "want", "need", "any", "there", "in"}
    | {"pake", "pakai", "kita", "kami", "nomor", "no", "chat", "bicara", "ngobrol", "with", "via"}
    | {"ngomong", "nomer", "langsung", "talk", "speak"}
)
"""What people say around it; no product is told apart by it."""
IGNORED: Final = (ASKING | POLITE | OFFERED | MINE | NEVER | ORDER | WAY) - {"transfer", "tf"}
"""Words of a search that are not missed where nothing is called so. A transfer is a product too."""
