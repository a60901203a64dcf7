"""The recorded replies: three are the documentation's own examples, the others the family's."""

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def golden(name: str) -> bytes:
    """The body of one recorded reply."""
    return (FOLDER / f"{name}.json").read_bytes()
