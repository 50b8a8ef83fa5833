"""Makes a text harmless that a spreadsheet may open: nothing that a sender wrote can become a formula.

How lists are laid out belongs in `fix_list`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

# What a spreadsheet takes for the beginning of a formula, in full width too.
# Source: OWASP, CSV Injection (owasp.org/www-community/attacks/CSV_Injection).
FORMULA: Final = r"=+\-@＝＋－＠"
CONTROL: Final = r"[\p{Cc}\u{2028}\u{2029}]"
# Not only at the beginning: a spreadsheet set to other separators, or to no quotes, cuts the line elsewhere.
BEGINNING: Final = rf"(^|[,;|'\x22])([\s\p{{Cf}}]*)([{FORMULA}])"


def harmless(text: pl.Expr) -> pl.Expr:
    """The text with control characters as blanks, and an apostrophe before what could begin a formula.

    An apostrophe is how a spreadsheet is told that a cell is text. It stands wherever a cell can begin, whichever of
    comma, semicolon, tab or bar the reader takes for the separator.
    """
    return text.str.replace_all(CONTROL, " ").str.replace_all(BEGINNING, "${1}${2}'${3}")
