"""A realistic service list of 1,400 rows, the same at every start.

Shares of types and brands, names, codes, prices and cutoffs follow docs/supplier-api.md, "2.12
Catalogue figures".
"""

from __future__ import annotations

from random import Random
from typing import Any

Json = dict[str, Any]

DOCUMENTED: tuple[Json, ...] = (
    {
        "category": {"type": "paket-internet", "main": "AXIS", "sub": "Bronet"},
        "multi": "1",
        "name": "Axis Data BRONET 13 GB / 30 Hari",
        "note": "-",
        "code": "BR10",
        "price": {"list": {"standar": 50500, "premium": 50300, "spesial": 50120}, "current": 50500},
        "cutoff": {"start": "23:29", "end": "00:30"},
        "status": "empty",
        "updated_at": 1711103224,
    },
    {
        "category": {"type": "pulsa-transfer", "main": "TRI", "sub": "Pulsa Transfer"},
        "multi": "1",
        "name": "Three Pulsa Transfer 75.000",
        "note": "Pulsa Transfer",
        "code": "TPT755",
        "price": {"list": {"standar": 74175, "premium": 73975, "spesial": 73825}, "current": 74175},
        "cutoff": {"start": "23:30", "end": "00:15"},
        "status": "ready",
        "updated_at": 1739975229,
    },
)
"""The two example rows of the supplier's documentation: docs/supplier-api.md, "1.4 Get service"."""


# Name and code of each brand, and its share of the phone rows in percent.
_BRANDS = {
    "TELKOMSEL": ("Telkomsel", "S", 30),
    "INDOSAT": ("Indosat", "I", 17),
    "TRI": ("Three", "T", 17),
    "AXIS": ("Axis", "A", 11),
    "SMARTFREN": ("Smartfren", "SM", 10),
    "XL": ("XL", "XLP", 9),
    "BY.U": ("by.U", "BU", 6),
}
_PHONE_ROWS = {
    "pulsa-reguler": 205,
    "pulsa-transfer": 180,
    "paket-internet": 605,
    "paket-telepon": 97,
}
_FACE_VALUES = (5, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100, 150, 200, 300, 500)
_DATA_SUBS = {
    "TELKOMSEL": ("Flash", "Combo Sakti", "Ketengan", "Malam", "GamesMAX", "OMG!", "Harian"),
    "INDOSAT": ("Freedom Internet", "Freedom U", "Yellow", "Harian"),
    "TRI": ("AON", "Happy", "Home", "Mini"),
    "AXIS": ("Bronet", "OWSEM", "Warnet", "Mini"),
    "SMARTFREN": ("Kuota", "Nonstop", "Unlimited"),
    "XL": ("Xtra Combo VIP", "Xtra Combo Flex", "HotRod", "Edukasi"),
    "BY.U": ("Kuota", "Top Up"),
}
_WALLETS = {
    "SHOPEE PAY": ("ShopeePay", "SHP", 32),
    "OVO": ("OVO", "OVO", 24),
    "LINKAJA": ("LinkAja", "LA", 23),
    "GO PAY": ("GoPay", "GP", 20),
    "DANA": ("DANA", "DN", 34),
    "MANDIRI E-TOLL": ("Mandiri E-Toll", "MET", 26),
    "BRIZZI": ("BRI Brizzi", "BRZ", 26),
    "TAPCASH BNI": ("BNI TapCash", "TAP", 25),
}
_TV = ("VIDIO", "VIU", "K-VISION", "NEX PARABOLA")
_CUTOFFS = (
    *(("23:30", "00:15"), ("23:45", "00:15"), ("23:25", "00:35"), ("23:59", "00:05")) * 4,
    ("23:0", "0:30"),
    ("12:00", "13:00"),
)
_NO_CUTOFFS = (*(("00:00", "00:00"),) * 6, ("23:59", "23:59"))
_LEVEL_STEPS = (25, 50, 75, 100, 150, 200)


def thousands(rupiah: int) -> str:
    """Format an amount with Indonesian separators: 10.000."""
    return f"{rupiah:,}".replace(",", ".")


