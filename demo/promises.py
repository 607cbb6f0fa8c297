"""What the day promises: a promise that does not hold ends the demo with a sentence. Imports nothing of ours."""

from __future__ import annotations


class BrokenPromiseError(Exception):
    """Something the program promises was not so; the text is a sentence for the person watching."""


def promised(holds: object, sentence: str) -> None:
    """Go on when it holds; raises ``BrokenPromiseError`` with the sentence when it does not."""
    if not holds:
        raise BrokenPromiseError(sentence)
