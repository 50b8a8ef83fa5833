"""Invented names of people, workers and providers, for columns that the programme must never take.

They are here so that it can be shown that they never reach conformed data.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Positions

FORENAMES = (
    "Aileen", "Bernard", "Catrin", "Dougal", "Edith", "Farida", "Gwilym", "Hamish", "Ines", "Jarvis",
    "Keziah", "Leofric", "Morag", "Nadeem", "Olwen", "Percy", "Queenie", "Renée", "Sorley", "Tegan",
    "Una", "Vikram", "Winifred", "Zoë",
)  # fmt: skip
SURNAMES = (
    "Ashgrove", "Birkinshaw", "Cefnllys", "Dunmorran", "Ellerbeck", "Farnborough", "Glenlivie", "Hawkswell",
    "Inglethorpe", "Jollyman", "Kirkbrae", "Llwynon", "Marchbank", "Netherby", "O'Scannell", "Pomfret",
    "Quillfeather", "Rosewarne", "Strathmoor", "Thistlewood", "Underhay", "Venables-Orme", "Whitbeck", "Yarrowdale",
)  # fmt: skip
PROVIDERS = ("Larch Care", "Harbour Homes", "Meadow Support", "Café Kindness CIC", "Brightwater", "Oak & Ash Ltd")
WORKERS = tuple(f"W{number}" for number in range(101, 149))


def invented(column: str, frame: pl.DataFrame) -> pl.Series:
    """Values for a column that is not ours, by what its name says: a forename, a surname, a provider, a worker.

    A person's name is the same in every table and system.
    """
    about = frame["person_number"].to_numpy() if "person_number" in frame.columns else np.arange(frame.height)
    name = column.casefold()
    if "forename" in name:
        return _from(FORENAMES, about * 7)
    if "surname" in name:
        usual = _from(SURNAMES, about * 5 + about // 24)
        # What somebody typed into a name, where the recording says so.
        return frame["surname"].zip_with(frame["surname"].is_not_null(), usual) if "surname" in frame.columns else usual
    if "provider" in name or "payee" in name:
        return _from(PROVIDERS, about)
    return _from(WORKERS, about * 11)


def _from(words: tuple[str, ...], positions: Positions) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(positions % len(words))
