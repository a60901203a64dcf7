"""Settings: all errors are reported at once, in sentences that repeat no value."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot.config import DEPRECATED_NAMES, Settings, SettingsError, load_settings
from tests import env_example

REQUIRED = {
    "TELEGRAM_BOT_TOKEN": "123456:ABC-def",
    "OSIMESA_USER_ID": "shop",
    "OSIMESA_API_KEY": "the-key-of-the-shop",
}
KEY = "is missing: the API Key of the account at the supplier's panel."


def load(**env: str) -> Settings:
    return load_settings(REQUIRED | env, env_file=None)


def problems_of(**env: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(**env)
    return caught.value.problems


def test_all_missing_settings_are_reported_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({}, env_file=None)
    assert caught.value.problems == [
        "TELEGRAM_BOT_TOKEN is missing: the bot's token, from @BotFather.",
        "OSIMESA_USER_ID is missing: the User ID of the account at the supplier's panel.",
        f"OSIMESA_API_KEY {KEY}",
    ]


def test_missing_and_wrong_settings_are_reported_together() -> None:
    problems = problems_of(
        TELEGRAM_BOT_TOKEN="",
        PRICE_ROUND_TO="0",
        WEBHOOK_URL="https://shop.example/hook",
        LOG_LEVEL="loud",
    )
    names = " ".join(problem.split()[0] for problem in problems)
    assert names == "TELEGRAM_BOT_TOKEN PRICE_ROUND_TO WEBHOOK_SECRET LOG_LEVEL"


ADDRESS = "must be a web address such as https://example.com/path."
IDS = "must be Telegram user ids (digits) with commas between them."
FILE = (
    "must begin with sqlite:/// and name a file, as in sqlite:///data/konter.db "
    "(for a PostgreSQL server: postgresql://konter:password@127.0.0.1/konter)."
)
HTTPS = "must begin with https:// (plain http is for this machine only)."
PUBLIC = "must begin with https:// because Telegram calls nothing else."
WHOLE = "must be a whole number, written with the digits 0 to 9."
DECIMAL = "must be a number such as 2.5, with a point and not a comma."
DECIMALS = "must have at most two decimals, as in 2.5 (1.000 may mean 1 or 1000)."
SECRET = (
    "must be 16 to 256 of the characters A-Z, a-z, 0-9, _ and - (openssl rand -hex 32 makes one)."
)
NO_USER = "must not hold a user name or password."
NO_ID = "contains a number that is not a Telegram user id (/start shows everyone their own)."
PORT = (
    "must use port 443, 80, 88 or 8443, because Telegram calls no other "
    "(behind a proxy HTTP_PORT is free)."
)
LISTEN = (
    "must be an address such as 127.0.0.1, without http:// and port "
    "(0.0.0.0: every address of this machine)."
)
PATH = "must have a path of letters, digits and / . _ ~ - only"
REACH = "names a file that cannot be reached"
PLAIN = "must be plain text, saved as UTF-8 and without control characters."
ZONE = "must be a time zone's name such as Asia/Jakarta."
INVALID: list[tuple[str, str, tuple[str, ...]]] = [
    ("TELEGRAM_API_URL", HTTPS, ("http://example.com",)),
    ("TELEGRAM_API_URL", ADDRESS, ("example.com",)),
    ("OSIMESA_URL", ADDRESS, ("https://[broken", "https://host:port/", "https://two words/")),
    ("OSIMESA_URL", NO_USER, ("https://me:pass@host/", "https://@host/")),
    ("OSIMESA_API_KEY", KEY, (" ",)),
    ("ADMIN_IDS", IDS, ("12, someone", "\u0661\u0662", "-1001", "1,,2", "9" * 20, "0")),
    ("DATABASE_URL", FILE, ("sqlite:///:memory:", "sqlite://konter.db", "konter.db")),
    ("SUPPLIER_PROFILE", "must name a file that exists.", ("no/such.toml", "x" * 300)),
    ("SUPPLIER_TIMEZONE", ZONE, ("../etc/passwd",)),
    ("DEFAULT_LANGUAGE", "must be 'id' or 'en'.", ("fr",)),
    ("MARKUP_FLAT", "must be at least 0.", ("-1",)),
    ("MARKUP_PERCENT", DECIMAL, ("2,5", "\u0661\u0660", "NaN", "1e2", "1_0")),
    ("PRICE_ROUND_TO", "must be at least 1.", ("0",)),
    ("POLL_MIN_SECONDS", "must be more than 0.", ("0",)),
    ("POLL_MIN_SECONDS", DECIMAL, ("inf",)),
    ("POLL_MIN_SECONDS", DECIMALS, ("1.800",)),
    ("MARKUP_PERCENT", DECIMALS, ("1.000",)),
    ("MARKUP_PERCENT", "is far too large.", ("0" * 5_000,)),
    ("ADMIN_IDS", NO_ID, ("4503599627370496", "1, 9999999999999999999")),
    ("OSIMESA_URL", "must end before any ? or #.", ("https://host/?", "https://host/#")),
    ("DATABASE_URL", PLAIN, ("sqlite:///a\udcff.db",)),
    ("SHOP_NAME", PLAIN, ("Toko\0Ibu",)),
    ("MARKUP_FLAT", PLAIN, ("1\x1b",)),
    ("DATABASE_URL", f"{REACH}: File name too long.", ("sqlite:///" + "x" * 300,)),
    ("HTTP_HOST", LISTEN, ("http://127.0.0.1", "256.1.1.1", "*", "x" * 64)),
    ("METRICS_HOST", LISTEN, ("my host",)),
    ("METRICS_TOKEN", SECRET, ("short",)),
    ("WEBHOOK_URL", PUBLIC, ("http://127.0.0.1/",)),
    ("WEBHOOK_URL", PORT, ("https://shop.example:8080/hook", "https://[2001:db8::1]:444/hook")),
    ("WEBHOOK_URL", f"{PATH}.", ("https://shop.example/{hook",)),
    ("WEBHOOK_SECRET", SECRET, ("not allowed, alas!", "only-15-letters", "x" * 257, "\u0661" * 20)),
    ("LOG_FORMAT", "must be 'console' or 'json'.", ("xml",)),
    ("TOPUP_INSTRUCTIONS", "must be at most 2000 characters long.", ("x" * 2_001,)),
]
"""Name, sentence, and values that are refused with it."""


@pytest.mark.parametrize(
    ("name", "sentence", "value"),
    [(name, sentence, value) for name, sentence, values in INVALID for value in values],
)
def test_an_invalid_value_is_reported_in_a_sentence(name: str, sentence: str, value: str) -> None:
    assert problems_of(**{name: value}) == [f"{name} {sentence}"]


ACCEPTED = [
    # The sandbox and a local Bot API server have no certificate.
    *(
        ("TELEGRAM_API_URL", f"http://{host}:8081/", f"http://{host}:8081")
        for host in ("127.0.0.1", "127.8.8.8", "[::1]", "localhost")
    ),
    *(
        ("HTTP_HOST", host, host)
        for host in ("0.0.0.0", "::1", "::", "localhost", "konter-1.lan", "10.0.0.7")  # noqa: S104 - parsed, not bound
    ),
    # The ports that Telegram calls.
    *(
        ("WEBHOOK_URL", f"https://shop.example{port}/hook_1", f"https://shop.example{port}/hook_1")
        for port in ("", ":443", ":80", ":88", ":8443")
    ),
    ("LOG_LEVEL", "debug", "DEBUG"),
    ("ADMIN_IDS", " 11, 22 ", (11, 22)),
    # Ids have at most 52 significant bits (Bot API, User); a repeated one counts once.
    ("ADMIN_IDS", "4503599627370495, 7,7", (4503599627370495, 7)),
    ("MARKUP_FLAT", " 1500 ", 1_500),
    ("PRICE_ROUND_TO", "0500", 500),
    ("BACKUP_HOUR", "-1", -1),
    ("MARKUP_PERCENT", "2.25", Decimal("2.25")),
    ("POLL_MIN_SECONDS", "0.25", 0.25),
    # Values copied from web pages and chats contain invisible formatting characters.
    ("MARKUP_FLAT", "\u202a1500\u202c", 1_500),
    ("MARKUP_PERCENT", "\ufeff2.\u200b5\u00a0", Decimal("2.5")),
    ("ADMIN_IDS", "\u200e9001,\u00a09002\u2060", (9001, 9002)),
]


@pytest.mark.parametrize(("name", "value", "meaning"), ACCEPTED)
def test_a_valid_value_is_accepted_in_every_spelling(
    name: str, value: str, meaning: object
) -> None:
    settings = load(**{"WEBHOOK_SECRET": "sixteen-letters_", name: value})
    assert getattr(settings, name.lower()) == meaning


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "WEBHOOK_SECRET", "OSIMESA_URL"])
def test_errors_do_not_repeat_values(name: str) -> None:
    """Error sentences get pasted into chats, and a mistyped value may still hold a secret."""
    with pytest.raises(SettingsError) as caught:
        load(**{name: "s3cret value!"})
    error = caught.value
    assert "s3cret" not in str(error)
    assert error.__suppress_context__
    assert error.__cause__ is None


def test_repr_hides_secrets() -> None:
    shown = repr(load(WEBHOOK_SECRET="hush-" * 4, METRICS_TOKEN="still-" * 4))
    assert not [secret for secret in ("ABC-def", "the-key", "hush", "still") if secret in shown]


def test_an_empty_profile_url_disables_the_balance_call() -> None:
    """For every other setting an empty value means the default."""
    settings = load(OSIMESA_PROFILE_URL="", OSIMESA_URL="", MARKUP_FLAT="")
    assert settings.osimesa_profile_url is None
    assert settings.osimesa_url == "https://osimesa.id/api/prepaid"
    assert settings.markup_flat == 1000


def test_a_webhook_needs_the_web_server() -> None:
    assert problems_of(
        WEBHOOK_URL="https://shop.example/hook", WEBHOOK_SECRET="hush-" * 4, HTTP_PORT="0"
    ) == ["WEBHOOK_URL needs a web server, so HTTP_PORT must not be 0."]


NUMBERS = {
    name.upper(): field
    for name, field in Settings.model_fields.items()
    if field.annotation in {int, float, Decimal}
}
WHOLE_NUMBERS = sorted(name for name, field in NUMBERS.items() if field.annotation is int)


@pytest.mark.parametrize("name", WHOLE_NUMBERS)
def test_whole_numbers_are_ascii_digits_only(name: str) -> None:
    """In Indonesian 1.000 is one thousand; read as 1 it would sell below cost."""
    for value in (
        *("1.000", "500.000", "5.00", "5.", ".5", "1,000", "1_000", "1 000", "1e3", "1E3"),
        *("+5", "--5", "-", "0x10", "0b1", "true", "ten", "5rb", "Rp5", "5%", "NaN", "inf"),
        *("\u0663", "\uff15", "\u00b2", "\u2155"),
    ):
        assert problems_of(**{name: value}) == [f"{name} {WHOLE}"], value


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_every_number_has_an_upper_limit(name: str) -> None:
    for value in ("9223372036854775808", "9" * 19, "9" * 40):
        (problem,) = problems_of(**{name: value})
        largest = re.fullmatch(rf"{name} must be at most ([0-9]+)\.", problem)
        assert largest is not None, problem
        assert int(largest[1]) <= 1_000_000_000
        load(**{name: largest[1]} | {"METRICS_PORT": "0"})
    assert problems_of(**{name: "9" * 5_000}) == [f"{name} is far too large."]
    assert problems_of(**{name: "-2"})[0].startswith(f"{name} must be ")


HOOK = {"WEBHOOK_URL": "https://shop.example/hook", "WEBHOOK_SECRET": "sixteen-letters_"}
TOKEN = {"METRICS_TOKEN": "a-token-of-16-letters"}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - parsed, not bound


@pytest.mark.parametrize(
    ("env", "address"),
    [
        ({}, ("127.0.0.1", 8080)),
        ({"HTTP_HOST": "localhost"}, ("localhost", 8080)),
        ({"HTTP_HOST": EVERYWHERE}, None),
        (HOOK, None),
        (HOOK | {"HTTP_HOST": EVERYWHERE}, None),
        (HOOK | TOKEN, ("127.0.0.1", 8080)),
        (TOKEN | {"HTTP_HOST": EVERYWHERE}, (EVERYWHERE, 8080)),
        (HOOK | {"METRICS_PORT": "9100"}, ("127.0.0.1", 9100)),
        (TOKEN | {"METRICS_PORT": "9100", "METRICS_HOST": EVERYWHERE}, (EVERYWHERE, 9100)),
        ({"HTTP_PORT": "0"}, None),
        ({"HTTP_PORT": "0", "METRICS_PORT": "9100"}, ("127.0.0.1", 9100)),
        (TOKEN | {"HTTP_PORT": "0"}, None),
    ],
)
def test_without_a_token_health_and_metrics_are_served_to_this_machine_only(
    env: dict[str, str], address: tuple[str, int] | None
) -> None:
    """A proxy in front of the webhook reaches every path on the webhook's port."""
    assert load(**env).monitoring_address == address


