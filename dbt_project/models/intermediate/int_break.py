"""Breaks of the figures from records, declared and found: see `cls_pipeline.evidence.followed`."""

from cls_pipeline.evidence.followed import breaks_of


def model(dbt, session):  # type: ignore[no-untyped-def]  # the signature is dbt's
    dbt.config(materialized="table")
    series = dbt.ref("int_coded_series").pl()
    cutovers = series.filter(series["is_system_break"]).select("site_id", "metric_id", "month")
    return breaks_of(series, cutovers).to_arrow()
