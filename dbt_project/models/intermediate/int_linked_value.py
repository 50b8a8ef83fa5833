"""Values carried across breaks of system: see `cls_pipeline.evidence.followed`."""

from cls_pipeline.evidence.followed import linked_values


def model(dbt, session):  # type: ignore[no-untyped-def]  # the signature is dbt's
    dbt.config(materialized="table")
    return linked_values(dbt.ref("int_coded_series").pl(), dbt.ref("int_break").pl()).to_arrow()
