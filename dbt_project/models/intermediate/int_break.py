"""Breaks of the figures from records, declared and found: see `cls_pipeline.evidence.followed`."""

import os
from pathlib import Path

from cls_pipeline.evidence.kept import kept_breaks


def model(dbt, session):
    dbt.config(materialized="table")
    series = dbt.ref("int_coded_series").pl()
    cutovers = series.filter(series["is_system_break"]).select("site_id", "metric_id", "month")
    return kept_breaks(series, cutovers, Path(os.environ["CLS_HOME"], "warehouse", "evidence")).to_arrow()
