"""The tables of `docs/simulation.md` that are made from data: local systems, distortions, accidents.

Written with `python -m cls_pipeline.sample.recording.page` between the marks in the page. The words around them are
written by hand; what a distortion does is in its own module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from cls_pipeline.registry import Registry, SystemProfile, load_registry
from cls_pipeline.sample.recording.accidents import ACCIDENTS
from cls_pipeline.sample.recording.distort import Distortion, distortions
from cls_pipeline.sample.recording.tenures import CASE, FINANCE
from cls_pipeline.settings import get_settings

FAMILIES: Final = {CASE: "case management", FINANCE: "finance"}
#: What a share of places is a share of.
PLACES: Final = {
    "cutover": "cutovers",
    "system": "systems in use",
    "form": "systems in use",
    "export": "sites",
    "night": "sites",
}


def tables(registry: Registry) -> dict[str, str]:
    """The Markdown of each table by the name of its marks: `systems`, `distortions`, `accidents`."""
    local = [one for one in registry.systems.values() if one.family in FAMILIES]
    return {
        "systems": _table(
            ("system", "family", "goes on from", "hands over", "files"),
            (_system(one) for one in sorted(local, key=lambda one: (one.family, one.id))),
        ),
        "distortions": _table(
            ("name", "at", "where it acts", "size there", "what it does", "seen at"),
            (_distortion(one) for one in distortions().values()),
        ),
        "accidents": _table(
            ("name", "site", "rows", "what it does"),
            ((f"`{one.name}`", one.site, f"{_percent(one.share)} of `{one.entity}`", one.what) for one in ACCIDENTS),
        ),
    }


def with_tables(page: str, made: dict[str, str]) -> str:
    """The page with the tables between their marks, which are comments: `<!-- made: name -->` and `<!-- end -->`.

    Raises:
        ValueError: the page has no such marks for a table.
    """
    for name, table in made.items():
        mark = f"<!-- made: {name} -->"
        page, found = re.subn(
            rf"{mark}\n.*?<!-- end -->",
            f"{mark}\n{table}\n<!-- end -->".replace("\\", "\\\\"),
            page,
            flags=re.DOTALL,
        )
        if found != 1:
            raise ValueError(f"The page has {found} places marked {mark} … <!-- end -->; one is expected.")
    return page


def _system(profile: SystemProfile) -> Sequence[str]:
    months = profile.period_months
    covers = {"full": "everything", "changes": "what changed", "period": f"what touches the last {months} months"}
    formats = dict.fromkeys(
        f"{layout.format.kind} in {layout.format.encoding}" if layout.format.kind == "csv" else layout.format.kind
        for layout in profile.files
    )
    before = f"`{profile.continues}`" if profile.continues else ""
    return f"`{profile.id}`", FAMILIES[profile.family], before, covers[profile.coverage], ", ".join(formats)


def _distortion(one: Distortion) -> Sequence[str]:
    where = f"{'all' if one.share == 1 else f'{_percent(one.share)} of'} {PLACES[one.at]}"
    return f"`{one.name}`", one.at, where, _size(one), one.acts_on, one.seen


def _size(one: Distortion) -> str:
    """Shares of something in per cent, other sizes as they are, nothing where it acts or does not."""
    if one.unit == "yes":
        return ""
    _, is_share, what = one.unit.partition("share of ")
    if not is_share:
        return f"{one.low:g} to {one.high:g} {one.unit}"
    return f"{_percent(one.low).removesuffix(' %')} to {_percent(one.high)} of {what}"


def _percent(share: float) -> str:
    return f"{round(100 * share, 3):g} %"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def path_of(folder: Path) -> Path:
    """Where the page stands, beside a contracts folder."""
    return folder.parent / "docs" / "simulation.md"


def write_page(folder: Path) -> Path:
    """Brings the tables of the page beside a contracts folder up to date."""
    path = path_of(folder)
    page = with_tables(path.read_text(encoding="utf-8"), tables(load_registry(folder)))
    path.write_text(page, encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_page(get_settings().contracts_dir))
