"""Shares of people back, or with long-term support, after signposting, while not all are followed so long yet: see
`cls_pipeline.evidence.reached`."""

import polars as pl

from cls_pipeline.evidence.reached import shares_reached

WITHIN = (("next_request", 365), ("support", 365), ("support", 730))


def model(dbt, session):
    dbt.config(materialized="table")
    people = dbt.ref("int_signposted").pl()
    followed = []
    for event, within in WITHIN:
        days, seen = pl.col(f"days_to_{event}"), pl.col("days_seen")
        happened = (days <= seen).fill_null(False)
        at_risk = ~pl.col("is_supported") if event == "support" else pl.lit(True)
        followed.append(
            people.filter(at_risk).select(
                "site_id",
                "grain",
                "period_start",
                event=pl.lit(event),
                within=pl.lit(within),
                days=pl.when(happened).then(days).otherwise(seen),
                happened=happened,
            )
        )
    return shares_reached(pl.concat(followed)).to_arrow()