class _CatalogueBuilder:
    """Builds the rows with a fixed random seed."""

    def __init__(self) -> None:
        self._random = Random(20240101)  # noqa: S311 - the same list at every start
        self.rows: list[Json] = [dict(row) for row in DOCUMENTED]

    def add(
        self, path: tuple[str, str, str], code: str, name: str, cost: int, note: str = "-"
    ) -> None:
        """Add a row; `path` is type, main and sub, `cost` the account's price in rupiah."""
        has_cutoff = self._random.random() < 0.14
        start, end = self._random.choice(_CUTOFFS if has_cutoff else _NO_CUTOFFS)
        step = self._random.choice(_LEVEL_STEPS)
        levels = {"standar": cost, "premium": cost - step, "spesial": cost - step - 25}
        self.rows.append(
            {
                "category": dict(zip(("type", "main", "sub"), path, strict=True)),
                "multi": self._random.choice(("1", "1", "1", "0", 1, True)),
                "name": name,
                "note": note,
                "code": code,
                "price": {
                    "list": levels,
                    "current": str(cost) if self._random.random() > 0.97 else cost,
                },
                "cutoff": {"start": start, "end": end},
                "status": "ready" if self._random.random() < 0.55 else "empty",
                "updated_at": 1711103224 + self._random.randrange(50_000_000),
            }
        )

    def pulsa(self, main: str, count: int) -> None:
        """Add pulsa of a brand; after the last face value the values repeat with other codes."""
        name, code, _ = _BRANDS[main]
        for number in range(count):
            face = _FACE_VALUES[number % len(_FACE_VALUES)]
            source = "" if number < len(_FACE_VALUES) else f"_{number // len(_FACE_VALUES) + 1}"
            self.add(
                ("pulsa-reguler", main, "Reguler"),
                f"{code}{face}{source}",
                f"{name} {thousands(face * 1000)}",
                self._pulsa_cost(face * 1000),
            )

    def _pulsa_cost(self, value: int) -> int:
        """Return a cost: above the face value for small ones, below it for large ones."""
        low, high = (0.010, 0.198) if value < 10_000 else (-0.037, -0.0105)
        if 10_000 <= value < 50_000:
            low, high = 0.005, 600 / value
        return value + int(value * self._random.uniform(low, high))

    def pulsa_transfer(self, main: str, count: int) -> None:
        name, code, _ = _BRANDS[main]
        for number in range(count):
            face = _FACE_VALUES[1:][number % (len(_FACE_VALUES) - 1)]
            value = face * 1000
            self.add(
                ("pulsa-transfer", main, "Pulsa Transfer"),
                f"{code}PT{face}{number // (len(_FACE_VALUES) - 1) or ''}",
                f"{name} Pulsa Transfer {thousands(value)}",
                value * self._random.randrange(9_230, 9_596) // 10_000,
                "Pulsa Transfer",
            )

    def data(self, main: str, count: int) -> None:
        name, code, _ = _BRANDS[main]
        for number in range(count):
            sub = self._random.choice(_DATA_SUBS[main])
            size = self._random.choice((1, 1.5, 2, 3, 4.5, 6, 8, 10, 13, 16, 20, 30, 50, 100))
            days = self._random.choice((1, 3, 5, 7, 14, 28, 30, 30))
            cost = int(size * 2_700 + days * 850 + self._random.randrange(9_000))
            gigabytes = f"{size:g}".replace(".", ",")
            bonus = f" + {self._random.choice((5, 10, 20))} GB" if number % 5 == 0 else ""
            self.add(
                ("paket-internet", main, sub),
                f"{code}D{number + 1}",
                f"{name} Data {sub} {gigabytes} GB{bonus} / {days} Hari",
                min(282_195, max(3_476, cost)),
            )

    def phone_packs(self, main: str, count: int) -> None:
        name, code, _ = _BRANDS[main]
        for number in range(count):
            minutes = self._random.choice((100, 170, 350, 550))
            others = self._random.choice((10, 30, 50))
            days = self._random.choice((1, 3, 7, 30))
            self.add(
                ("paket-telepon", main, "Telepon"),
                f"{code}TLP{number + 1}",
                f"{name} Telepon {minutes} Menit Sesama + {others} Menit Semua Op / {days} Hari",
                2_000 + minutes * 60 + days * 400 + self._random.randrange(900),
            )

    def phones(self) -> None:
        """Add the types for phone numbers, each divided among the brands by their shares."""
        makers = {
            "pulsa-reguler": self.pulsa,
            "pulsa-transfer": self.pulsa_transfer,
            "paket-internet": self.data,
            "paket-telepon": self.phone_packs,
        }
        for kind, total in _PHONE_ROWS.items():
            for main, (_, _, share) in _BRANDS.items():
                makers[kind](main, round(total * share / 100))

    def e_money(self) -> None:
        for main, (name, code, count) in _WALLETS.items():
            for step in range(count):
                face = (step + 2) * 5 if step < 20 else (step - 9) * 10
                cost = face * 1000 + self._random.randrange(150, 1_200)
                title = f"{name} {thousands(face * 1000)}"
                self.add(("saldo-emoney", main, "Customer"), f"{code}{face}", title, cost)

    def tokens(self) -> None:
        for sub, code in (("Token", "PLN"), ("Token Promo", "PLNP")):
            for face in (20, 50, 100, 150, 200, 250, 300, 500, 750, 1000):
                cost = face * 1000 + self._random.randrange(140, 880)
                title = f"PLN {thousands(face * 1000)}"
                note = "Token listrik prabayar"
                self.add(("token-pln", "PLN", sub), f"{code}{face}", title, cost, note)

    def games(self) -> None:
        sizes = ((12, 0), (44, 4), (74, 12), (148, 12), (256, 40), (503, 65), (964, 136))
        for size, bonus in sizes:
            self.add(
                ("voucher-game", "MOBILE LEGENDS", "Diamonds"),
                f"ML{size}_{bonus}-S{size + 3}",
                f"{size + bonus} Diamonds ( {size} + {bonus} Bonus )",
                size * 260,
            )
        for size in (50, 70, 140, 355, 720):
            path = ("voucher-game", "FREE FIRE", "Diamonds")
            self.add(path, f"FF{size}", f"{size} Diamonds", size * 130)

    def television(self, count: int) -> None:
        for number in range(count):
            main = _TV[number % 4]
            days = (7, 30, 90, 365)[number // 4 % 4]
            title = f"{main.title()} Premier {days} Hari Paket {number // 16 + 1}"
            cost = 5_000 + days * 900 + number * 50
            self.add(("streaming-tv", main, "Langganan"), f"TV{number + 1}", title, cost)

    def rare_types(self) -> None:
        """Add rare types, among them an unknown one and a postpaid one, which the shop hides."""
        for days in (5, 10, 30, 60):
            path = ("masa-aktif", "AXIS", "Masa Aktif")
            self.add(path, f"MA{days}", f"Axis Masa Aktif {days} Hari", days * 480 + 1500)
        for path, code, name, cost in (
            (
                ("pulsa-internasional", "CHINA UNICOM", "Pulsa"),
                "CU20",
                "China Unicom 20 CNY",
                48_000,
            ),
            (("pascabayar", "PLN", "Tagihan"), "PASCA1", "PLN Pascabayar", 2_500),
            (("kartu-hadiah", "GOOGLE PLAY", "IDR"), "GPLAY50", "Google Play Rp 50.000", 49_900),
        ):
            self.add(path, code, name, cost)

    def unsellable_rows(self) -> None:
        """Add rows that no shop can sell, as real lists hold them."""
        self.add(("pulsa-reguler", "XL", "Reguler"), "", "XL tanpa kode", 10_000)
        self.add(("pulsa-reguler", "XL", "Reguler"), "XLJUNK0", "XL nol", 0)
        self.add(("pulsa-reguler", "XL", "Reguler"), "XLJUNK1", "", 10_000)
        self.add(("pulsa-reguler", "XL", "Bulk"), "XLBULK", "XL Bulk 100.000.000", 100_000_000)
        self.rows.append({"code": "BROKEN"})


def full_catalogue() -> list[Json]:
    """Return the sandbox's service list: 1,400 rows, five of them unsellable."""
    builder = _CatalogueBuilder()
    builder.phones()
    builder.e_money()
    builder.tokens()
    builder.games()
    builder.television(56)
    builder.rare_types()
    builder.unsellable_rows()
    return builder.rows
