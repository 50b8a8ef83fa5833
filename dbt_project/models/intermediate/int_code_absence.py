"""Outcomes of requests that a site stopped using for a while: see `cls_pipeline.evidence.code_absence`."""

from cls_pipeline.evidence.code_absence import absences


def model(dbt, session):  # type: ignore[no-untyped-def]  # the signature is dbt's
    dbt.config(materialized="table")
    return absences(dbt.ref("int_outcome_day").pl()).to_arrow()
