"""Writes `.env.example` from the settings: `python -m tests.env_example`."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.config import Settings

EXAMPLE = Path(__file__).parent.parent / ".env.example"
HEAD = """\
# Konter's settings. Copy this file to .env and fill in the lines without `#`.
# The other lines show the defaults; remove the `#` to change one.
"""


def text() -> str:
    """Return `.env.example`: each setting with its description, its default commented out."""
    return HEAD + "".join(_entry(name, field) for name, field in Settings.model_fields.items())


def _entry(name: str, field: FieldInfo) -> str:
    description = field.description or ""
    sentence = description[:1].upper() + description[1:]
    if field.is_required():
        return f"\n# {sentence} (required).\n{name.upper()}=\n"
    return (
        f"\n# {sentence}.\n#{name.upper()}={_shown(field.get_default(call_default_factory=True))}\n"
    )


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    return "" if default is None or default == () else str(default)


if __name__ == "__main__":
    EXAMPLE.write_text(text(), encoding="utf-8")
    print(f"wrote {EXAMPLE.name}")
