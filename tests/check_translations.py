"""Checks that every text of `handlers/` has its translations; `--update` writes the catalogues.

The texts in the code are English, so English has no catalogue.

`python -m tests.check_translations` prints one sentence per fault and exits with 1 if there is one.
"""

import argparse
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
# Each language and its plurals: Indonesian has one form for any number.
LANGUAGES = {
    "id": "nplurals=1; plural=0;",
}
# Header lines that change although no text has changed.
VOLATILE_HEADERS = (
    '"POT-Creation-Date:', '"PO-Revision-Date:', '"Last-Translator:', '"Language-Team:',
    '"Report-Msgid-Bugs-To:', '"Generated-By:', '"Project-Id-Version:',
)  # fmt: skip


def catalogue_path(root: Path, language: str) -> Path:
    """Return the path of the catalogue of one language."""
    return root / "locales" / language / "LC_MESSAGES" / "bot.po"


def extract(root: Path) -> Catalog:
    """Return a template with every text of a gettext call in `handlers/`."""
    template = Catalog(charset="utf-8", header_comment="# Texts of Konter.")
    found = extract_from_dir(
        root / "handlers",
        method_map=[("**.py", "python")],
        keywords=DEFAULT_KEYWORDS,
        comment_tags=["Translators:"],
        strip_comment_tags=True,
    )
    for _file, _line, ids, comments, context in found:
        template.add(ids, auto_comments=comments, context=context)
    return template


def rendered(catalogue: Catalog) -> str:
    """Return the catalogue's file, without dates and names of tools.

    The texts are sorted and carry no references, so that code that moves changes no catalogue.
    """
    written = io.BytesIO()
    write_po(written, catalogue, width=100, sort_output=True, ignore_obsolete=True)
    lines = written.getvalue().decode().splitlines(keepends=True)
    return (
        "".join(line for line in lines if not line.startswith(VOLATILE_HEADERS)).rstrip("\n") + "\n"
    )


def faults(root: Path) -> Iterator[str]:
    """Yield one sentence for each fault of the catalogues."""
    template = extract(root)
    for language in LANGUAGES:
        path = catalogue_path(root, language)
        if path.is_file():
            yield from _faults_of(language, _read(path, language), template)
        elif len(template):
            yield f"{language}: locales/{language}/LC_MESSAGES/bot.po is missing."


def _faults_of(language: str, catalogue: Catalog, template: Catalog) -> Iterator[str]:
    if catalogue.plural_forms.rstrip(";") != LANGUAGES[language].rstrip(";"):
        yield f"{language}: its Plural-Forms should be {LANGUAGES[language]}"
    for wanted in _texts(template):
        translated = catalogue.get(wanted.id, wanted.context)
        if translated is None:
            yield f"{language}: {_name(wanted)} is missing."
        elif not all(_forms(translated.string)):
            yield f"{language}: {_name(wanted)} is not translated."
        elif translated.fuzzy:
            yield f"{language}: {_name(wanted)} is marked fuzzy: check it and remove the mark."
        else:
            yield from _placeholder_faults(language, wanted, translated)
    for message in _texts(catalogue):
        if template.get(message.id, message.context) is None:
            yield f"{language}: {_name(message)} is obsolete: no code uses it."
    for message in catalogue.obsolete.values():
        yield f"{language}: {_name(message)} is obsolete: remove it."


def _placeholder_faults(language: str, wanted: Message, translated: Message) -> Iterator[str]:
    """Compare the placeholders with those of the source, of a plural with its last form.

    The singular of the source may leave out the number ("One order").
    """
    expected = _placeholders(_forms(wanted.id)[-1])
    for form in _forms(translated.string):
        found = _placeholders(form)
        if found is None or expected is None:
            yield f"{language}: {_name(wanted)} has a lone brace."
        elif found != expected:
            yield (
                f"{language}: {_name(wanted)} has {_listed(found)} "
                f"where {_listed(expected)} should be."
            )


def _placeholders(text: str) -> frozenset[str] | None:
    """Return the names in braces, or None if a brace has no partner."""
    try:
        return frozenset(
            name for _, name, _, _ in string.Formatter().parse(text) if name is not None
        )
    except ValueError:
        return None


def _forms(texts: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the text, or the forms of a plural; a missing translation is an empty text."""
    return tuple(texts) if isinstance(texts, list | tuple) else (texts or "",)


def _texts(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _name(message: Message) -> str:
    first = _forms(message.id)[0]
    return repr(first if len(first) <= 60 else f"{first[:57]}...")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no placeholder"


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8", abort_invalid=True)


def update(root: Path) -> None:
    """Write the catalogues, and keep existing translations.

    A changed text keeps its old translation, marked fuzzy, for a person to check.
    """
    template = extract(root)
    for language, plural_forms in LANGUAGES.items():
        path = catalogue_path(root, language)
        old = _read(path, language) if path.is_file() else Catalog(locale=language)
        old.mime_headers = [("Plural-Forms", plural_forms)]
        old.header_comment = template.header_comment
        old.update(template)
        old.obsolete.clear()
        old.fuzzy = False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(old), encoding="utf-8")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.check_translations")
    parser.add_argument("--update", action="store_true", help="rewrite the catalogues")
    if parser.parse_args(arguments).update:
        update(root)
    found = list(faults(root))
    for fault in found:
        print(fault)
    if found:
        print(f"Translations: {len(found)} to fix.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