def test_metrics_port_differs_from_http_port_and_a_public_one_needs_a_token() -> None:
    assert problems_of(METRICS_PORT="8080", HTTP_PORT="8080") == [
        "METRICS_PORT is the same as HTTP_PORT: set another port, or 0 to serve both on HTTP_PORT."
    ]
    assert problems_of(METRICS_PORT="9100", METRICS_HOST=EVERYWHERE) == [
        "METRICS_TOKEN must be set too when METRICS_HOST is open to other machines."
    ]


def test_a_folder_or_a_link_to_itself_is_refused_as_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}"
    assert problems_of(DATABASE_URL=url) == [
        f"DATABASE_URL names a folder: name a file in it, as in {url}/konter.db."
    ]
    loop = tmp_path / "loop.db"
    loop.symlink_to(loop)
    assert problems_of(DATABASE_URL=f"sqlite:///{loop}")[0].startswith(f"DATABASE_URL {REACH}")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SHOP_NAME='Toko Ibu'\nMARKUP_FLAT=500\nUNRELATED=1\n", encoding="utf-8")
    settings = load_settings(REQUIRED | {"MARKUP_FLAT": "700", "PATH": "/bin"}, env_file=file)
    assert settings.shop_name == "Toko Ibu"
    assert settings.markup_flat == 700


