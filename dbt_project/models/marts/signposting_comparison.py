"""New clients signposted, programme against other councils: see `cls_pipeline.evidence.group_comparison`."""

import os
from pathlib import Path

from cls_pipeline.evidence.kept import kept_comparison


def model(dbt, session):
    dbt.config(materialized="table")
    shares = dbt.ref("int_signposting_share").pl()
    programme = dbt.source("registry", "programme_area").pl()
    return kept_comparison(shares, programme, Path(os.environ["CLS_HOME"], "warehouse", "evidence")).to_arrow()
