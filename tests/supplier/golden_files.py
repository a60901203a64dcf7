"""Recorded replies: three examples of docs/supplier-api.md, the others of related panels."""

from pathlib import Path

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def recorded_reply(name: str) -> bytes:
    """Return the body of one recorded reply."""
    return (FOLDER / f"{name}.json").read_bytes()