def test_the_process_environment_is_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    Path(".env").write_text("SHOP_NAME=Dari berkas\n", encoding="utf-8")
    assert load_settings().shop_name == "Dari berkas"


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("MARKUP_PRECENT", "MARKUP_PERCENT"),
        ("DEPOSIT_EXPIRE_MINUTES", "TOPUP_EXPIRES_MINUTES"),  # Like a deprecated name.
    ],
)
def test_a_misspelt_setting_in_the_file_is_reported(
    misspelt: str, meant: str, tmp_path: Path
) -> None:
    """A markup that is not applied costs money."""
    file = tmp_path / ".env"
    file.write_text(f"{misspelt}=5\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(REQUIRED, env_file=file)
    assert caught.value.problems == [f"{misspelt} is not a setting: did you mean {meant}?"]


@pytest.mark.parametrize("given_in", ["environment", "file"])
def test_a_deprecated_name_works_alone(given_in: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DEPOSIT_EXPIRES_MINUTES=45\n" if given_in == "file" else "", encoding="utf-8")
    env = {"DEPOSIT_EXPIRES_MINUTES": "45"} if given_in == "environment" else {}
    settings = load_settings(REQUIRED | env, file)
    assert settings.topup_expires_minutes == 45
    assert settings.deprecated_names == ("deposit_expires_minutes",)


@pytest.mark.parametrize(
    ("old", "present", "deprecated"),
    [
        ("", "45", ()),
        ("45", "", ("deposit_expires_minutes",)),
        ("45", " 45 ", ("deposit_expires_minutes",)),
    ],
)
def test_a_deprecated_name_may_be_empty_or_repeat_the_value_of_the_present_name(
    old: str, present: str, deprecated: tuple[str, ...]
) -> None:
    settings = load(DEPOSIT_EXPIRES_MINUTES=old, TOPUP_EXPIRES_MINUTES=present)
    assert settings.topup_expires_minutes == 45
    assert settings.deprecated_names == deprecated


def test_a_deprecated_name_may_not_contradict_the_present_name() -> None:
    contradiction = (
        "DEPOSIT_EXPIRES_MINUTES is the old name of TOPUP_EXPIRES_MINUTES, and they have different "
        "values: remove DEPOSIT_EXPIRES_MINUTES."
    )
    assert problems_of(DEPOSIT_EXPIRES_MINUTES="45", TOPUP_EXPIRES_MINUTES="60") == [contradiction]
    assert problems_of(
        DEPOSIT_EXPIRES_MINUTES="45", TOPUP_EXPIRES_MINUTES="1", BACKUP_HOUR="99"
    ) == [
        contradiction,
        "TOPUP_EXPIRES_MINUTES must be at least 5.",
        "BACKUP_HOUR must be at most 23.",
    ]
    assert problems_of(DEPOSIT_EXPIRES_MINUTES="1") == [
        "DEPOSIT_EXPIRES_MINUTES must be at least 5."
    ]


def test_deprecated_names_are_no_settings_and_name_one_each() -> None:
    assert not set(DEPRECATED_NAMES) & set(Settings.model_fields)
    assert set(DEPRECATED_NAMES.values()) <= set(Settings.model_fields)


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_example_file_is_up_to_date() -> None:
    """`python -m tests.env_example` writes the file."""
    assert env_example.EXAMPLE.read_text(encoding="utf-8") == env_example.text()


def test_the_example_file_with_all_lines_active_gives_the_defaults(tmp_path: Path) -> None:
    text = env_example.EXAMPLE.read_text(encoding="utf-8").replace("\n#", "\n")
    file = tmp_path / ".env"
    file.write_text("\n".join(line for line in text.splitlines() if "=" in line), encoding="utf-8")
    assert load_settings(REQUIRED, env_file=file) == load()
