"""Splitting JSON text into its parts, even where a part is not valid JSON."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain import json_scanner
from bot.domain.json_scanner import ScanError, elements_of, members_of

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(['"', "\\", '\\"', "[", "]", "{", "}", ",", "},{", '","', '":']),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=12,
)


@given(rows=st.lists(json_values, max_size=6), indent=st.sampled_from([None, 0, 2]))
def test_the_parts_of_valid_lists_are_their_elements(
    rows: list[object], indent: int | None
) -> None:
    text = json.dumps(rows, indent=indent).encode()
    assert [repr(json.loads(part)) for part in elements_of(text)] == [repr(one) for one in rows]


@given(members=st.dictionaries(st.from_regex(r"[a-z_0-9]{1,8}", fullmatch=True), json_values))
def test_the_members_of_valid_objects_have_their_names(members: dict[str, object]) -> None:
    found = {name: json.loads(value) for name, value in members_of(json.dumps(members).encode())}
    assert repr(found) == repr(members)


@given(rows=st.lists(json_values, min_size=1, max_size=4), data=st.data())
def test_a_truncated_list_is_an_error(rows: list[object], data: st.DataObject) -> None:
    text = json.dumps(rows).encode()
    end = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(ScanError):
        list(elements_of(text[:end]))


@example(text=b"[[,{")  # The one branch that no other test is sure to reach.
@given(text=st.binary(max_size=60) | st.text('[]{}",:\\ x').map(str.encode))
def test_any_bytes_give_parts_or_a_scan_error(text: bytes) -> None:
    try:
        parts = list(elements_of(text))
    except ScanError:
        return
    assert all(part in text for part in parts)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "unit", [b"[", b"{", b'"', b"\\", b'\\"', b'" ', b"[{", b"[}", b",", b'{"a":', b'"a" ', b"]"]
)
def test_hostile_texts_are_scanned_in_one_pass(unit: bytes) -> None:
    """Half a megabyte that could make a scanner backtrack ends within the time limit."""
    text = b'[{"a": "' + unit * (500_000 // len(unit))
    for body in (text, text + b'"}]', b"[" + unit * (500_000 // len(unit)) + b"]"):
        try:
            list(elements_of(body))
        except ScanError:
            continue


def test_empty_parts_count_except_in_an_empty_list() -> None:
    assert list(elements_of(b" [ ] ")) == []
    assert list(elements_of(b"{}")) == []
    assert list(elements_of(b"[,]")) == [b"", b""]
    assert list(members_of(b'{"a": 1, b: 2}')) == [("a", b"1"), ("", b" b: 2")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (b'[{"a": {"b": 1}, {"c": 2}]', [b'{"a": {"b": 1}', b'{"c": 2}']),
        (b'[{"a": [{"b": 1, {"c": 2}]}, 3]', [b'{"a": [{"b": 1, {"c": 2}]}', b" 3"]),
        (b'[{"a": [1}, 2]', [b'{"a": [1}', b" 2"]),
        (b"[1}, 2]", [b"1}", b" 2"]),
        (b'[{"a": 1]', [b'{"a": 1']),
        (b'{"a": [1}, 2], "b": 3}', [b'"a": [1}, 2]', b' "b": 3']),
        (b'{"a": {"b": 1, {"c": 2}}, "d": 3}', [b'"a": {"b": 1, {"c": 2}}', b' "d": 3']),
        (b'{"a": [{"b": 1, {"c": 2}], "d": 3}', [b'"a": [{"b": 1, {"c": 2}]', b' "d": 3']),
        (b'["5" layar", 2]', [b'"5" layar"', b" 2"]),
    ],
)
def test_a_malformed_part_ends_at_the_most_likely_place(text: bytes, parts: list[bytes]) -> None:
    assert list(elements_of(text)) == parts


@pytest.mark.parametrize(
    "text", [b"", b"1", b'"a"', b"[", b"[1", b"[1]]", b"[1] 2", b'["a]', b'{"a": [1}', b'{"a": 1]']
)
def test_text_that_ends_early_or_goes_on_is_an_error(text: bytes) -> None:
    """The error may follow some parts, so a caller must read to the end."""
    with pytest.raises(ScanError):
        list(elements_of(text))


def test_too_many_brackets_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_scanner, "MAX_BRACKETS", 100)
    assert len(list(elements_of(b"[" + b"{}," * 33 + b"1]"))) == 34
    with pytest.raises(ScanError):
        list(elements_of(b"[" + b"{}," * 34 + b"1]"))
