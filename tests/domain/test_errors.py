"""The tree in the docstring of the errors' module, and the one sentence made there."""

from collections.abc import Iterator

from bot.domain import errors
from bot.domain.errors import KonterError, StoreVersionError


def tree(error: type[KonterError], depth: int = 0) -> Iterator[tuple[int, str]]:
    """Yield an error class and its subclasses in the module, each with its depth."""
    yield depth, error.__name__
    for child in error.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child, depth + 1)


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    drawn = []
    for line in (errors.__doc__ or "").splitlines():
        name = line.lstrip("│├└─ ").split(" ")[0]
        if name.endswith("Error"):
            drawn.append(((len(line) - len(line.lstrip("│├└─ "))) // 4, name))
    assert drawn == list(tree(KonterError))


def test_a_schema_version_error_says_what_to_update() -> None:
    newer, older = StoreVersionError(24, 23), StoreVersionError(22, 23)
    assert (newer.found, newer.wanted, newer.is_newer) == (24, 23, True)
    assert str(newer) == (
        "a newer Konter has used it (schema version 24, this one knows 23): update Konter"
    )
    assert not older.is_newer
    assert "start Konter once, which migrates the database" in str(older)
