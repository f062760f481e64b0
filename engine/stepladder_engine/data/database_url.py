"""Addresses of databases: what may be shown of them, and what may never be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

if TYPE_CHECKING:
    from sqlalchemy import URL

_SECONDS_TO_CONNECT = 10
_HIDDEN = "***"
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://", re.ASCII)


def is_address(text: str) -> bool:
    """Tell whether a text looks like the address of a database rather than a path."""
    return "://" in text


def _parts(address: str) -> tuple[str, str, str, str]:
    """Give the scheme, user and password, what stands behind them, and the settings behind `?`."""
    match = _SCHEME.match(address)
    head = match[0] if match else ""
    rest = address[len(head) :]
    if head.casefold().startswith("sqlite"):
        path, _, settings = rest.partition("?")
        return head, "", path, settings
    # A sign of a password that ought to be written otherwise must not make it longer than it looks.
    user, at, behind = rest.rpartition("@")
    place, _, settings = behind.partition("?")
    return head, user + at, place, settings


def shown_address(written: str) -> str:
    """Give an address as the mapping writes it, without a password and without settings.

    >>> shown_address("postgresql://shop:secret@server/shop?sslpassword=x")
    'postgresql://shop:***@server/shop'
    >>> shown_address("${SHOP_DATABASE}")
    '${SHOP_DATABASE}'
    """
    if not is_address(written):
        # Whatever else stands here may be a slip with a password in it; names of variables are none.
        return written if _VARIABLE.fullmatch(written.strip()) else _HIDDEN
    head, user, place, _ = _parts(written)
    name, colon, password = user.removesuffix("@").partition(":")
    hidden = password if _VARIABLE.fullmatch(password) else _HIDDEN
    return f"{head}{name}{colon}{hidden if colon else ''}{'@' if user else ''}{place}"


def has_plain_password(written: str) -> bool:
    """Tell whether a password stands in the mapping itself."""
    _, user, _, settings = _parts(written)
    _, _, password = user.removesuffix("@").partition(":")
    found = [value for name, value in parse_qsl(settings) if "pass" in name.casefold()]
    return any(text and not _VARIABLE.fullmatch(text) for text in (password, *found))


def is_ambiguous(address: str) -> bool:
    """Tell whether nobody can say where the password ends: `@` in it has to be written as `%40`."""
    return not address.casefold().startswith("sqlite") and address.count("@") > 1


def connect_arguments(backend: str, url: URL) -> dict[str, Any]:
    """Give what the driver of a server is told beside the address."""
    arguments: dict[str, Any] = {}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = _SECONDS_TO_CONNECT
    if backend == "mysql" and url.password:
        # PyMySQL writes a text in Latin-1, and knows no other letters.
        arguments["password"] = str(url.password).encode("utf-8")
    return arguments


def secrets_of(address: str) -> list[str]:
    """Give every text that must not be shown, the longest first."""
    _, user, _, settings = _parts(address)
    name, _, password = user.removesuffix("@").partition(":")
    found = {address, address.partition("://")[2], user, user.removesuffix("@")}
    values = [password, *(value for key, value in parse_qsl(settings) if "pass" in key.casefold())]
    if settings:
        found.add(settings)
    for value in values:
        found |= {value, unquote(value), unquote_plus(value), quote(value, ""), quote_plus(unquote(value))}
    found |= {repr(text)[1:-1] for text in found}
    return sorted((text for text in found - {"", name, f"{name}@"}), key=len, reverse=True)


def hide(text: str, secrets: Iterable[str]) -> str:
    """Give a text without what must not be shown.

    >>> hide("no entry for shop:pass word", ["pass word"])
    'no entry for shop:***'
    """
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return text
