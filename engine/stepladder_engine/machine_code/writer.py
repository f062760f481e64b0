"""What a language has to say so that functions can be translated into it, one step after another."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence

from stepladder_dsl.record import record

WHOLE, REAL, WORD = "whole", "real", "word"
"""Kinds of numbers, 64 bits each. Words are whole ones whose bits go to the right without a sign."""


@record
class Element:
    """What the cells of an array are: in numpy, and as numbers of 64 bits."""

    dtype: str
    kind: str = WHOLE


@record
class FunctionText:
    """A function in the other language: how it is called, and all of it."""

    head: str
    whole: str


class Writer(ABC):
    """One function in the other language. What is computed gets a name, which stands for it afterwards."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._count = 0

    @staticmethod
    @abstractmethod
    def module(functions: Iterable[FunctionText], notes: Iterable[str]) -> str:
        """Give the text of a file; `notes` are those that cells refer to, for a compiler that reads them."""

    @staticmethod
    @abstractmethod
    def entry(name: str, callee: str, elements: Sequence[Element | None], results: int) -> FunctionText:
        """Give a function that calls another with the numbers of one row, and leaves its answer there.

        An array is two of them, its address and its length.
        """

    @abstractmethod
    def function(
        self,
        name: str,
        parameters: Sequence[str],
        results: int,
        variables: Mapping[str, str],
        *,
        outside: bool,
    ) -> FunctionText:
        """Give the function, with the kinds of its variables; one may be called from outside, or not."""

    # parameters, and what is given for them

    @abstractmethod
    def take(self, name: str, kind: str) -> str:
        """Give the parameter for a number, and let it be a variable."""

    @abstractmethod
    def take_array(self, name: str, element: Element) -> str:
        """Give the parameter for an array."""

    @abstractmethod
    def take_length(self, name: str) -> str:
        """Give the parameter for the length of an array."""

    @abstractmethod
    def given(self, value: str) -> str:
        """Give a number to a function that is called."""

    @abstractmethod
    def given_array(self, name: str) -> str:
        """Give an array to a function that is called."""

    @abstractmethod
    def length(self, name: str) -> str:
        """Give the length of an array."""

    # numbers

    @abstractmethod
    def whole(self, number: int) -> str:
        """Write a whole number."""

    @abstractmethod
    def real(self, number: float) -> str:
        """Write a real number."""

    @abstractmethod
    def load(self, variable: str, kind: str) -> str:
        """Look what a variable holds."""

    @abstractmethod
    def store(self, variable: str, kind: str, value: str) -> None:
        """Put a number into a variable."""

    @abstractmethod
    def read(self, array: str, place: str, element: Element, note: str) -> str:
        """Read a cell of an array."""

    @abstractmethod
    def write(self, array: str, place: str, element: Element, note: str, value: str) -> None:
        """Write a cell of an array."""

    @abstractmethod
    def calculate(self, operation: ast.operator, kind: str, one: str, other: str) -> str:
        """Calculate with two numbers of one kind."""

    @abstractmethod
    def floor_divide(self, one: str, other: str) -> str:
        """Divide whole numbers, and round down; by zero gives zero."""

    @abstractmethod
    def compare(self, operation: ast.cmpop, kind: str, one: str, other: str) -> str:
        """Give a truth for `branch` and `number_of`."""

    @abstractmethod
    def number_of(self, truth: str) -> str:
        """Give one for what is true, or zero."""

    @abstractmethod
    def real_of(self, whole: str) -> str:
        """Give a whole number as a real one."""

    @abstractmethod
    def bits_of(self, value: str, kind: str) -> str:
        """Give the same bits as a word, or as a whole number."""

    @abstractmethod
    def known(self, name: str, *values: str) -> str:
        """Give `abs` of a whole number, or `min` or `max` of two."""

    # where it goes on

    @abstractmethod
    def label(self, name: str) -> None:
        """Begin a stretch of code; what stands before it has gone elsewhere."""

    @abstractmethod
    def jump(self, label: str) -> None:
        """Go on elsewhere."""

    @abstractmethod
    def branch(self, truth: str, yes: str, no: str) -> None:
        """Go on at one of two places."""

    @abstractmethod
    def call(self, name: str, given: Sequence[str], results: int, kind: str = WHOLE) -> str:
        """Call a function; several numbers that it gives have one name."""

    @abstractmethod
    def part(self, several: str, number: int, results: int) -> str:
        """Give one of several numbers."""

    @abstractmethod
    def together(self, values: Sequence[str]) -> str:
        """Give several numbers one name."""

    @abstractmethod
    def give(self, results: int, value: str) -> None:
        """Give an answer to the caller."""

    @abstractmethod
    def give_nothing(self, results: int) -> None:
        """Go back to the caller with zeros for what it wants."""
