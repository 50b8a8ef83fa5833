"""What becomes of a draft that the gate does not let through: its pages are kept, its data is not.

Whether it may go out is `check`'s to say, and how it may be let pass knowingly `accepted`'s.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cls_pipeline.gate.accepted import standing
from cls_pipeline.warehouse.shelf import ReleaseError

if TYPE_CHECKING:
    from cls_pipeline.gate.verdict import Verdict

MOST_KEPT: Final = 10


class GateError(ReleaseError):
    """The gate holds a draft back; the message says why and what may be done. `page` tells all that was asked."""

    def __init__(self, message: str, page: Path):
        super().__init__(message)
        self.page = page


def let_through(database: Path, previous: Path | None, draft: Path, held: Path, release_id: str) -> None:
    """Judges a draft, leaving the gate's pages in it.

    Args:
        database: of the draft, finished.
        previous: the database of the release before, if any.
        draft: the folder of the draft.
        held: where the pages of drafts that are held back are kept, a folder each by release id.
        release_id: of the draft.

    Raises:
        GateError: it may not go out. Its pages stand in `held` then.
    """
    from cls_pipeline.gate.check import check

    verdict = check(database, previous, draft, standing(held))
    if not verdict.passed:
        page = _keep(draft, held, release_id)
        raise GateError(_why(verdict, page), page)


def _keep(draft: Path, held: Path, release_id: str) -> Path:
    """Moves the pages aside. Of drafts of the same content, which every night makes again, the newest stands."""
    held.mkdir(exist_ok=True)
    for older in held.glob(f"*-{release_id.rpartition('-')[2]}"):
        shutil.rmtree(older)
    (held / release_id).mkdir()
    (draft / "gate").rename(held / release_id / "gate")
    for older in sorted(held.iterdir())[:-MOST_KEPT]:
        shutil.rmtree(older)
    return held / release_id / "gate" / "index.html"


def _why(verdict: Verdict, page: Path) -> str:
    stays = f"release {verdict.previous_id} stays" if verdict.previous_id else "there is still none"
    lines = [
        f"The gate holds release {verdict.release_id} back, so {stays}:",
        *(f"- {one.sentence}" for one in verdict.failed),
        f"All that was asked, with examples: {page}",
    ]
    if verdict.may_be_accepted:
        lines.append(f'If this is right as it is: cls release accept {verdict.release_id} --why "…"')
    return "\n".join(lines)
