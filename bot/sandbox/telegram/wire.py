"""Telegram's wire format: parameters of a call, answers, and refusals in Telegram's words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aiohttp import web

Json = dict[str, Any]

TOO_MANY = "Too Many Requests: retry after"
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


class RefusalError(Exception):
    """A refused call: error code, description and, for 429, the seconds to wait."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def refuse(description: str) -> NoReturn:
    """Raise RefusalError for a bad request (400)."""
    raise RefusalError(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Params:
    """The parameters of a call, from query, form or JSON; nested values may be JSON texts."""

    values: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text, empty if it is missing."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number, or `default` for anything else, as Telegram does."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1", "yes", "t", "y"}

    def nested(self, name: str) -> Any:
        """Return an object or a list, or None if it is missing; raises RefusalError."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            refuse(f"can't parse {name.replace('_', ' ')} JSON object")

    def entry(self, name: str) -> Json | None:
        """Return an object, or None if it is missing; raises RefusalError for anything else."""
        value = self.nested(name)
        if value is None or isinstance(value, dict):
            return value
        refuse(f"object expected as {name.replace('_', ' ')}")

    def rows(self, name: str) -> list[Any]:
        """Return a list, empty if it is missing; raises RefusalError for anything else."""
        value = self.nested(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        refuse(f"expected an Array of {name.replace('_', ' ')}")

    def upload(self, name: str) -> Upload | None:
        """Return the file of a field: sent under its name, or under the name in `attach://`."""
        value = self.text(name)
        return self.files.get(value.removeprefix("attach://") if value else name)


async def read_params(request: web.Request) -> Params:
    """Parse the query and a JSON, form or multipart body; raises RefusalError."""
    params = Params(dict(request.query))
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            refuse("can't parse request: invalid JSON")
        if not isinstance(body, dict):
            refuse("can't parse request: JSON object expected")
        params.values.update(body)
        return params
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            with value.file:
                content = value.file.read()
            params.files[name] = Upload(value.filename, value.content_type, content)
        else:
            params.values[name] = str(value)
    return params


def success(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def refusal(error: RefusalError) -> web.Response:
    """Return a refusal in Telegram's format; the HTTP status repeats the code."""
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    return web.json_response(body, status=error.code)
