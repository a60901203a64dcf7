"""Parse Telegram's HTML to plain text with entities, whose offsets are UTF-16 code units."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]

SIMPLE_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "a": "text_link",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#(?P<dec>[0-9]+)|#x(?P<hex>[0-9a-fA-F]+)|(?P<name>[a-z]+));?")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE = re.compile(
    r"\s*(?P<name>[^\s=>]+)(?:\s*=\s*(?:\"(?P<d>[^\"]*)\"|'(?P<s>[^']*)'|(?P<bare>[\w.-]+)))?\s*"
)
MENTION_LINK = re.compile(r"tg://user/?\?id=([0-9]+)")
LINK = re.compile(r"(?i)(?:https?|tg|tonsite)://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/?#:]\S*)?")
COMMAND = re.compile(r"(?<![\w/@<>.])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")
MENTION = re.compile(r"(?<![\w@/.])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)")
URL = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\"']")
VERBATIM = {"pre", "code"}
FOUND_KINDS = {"text_link", "text_mention", "mention", "url", "bot_command"}


class EntitiesError(ValueError):
    """The markup is invalid; the message is the second half of Telegram's description."""


@dataclass(slots=True)
class OpenTag:
    """A start tag without its end tag; `offset` is in UTF-16 code units."""

    name: str
    offset: int
    attributes: dict[str, str]


@dataclass(slots=True)
class HtmlReader:
    """Reads the markup once, from `at` on; `length` is in UTF-16 code units."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Entity] = field(default_factory=list)
    open_tags: list[OpenTag] = field(default_factory=list)

    def read(self) -> None:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                if self.source.startswith("</", self.at):
                    self._end_tag()
                else:
                    self._start_tag()
            elif character == "&":
                self._character()
            else:
                self._put(character)
                self.at += 1
        if self.open_tags:
            name = self.open_tags[-1].name
            raise EntitiesError(f'Can\'t find end tag corresponding to start tag "{name}"')

    def _put(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16_length(text)

    def _byte_offset(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def _character(self) -> None:
        match = CHARACTER.match(self.source, self.at)
        decoded = "" if match is None else decoded_character(match)
        if match is None or not decoded:
            self._put("&")
            self.at += 1
            return
        self._put(decoded)
        self.at = match.end()

    def _start_tag(self) -> None:
        start = self.at
        where = f"at byte offset {self._byte_offset(start)}"
        match = TAG_NAME.match(self.source, start + 1)
        name = match.group().lower() if match is not None else ""
        if name not in SIMPLE_TAGS:
            raise EntitiesError(f'Unsupported start tag "{name}" {where}')
        self.at = start + 1 + len(name)
        attributes: dict[str, str] = {}
        while self.at < len(self.source) and self.source[self.at] != ">":
            found = ATTRIBUTE.match(self.source, self.at)
            if found is None:
                if self.source[self.at :].isspace():
                    break
                if self.source[self.at].isspace():
                    self.at += 1
                    continue
                raise EntitiesError(f'Empty attribute name in the tag "{name}" {where}')
            value = found["d"] or found["s"] or found["bare"] or ""
            attributes[found["name"].lower()] = CHARACTER.sub(
                lambda match: decoded_character(match) or match.group(), value
            )
            self.at = found.end()
        if self.at >= len(self.source) or self.source[self.at] != ">":
            raise EntitiesError(f'Unclosed start tag "{name}" {where}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise EntitiesError(f'Tag "span" must have class "tg-spoiler" {where}')
        self.at += 1
        self.open_tags.append(OpenTag(name, self.length, attributes))

    def _end_tag(self) -> None:
        where = f"at byte offset {self._byte_offset(self.at)}"
        if not self.open_tags:
            raise EntitiesError(f"Unexpected end tag {where}")
        end = self.source.find(">", self.at)
        if end == -1:
            raise EntitiesError(f"Unclosed end tag {where}")
        found = self.source[self.at + 2 : end].strip().lower()
        opened = self.open_tags.pop()
        if found and found != opened.name:
            raise EntitiesError(
                f'Unmatched end tag {where}, expected "</{opened.name}>", found "</{found}>"'
            )
        self.at = end + 1
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, tag: OpenTag) -> None:
        entity: Entity = {
            "type": SIMPLE_TAGS[tag.name],
            "offset": tag.offset,
            "length": self.length - tag.offset,
        }
        if tag.name == "a":
            written = utf16_slice("".join(self.text), tag.offset, self.length)
            link = linked(tag.attributes.get("href") or written)
            if link is None:
                return
            entity.update(link)
        elif tag.name == "blockquote" and "expandable" in tag.attributes:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "code":
            language = tag.attributes.get("class", "")
            if language.startswith("language-"):
                entity["language"] = language.removeprefix("language-")
        elif tag.name == "pre":
            entity.update(self._language_within(entity))
        if tag.name in VERBATIM:
            self.entities = [one for one in self.entities if one["offset"] < tag.offset]
        self.entities.append(entity)

    def _language_within(self, pre: Entity) -> Entity:
        """Return the language of `<pre><code class="language-…">`, which is on the inner tag."""
        for one in self.entities:
            same_place = (one["offset"], one["length"]) == (pre["offset"], pre["length"])
            if one["type"] == "code" and same_place and "language" in one:
                return {"language": one["language"]}
        return {}


def decoded_character(match: re.Match[str]) -> str:
    """Return the character of a reference; empty if Telegram does not support it."""
    if match["name"] is not None:
        return NAMED.get(match["name"], "")
    number = int(match["dec"][:9]) if match["dec"] else int(match["hex"][:8], 16)
    if number == 0 or number >= 0x10FFFF or 0xD800 <= number < 0xE000:
        return ""
    return chr(number)


def linked(address: str) -> Entity | None:
    """Return the entity's fields for a link; None for an invalid address, which is dropped."""
    mention = MENTION_LINK.fullmatch(address)
    if mention is not None:
        return {"type": "text_mention", "user": {"id": int(mention[1])}}
    if LINK.fullmatch(address) is None:
        return None
    return {"url": address if "://" in address else f"http://{address}/"}


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 code units, as Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, start: int, end: int) -> str:
    """Return the part of `text` between two positions in UTF-16 code units."""
    encoded = text.encode("utf-16-le", "surrogatepass")
    return encoded[2 * start : 2 * end].decode("utf-16-le", "replace")


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip a text, as Telegram does, and shift its entities."""
    head = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    length = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - head, 0)
        end = min(entity["offset"] - head + entity["length"], length)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def sorted_entities(entities: list[Entity]) -> list[Entity]:
    """Sort in Telegram's order: by offset, the longer first."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], one["type"]))


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Return the stripped text and its entities; raises EntitiesError."""
    reader = HtmlReader(source)
    reader.read()
    for entity in reader.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    text, entities = trimmed("".join(reader.text), reader.entities)
    return text, sorted_entities(entities)


def with_detected(text: str, entities: list[Entity]) -> list[Entity]:
    """Add the commands, mentions and addresses that Telegram detects in every text."""
    found = list(entities)
    for kind, pattern in (("url", URL), ("mention", MENTION), ("bot_command", COMMAND)):
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            length = utf16_length(match.group())
            if not any(covers(one, start, length) for one in found):
                found.append({"type": kind, "offset": start, "length": length})
    return sorted_entities(found)


def covers(entity: Entity, start: int, length: int) -> bool:
    """Return whether detection skips this range: it is code, a link, or already detected."""
    if entity["type"] not in VERBATIM | FOUND_KINDS:
        return False
    begin, end = entity["offset"], entity["offset"] + entity["length"]
    return bool(start < end and begin < start + length)
