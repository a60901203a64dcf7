"""Hypothesis strategies for dataclass records with all values that their columns can hold."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R", bound="DataclassInstance")

integers = st.integers(-(2**63), 2**63 - 1)
amounts = st.integers(1, 2**53)
texts = st.text()
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
payloads = st.dictionaries(texts, st.one_of(texts, integers), max_size=4)


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for all values of a field with this type."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(*(values_of(part) for part in get_args(hint)))
    if get_origin(hint) is Mapping:
        return payloads
    if hint is types.NoneType:
        return st.none()
    simple = {int: integers, str: texts, bool: st.booleans(), datetime: instants}
    return simple[hint] if hint in simple else st.sampled_from(hint)


def records(record: type[R], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[R]:
    """Return a strategy for records whose fields are random, except the `fixed` ones."""
    hints = get_type_hints(record)
    free = {
        field.name: values_of(hints[field.name])
        for field in fields(record)
        if field.name not in fixed
    }
    return st.builds(record, **free, **fixed)
