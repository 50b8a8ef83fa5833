"""Judges frames by Great Expectations, in memory: no context on disk, no SQL engine, nothing told to anybody.

The library takes seconds to import, so whoever makes no release must not import this module.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Read by the library when it is imported.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.row_conditions import Column, Condition

from cls_pipeline.gate.frames import Rows
from cls_pipeline.gate.suites import Expectation, Suites

MOST_EXAMPLES: Final = 8
SEVERITIES: Final = {"must": "critical", "warn": "warning"}


@dataclass(frozen=True)
class Answer:
    """What came of one expectation.

    `asked` and `failing` count rows; `subjects` names every failing row by the columns that name a row of its frame,
    `examples` tells the first of them with the columns to show. `trouble` says why it could not be asked.
    """

    id: str
    holds: bool
    asked: int
    failing: int
    subjects: tuple[str, ...] = ()
    examples: tuple[dict[str, Any], ...] = ()
    trouble: str = ""


def judge_frames(suites: Suites, names: Iterable[str], read: Callable[[str], Rows]) -> dict[str, Answer]:
    """Asks every expectation over the frames named.

    Args:
        suites: what is asked.
        names: of the frames that there are.
        read: gives the frame of a name. A frame that cannot be read fails all that is asked of it.

    Returns:
        The answers by the id of their expectation.
    """
    context = gx.get_context(mode="ephemeral", project_config=_silent())
    source = context.data_sources.add_pandas("draft")
    answers: dict[str, Answer] = {}
    for name in names:
        asked = suites.of_frame(name)
        by_id = {one.id: one for one in asked}
        try:
            frame = read(name)
        except Exception as error:
            answers |= {one.id: Answer(one.id, False, 0, 0, trouble=str(error)) for one in asked}
            continue
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        suite = context.suites.add(gx.ExpectationSuite(name, expectations=[_built(one) for one in asked]))
        judged = gx.ValidationDefinition(name=name, data=batch, suite=suite)
        result = context.validation_definitions.add(judged).run(
            batch_parameters={"dataframe": frame},
            result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
        )
        for told in result.results:
            assert told.expectation_config is not None
            one = by_id[told.expectation_config.meta["id"]]
            answers[one.id] = _answer(one, told, frame, suites.frames[name].names)
    return answers


def _silent() -> DataContextConfig:
    """In memory, without pages of the library's own, which fetch what they need from elsewhere."""
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _built(asked: Expectation) -> Any:
    kind = getattr(gxe, asked.type)
    return kind(
        **asked.given,
        row_condition=_condition(asked.where),
        severity=SEVERITIES[asked.severity],
        description=asked.words,
        meta={"id": asked.id},
    )


def _condition(where: dict[str, Any]) -> Condition | None:
    found: Condition | None = None
    for column, value in where.items():
        same = Column(column) == value
        found = same if found is None else found & same
    return found


def _answer(asked: Expectation, result: Any, frame: Rows, names: Sequence[str]) -> Answer:
    raised = [told for told in (result.exception_info or {}).values() if isinstance(told, dict)]
    if raised:
        return Answer(asked.id, False, len(frame), 0, trouble=str(raised[0].get("exception_message", "")))
    told = result.result
    failing = frame.loc[told.get("unexpected_index_list") or []]
    shown = [*names, *(column for column in asked.shows if column not in names)]
    return Answer(
        id=asked.id,
        holds=bool(result.success),
        asked=int(told.get("element_count", len(frame))),
        failing=int(told.get("unexpected_count", 0)),
        subjects=tuple(" ".join(map(str, row)) for row in failing[list(names)].itertuples(index=False)),
        examples=tuple(failing[shown].head(MOST_EXAMPLES).to_dict("records")),
    )
