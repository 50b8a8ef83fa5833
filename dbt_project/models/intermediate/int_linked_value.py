"""Values carried across breaks of system: see `cls_pipeline.evidence.followed`."""

import os
from pathlib import Path

from cls_pipeline.evidence.kept import kept_links


def model(dbt, session):
    dbt.config(materialized="table")
    series, breaks = dbt.ref("int_coded_series").pl(), dbt.ref("int_break").pl()
    return kept_links(series, breaks, Path(os.environ["CLS_HOME"], "warehouse", "evidence")).to_arrow()
