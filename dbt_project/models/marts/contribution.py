"""What the programme may have contributed to each figure: see `cls_pipeline.evidence.contribution`."""

import os
from pathlib import Path

from cls_pipeline.evidence.kept import kept_contributions


def model(dbt, session):
    dbt.config(materialized="table")
    series = dbt.ref("int_contribution_series").pl()
    programme = dbt.source("registry", "programme_area").pl()
    breaks = dbt.ref("series_break").pl()
    sites = dbt.ref("dim_site").pl()
    folder = Path(os.environ["CLS_HOME"], "warehouse", "evidence")
    return kept_contributions(series, programme, breaks, sites, folder).to_arrow()
