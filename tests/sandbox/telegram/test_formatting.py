"""Telegram's HTML as the embedded Bot API parses it."""

import pytest

from bot.sandbox.telegram.formatting import EntitiesError, parse_html, utf16_length, with_detected


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
    ],
)
def test_a_plain_tag_becomes_an_entity(tag: str, kind: str) -> None:
    assert parse_html(f"a <{tag}>bc</{tag}>") == ("a bc", [entity(kind, 2, 2)])
    assert parse_html(f"a <{tag.upper()}>bc</{tag.upper()}>") == ("a bc", [entity(kind, 2, 2)])


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ('<span class="tg-spoiler">x</span>', "x", [entity("spoiler", 0, 1)]),
        (
            '<a href="https://example.com/?a=1&amp;b=2">x</a>',
            "x",
            [entity("text_link", 0, 1, url="https://example.com/?a=1&b=2")],
        ),
        ('<a href="not a link">x</a>', "x", []),
        (
            '<a href="tg://user?id=7">x</a>',
            "x",
            [entity("text_mention", 0, 1, user={"id": 7})],
        ),
        (
            '<pre><code class="language-python">x=1</code></pre>',
            "x=1",
            [entity("pre", 0, 3, language="python")],
        ),
        ('<code class="language-python">x</code>', "x", [entity("code", 0, 1)]),
        ("<code><b>x</b></code>", "x", [entity("code", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ("😀<b>é</b>", "😀é", [entity("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
        ("x<b></b>", "x", []),
        ("  <b> a </b>\n", "a", [entity("bold", 0, 1)]),
        ("&lt;b&gt; &amp;amp; &quot; &#65;&#x42;", '<b> &amp; " AB', []),
        ("&nbsp; & &#0; &#xD800;", "&nbsp; & &#0; &#xD800;", []),
        ("1 > 0", "1 > 0", []),
    ],
)
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: list[dict[str, object]]
) -> None:
    """Positions count in UTF-16 units (Bot API, MessageEntity)."""
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a <foo>b</foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("😀<p>", 'Unsupported start tag "p" at byte offset 4'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b", 'Unclosed start tag "b" at byte offset 0'),
        ('<a href="x', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_markup_is_refused_with_tag_and_byte(source: str, reason: str) -> None:
    with pytest.raises(EntitiesError) as caught:
        parse_html(source)
    assert str(caught.value) == reason


def test_a_text_is_measured_in_utf16_units() -> None:
    assert utf16_length("a😀é") == 4


def test_commands_and_addresses_are_found_outside_code() -> None:
    text = "/start a/b https://example.com/x."
    assert with_detected(text, []) == [
        entity("bot_command", 0, 6),
        entity("url", 11, 21),
    ]
    assert with_detected("/start", [entity("code", 0, 6)]) == [entity("code", 0, 6)]
