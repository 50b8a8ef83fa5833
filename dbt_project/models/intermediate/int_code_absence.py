"""Outcomes of requests that a site stopped using for a while: see `cls_pipeline.evidence.code_absence`."""

import os
from pathlib import Path

from cls_pipeline.evidence.kept import kept_absences


def model(dbt, session):
    dbt.config(materialized="table")
    daily = dbt.ref("int_outcome_day").pl()
    return kept_absences(daily, Path(os.environ["CLS_HOME"], "warehouse", "evidence")).to_arrow()
