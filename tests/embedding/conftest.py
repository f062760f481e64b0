"""A small shop in words, as a page of documentation has it."""

from __future__ import annotations

import pytest

SHOP = """\
spec shop "Corner shop"

role seller "Seller"

record client "Client"

event visit "Comes in" for client
event purchase "Pays" for client

process sale "Selling" for client
    owner seller
    stage aware "Knows us"
        start
        on visit go to choosing
    stage choosing "Is <b>choosing</b>"
        do "Ask what it is for"
        limit 2 days, then alert seller
        on purchase go to bought
    stage bought "Has bought"
        end won

offer case "A case"
    price 20
    to client in choosing
    accepted on purchase
"""

WRONG = SHOP.replace("go to choosing", "go to chosing")


@pytest.fixture(scope="session")
def shop() -> str:
    return SHOP


@pytest.fixture(scope="session")
def wrong() -> str:
    return WRONG
