"""The marts against the truth: simulated sites go through the pipeline, and every figure must be what happened."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from cls_pipeline.exporting import export_sources
from cls_pipeline.loading import load_sender
from cls_pipeline.registry import load_registry
from cls_pipeline.sample import everything, write_sample
from cls_pipeline.sample.truth import with_attribute
from cls_pipeline.sample.truth_areas import monthly_of_teams, quarterly_by_area
from cls_pipeline.sample.truth_costs import true_conversation_costs, true_costs
from cls_pipeline.sample.truth_periods import GROUPS
from cls_pipeline.sample.truth_quarters import quarterly_truth
from cls_pipeline.sample.truth_rates import BANDS, yearly_admission_rates
from cls_pipeline.sample.truth_reach import quarterly_reach
from cls_pipeline.sample.truth_sequels import yearly_sequels
from cls_pipeline.sample.truth_signposting import after_signposting
from cls_pipeline.settings import PROJECT_ROOT, Settings
from cls_pipeline.warehouse.build import warehouse_file

from .bare import publish
from .conftest import rows
from .programme import RECORD_METRICS
from .runner import build

#: A site for each layout, with and without a finance system; the first changes its case system within the span, and the
#: third asks by an instrument with a published minimal change.
SITES = ("fife", "somerset", "south_ayrshire", "england_21", "york")
#: The site whose system has fields for goals and for staff in post.
TOLD_MORE = "england_21"
SCORE_METRICS = (
    "mean_first_score",
    "mean_improvement_in_score",
    "people_scoring_better",
    "people_scoring_same",
    "people_scoring_worse",
    "people_with_a_later_score",
)
QUARTERLY = ("access", "way to support", "signposting", "support", "reviews", "reablement", "reach", "hubs and staff")
#: What takes longer to be seen than the span of this home.
TOO_LONG = "signposted_long_term_support_within_730_days_estimate"
QUARTER_METRICS = tuple({metric for group in QUARTERLY for metric in GROUPS[group]} - {TOO_LONG})
#: The ends of intervals, which the truth has none of.
INTERVAL_METRICS = tuple(
    f"{metric}_{end}" for metric in QUARTER_METRICS if metric.endswith("_estimate") for end in ("high", "low")
)
#: The truth has no area of whoever is admitted but that of the service; see the test of their sum.
ADMITTED = "admissions_to_care_homes_by_area"
COST_METRICS = (
    *GROUPS["cost"],
    "cost_after_contributions",
    "cost_of_support_after_refunds",
    "packages_with_known_contribution",
    "weekly_cost_after_contributions",
)
COMPARED = """
    with
        truth as (
            from read_parquet('{truth}')
            where area = 'all' and world = 'as_is'
                and metric_id in (select distinct metric_id from marts.metric_series where grain = 'month')
        ),
        series as (
            from marts.metric_series
            where grain = 'month' and not starts_with(metric_id, 'team_')
                and period_start between (select min(month) from truth) and (select max(month) from truth)
        )
    select
        coalesce(truth.site_id, series.site_id) as site, coalesce(truth.metric_id, series.metric_id) as metric,
        strftime(coalesce(truth.month, series.period_start), '%Y-%m') as month,
        truth.value as true_value, series.value as found_value,
        truth.site_id is null as is_untrue, series.site_id is null as is_missing, series.flags,
        coalesce(abs(truth.value - series.value) < 0.005, truth.value is null and series.value is null)
        and (truth.numerator is null or abs(truth.numerator - series.numerator) < 0.005)
        and (truth.denominator is null or truth.denominator = series.denominator) as agrees
    from truth
    full join
        series
        on truth.site_id = series.site_id
        and truth.metric_id = series.metric_id
        and truth.month = series.period_start
"""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with two years of the sites, loaded and built with the project's own definitions."""
    folder = tmp_path_factory.mktemp("simulated")
    settings = Settings(home=folder / "home", pseudonym_key_file=folder / "pseudonym.key")
    registry = load_registry(settings.contracts_dir)
    registry = replace(registry, senders={site: registry.senders[site] for site in SITES})
    write_sample(
        settings.home,
        seed=7,
        years=2,
        scale=0.05,
        until=date(2026, 10, 31),
        without=frozenset(everything()),
        registry=registry,
    )
    for site in SITES:
        load_sender(site, registry, settings)
    export_sources(registry, settings)
    build(settings)
    return settings


def compared(settings: Settings, question: str) -> list[tuple[object, ...]]:
    """What a question finds in the comparison of series and truth, a row for each site, metric and month of either."""
    truth: Path = settings.home / "truth" / "monthly.parquet"
    return rows(settings, f"with compared as ({COMPARED.format(truth=truth)}) {question}")


def as_told(events: pl.DataFrame) -> pl.DataFrame:
    """True events without what only one site's system has a field for, at the other sites."""
    fields = [name for name in ("goals_agreed", "goals_met", "staff_fte") if name in events.columns]
    return events.with_columns(pl.when(pl.col("site_id") == TOLD_MORE).then(pl.col(fields)))


def test_every_figure_is_the_true_one(simulated: Settings) -> None:
    assert compared(simulated, "from compared where not (is_missing or is_untrue or agrees)") == []
    found = compared(simulated, "select metric, count(*) >= 90 from compared where agrees group by all order by all")
    assert found == [(metric, True) for metric in sorted(RECORD_METRICS)]


def test_only_months_without_anything_to_divide_are_missing(simulated: Settings) -> None:
    missing = "select distinct metric from compared where is_missing"
    assert compared(simulated, f"{missing} and true_value is not null") == []
    undivided = {("median_days_request_to_assessment",), ("requests_resolved_at_first_contact",)}
    assert set(compared(simulated, missing)) <= undivided
    assert compared(simulated, "from compared where is_untrue") == []


def test_no_whole_month_is_called_partial_and_the_cutover_is_one_break(simulated: Settings) -> None:
    assert compared(simulated, "from compared where list_contains(flags, 'partial')") == []
    breaks = "select distinct site, month from compared where list_contains(flags, 'break')"
    assert compared(simulated, breaks) == [("fife", "2025-04")]


def test_a_numerator_or_denominator_is_defined_where_it_is_delivered_and_nowhere_else(simulated: Settings) -> None:
    found = rows(
        simulated,
        "select metric_id, any_value(dim.numerator) is not null = (count(series.numerator) = count(*)),"
        " any_value(dim.denominator) is not null = (count(series.denominator) = count(*)),"
        " count(series.numerator) in (0, count(*)), count(series.denominator) in (0, count(*))"
        " from marts.metric_series as series join marts.dim_metric as dim using (metric_id, definition_version)"
        " where dim.source_kind = 'records' group by metric_id order by metric_id",
    )
    assert found == [
        (metric, True, True, True, True)
        for metric in sorted(
            (
                *RECORD_METRICS,
                *SCORE_METRICS,
                *QUARTER_METRICS,
                *GROUPS["sequels"],
                *INTERVAL_METRICS,
                *GROUPS["areas"],
                ADMITTED,
                *GROUPS["teams"],
                *COST_METRICS,
            )
        )
    ]


def test_every_figure_of_scores_is_the_true_one(simulated: Settings) -> None:
    truth = simulated.home / "truth" / "scores.parquet"
    told = f"""
        with truth as (from read_parquet('{truth}')),
            series as (from marts.metric_series where breakdown = 'instrument')
        select
            coalesce(truth.site_id, series.site_id), coalesce(truth.metric_id, series.metric_id), measure, year_start,
            coalesce(
                abs(truth.value - series.value) < 1e-6
                and truth.numerator is not distinct from series.numerator
                and truth.denominator is not distinct from series.denominator,
                false
            ) as agrees
        from truth
        full join series
            on truth.site_id = series.site_id and truth.metric_id = series.metric_id
            and truth.measure = series.breakdown_value and truth.year_start = series.period_start
    """
    found = rows(simulated, told)
    assert [row for row in found if not row[-1]] == []
    assert {metric for _, metric, *_ in found} == set(SCORE_METRICS)


def test_every_figure_of_a_quarter_is_the_true_one(simulated: Settings) -> None:
    entities = ("hub_session", "workforce", "request", "assessment", "service", "review", "person")
    events = {entity: pl.read_parquet(simulated.home / "truth" / f"{entity}.parquet") for entity in entities}
    events |= {"review": as_told(events["review"]), "workforce": as_told(events["workforce"])}
    whole = after_signposting(events, date(2026, 10, 31)).rename({"period_start": "quarter_start"})
    whole = whole.with_columns(breakdown=pl.lit("all"), breakdown_value=pl.lit("all"))
    truth = quarterly_truth(events, date(2026, 10, 31))
    reach = quarterly_reach(events, load_registry(simulated.contracts_dir).code_lists, date(2026, 10, 31))
    truth = pl.concat([truth, whole.select(truth.columns), reach.select(truth.columns)])
    found = pl.DataFrame(
        rows(
            simulated,
            "select site_id, metric_id, period_start, breakdown, breakdown_value, numerator, denominator, value"
            f" from marts.metric_series where grain = 'quarter'"
            f" and metric_id not in {(*INTERVAL_METRICS, *GROUPS['areas'], ADMITTED)}",
        ),
        schema=dict.fromkeys(["site_id"], pl.String) | dict(truth.drop("site_id").schema),
        orient="row",
    )
    key = ["site_id", "metric_id", "quarter_start", "breakdown", "breakdown_value"]
    found = found.filter(~pl.col("metric_id").is_in(COST_METRICS))
    # A count that is nought has no row in the truth.
    beside = found.join(truth, on=key, how="left", suffix="_true")
    is_nought = (pl.col("value") == 0) & pl.col("value_true").is_null() & pl.col("denominator").is_null()
    beside = beside.filter(~is_nought)
    for part in ("value", "numerator", "denominator"):
        agrees = pl.col(part).sub(pl.col(f"{part}_true")).abs() < 1e-6
        neither = pl.col(part).is_null() & pl.col(f"{part}_true").is_null()
        assert beside.filter(~(agrees.fill_null(False) | neither)).rows() == []
    assert set(found["metric_id"]) == set(QUARTER_METRICS)
    first = found.group_by("site_id", "metric_id").agg(first=pl.min("quarter_start"))
    due = truth.join(first, on=["site_id", "metric_id"]).filter(pl.col("quarter_start") >= pl.col("first"))
    assert due.join(found, on=key, how="anti").rows() == []


def test_every_figure_of_an_innovation_area_and_of_the_rest_is_the_true_one(simulated: Settings) -> None:
    registry = load_registry(simulated.contracts_dir)
    outcomes = registry.code_lists["event_outcome"]
    programmes = {site: registry.senders[site].programme for site in SITES}
    innovation = {
        site: next(area.name for area in programme.areas if area.innovation)
        for site, programme in programmes.items()
        if programme
    }
    events = {name: pl.read_parquet(simulated.home / "truth" / f"{name}.parquet") for name in ("request", "assessment")}
    truth = quarterly_by_area(
        events,
        innovation,
        with_attribute(outcomes, "resolved_first_contact", "yes"),
        with_attribute(outcomes, "group", "assessment"),
        date(2026, 10, 31),
    )
    columns = "site_id, area, metric_id, period_start, numerator, denominator, value"
    found = pl.DataFrame(
        rows(simulated, f"select {columns} from marts.metric_series where metric_id in {GROUPS['areas']}"),
        schema=truth.schema,
        orient="row",
    )
    key = ["site_id", "area", "metric_id", "quarter_start"]
    # A quarter without anything is nought, and the truth has no row of it.
    due = truth.join(found.group_by("site_id", "metric_id").agg(first=pl.min("quarter_start")), on=key[::2])
    due = due.filter(pl.col("quarter_start") >= pl.col("first")).drop("first")
    assert due.join(found.filter(pl.col("value").is_not_null()), on=key, how="anti").rows() == []
    told = found.join(due, on=key, how="full", suffix="_true", coalesce=True)
    gap = (pl.col("value") - pl.col("value_true").fill_null(0)).abs()
    of = (pl.col("denominator").fill_null(0) - pl.col("denominator_true").fill_null(0)).abs()
    assert told.filter((gap > 1e-6) | (of > 0)).rows() == []
    assert set(found["metric_id"]) == set(GROUPS["areas"])
    assert set(found["area"]) == {"all", "rest", *innovation.values()}


def test_admissions_from_the_parts_of_a_site_add_up_to_all_of_them(simulated: Settings) -> None:
    found = rows(
        simulated,
        f"""
        select whole.value, sum(parts.value), any_value(of_site.value)
        from marts.metric_series as whole
        inner join marts.metric_series as parts
            on parts.metric_id = whole.metric_id and parts.site_id = whole.site_id
            and parts.period_start = whole.period_start and parts.area <> 'all'
        inner join marts.metric_series as of_site
            on of_site.metric_id = 'admissions_to_care_homes' and of_site.site_id = whole.site_id
            and of_site.period_start = whole.period_start and of_site.breakdown = 'all'
        where whole.metric_id = '{ADMITTED}' and whole.area = 'all'
        group by whole.site_id, whole.period_start, whole.value
        """,
    )
    assert found != []
    assert [row for row in found if len(set(row)) > 1] == []


def test_admissions_of_a_year_for_each_100000_people_are_the_true_ones(simulated: Settings, tmp_path: Path) -> None:
    entities = ("hub_session", "workforce", "request", "assessment", "service", "review", "person")
    events = {entity: pl.read_parquet(simulated.home / "truth" / f"{entity}.parquet") for entity in entities}
    people = {"all": 300_000, "18_64": 180_000, "65_74": 30_000, "75_84": 20_000, "85_plus": 10_000}
    sites = pl.DataFrame({"site_id": SITES})
    older = sum(people[band] for band in ("65_74", "75_84", "85_plus"))
    ages = pl.DataFrame({"age_band": ["all", *BANDS], "people": [people["all"], people["18_64"], older]})
    truth = yearly_admission_rates(quarterly_truth(events, date(2026, 10, 31)), sites.join(ages, how="cross"))
    # No publisher's population is loaded here: a copy of the warehouse is given one.
    copy = tmp_path / "warehouse.duckdb"
    shutil.copy(warehouse_file(simulated), copy)
    bands = ", ".join(f"('{name}', {count})" for name, count in people.items())
    with duckdb.connect(str(copy)) as con:
        con.execute(
            "create or replace view intermediate.int_population as"
            " select site_id, 'year' as grain, date '2025-04-01' as period_start, date '2026-03-31' as period_end,"
            " if(band = 'all', 'all', 'age_band') as breakdown, band as breakdown_value, people, 'x' as system_id"
            f" from (values {bands}) as bands(band, people)"
            f" cross join (select unnest({list(SITES)}) as site_id)"
        )
        found = con.execute(
            "select site_id, period_start, breakdown, breakdown_value, numerator, denominator, value"
            " from intermediate.int_metric_admission_rate where numerator > 0"
        ).fetchall()
    assert {row[1] for row in found} == {date(2025, 4, 1)}
    assert sorted(found) == sorted(truth.filter(pl.col("year_start") == date(2025, 4, 1)).rows())


def test_every_figure_of_a_team_is_the_true_one(simulated: Settings) -> None:
    truth = monthly_of_teams(as_told(pl.read_parquet(simulated.home / "truth" / "workforce.parquet")))
    told = rows(
        simulated,
        "select site_id, period_start, breakdown_value, metric_id, value from marts.metric_series"
        " where breakdown = 'team'",
    )
    found = pl.DataFrame(
        told, schema=truth.select("site_id", "month", "team", "metric_id", "value").schema, orient="row"
    )
    key = ["site_id", "month", "team", "metric_id"]
    both = found.join(truth, on=key, how="left", suffix="_true")
    assert both.filter(~((pl.col("value") - pl.col("value_true")).abs() < 1e-9).fill_null(False)).rows() == []
    since = found["month"].min()
    ended = truth.filter(pl.col("month") >= since, pl.col("month") <= date(2026, 10, 1))
    assert ended.join(found, on=key, how="anti").rows() == []
    assert set(found["metric_id"]) == set(GROUPS["teams"])


def test_every_cost_is_the_true_one(simulated: Settings) -> None:
    lists = load_registry(simulated.contracts_dir).code_lists
    entities = ("cost_line", "request", "assessment", "service")
    events = {entity: pl.read_parquet(simulated.home / "truth" / f"{entity}.parquet") for entity in entities}
    until = date(2026, 10, 31)
    truth = pl.concat(
        [
            true_costs(events["cost_line"], lists, until, events["service"]),
            true_conversation_costs(events, lists, until),
        ],
        how="vertical_relaxed",
    )
    found = pl.DataFrame(
        rows(
            simulated,
            f"select {', '.join(truth.columns)} from marts.metric_series where metric_id in {GROUPS['cost']}",
        ),
        schema=truth.schema,
        orient="row",
    )
    key = truth.columns[:6]
    # A setting that nobody is in costs nought, and the truth has no row of it.
    beside = found.filter(pl.col("denominator") > 0).join(truth, on=key, how="left", suffix="_true")
    for part in ("value", "numerator", "denominator"):
        agrees = (pl.col(part) - pl.col(f"{part}_true")).abs() < 0.01
        neither = pl.col(part).is_null() & pl.col(f"{part}_true").is_null()
        assert beside.filter(~(agrees.fill_null(False) | neither)).rows() == []
    assert set(found["metric_id"]) == set(GROUPS["cost"])
    first = found.group_by("site_id", "metric_id", "grain").agg(first=pl.min("period_start"))
    due = truth.join(first, on=["site_id", "metric_id", "grain"]).filter(pl.col("period_start") >= pl.col("first"))
    assert due.join(found, on=key, how="anti").rows() == []


def test_what_followed_the_requests_of_a_year_is_what_truly_followed(simulated: Settings) -> None:
    entities = ("request", "assessment", "service", "person")
    events = {entity: pl.read_parquet(simulated.home / "truth" / f"{entity}.parquet") for entity in entities}
    truth = yearly_sequels(events, date(2026, 10, 31)).filter(pl.col("year_start") >= date(2025, 4, 1))
    found = rows(
        simulated,
        "select site_id, metric_id, period_start, breakdown, breakdown_value, numerator, denominator, value"
        f" from marts.metric_series where metric_id in {GROUPS['sequels']}",
    )
    assert {row[1] for row in found} == set(GROUPS["sequels"])
    assert sorted(found, key=str) == sorted(truth.rows(), key=str)


def test_of_two_years_after_the_start_no_contribution_is_told_and_it_is_said_why(simulated: Settings) -> None:
    found = rows(
        simulated, "select distinct design, site_id, area, is_shown, estimate, why_not from marts.contribution"
    )
    assert {row[0] for row in found} == {"innovation_area", "before_after", "not_yet_begun"}
    assert {row[1] for row in found} == set(SITES)
    assert {row[3:] for row in found} == {(False, None, why) for why in {row[5] for row in found}}
    assert all(str(row[5]).startswith("Too few points before the start: 0") for row in found)


@pytest.fixture(scope="module")
def released(simulated: Settings) -> Path:
    """A release of these sites' figures."""
    return publish(simulated).path


@pytest.mark.parametrize("number", range(1, 11))
def test_a_worked_question_of_the_analysts_page_is_answered(released: Path, number: int) -> None:
    page = (PROJECT_ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
    section = page.partition("## Ten questions")[2].partition("\n## ")[0]
    asked = re.findall(r"\*\*(\d+)\. .*?```sql\n(.*?)```", section, re.DOTALL)
    assert [int(found) for found, _ in asked] == list(range(1, 11))
    with closing(duckdb.connect(str(released), read_only=True)) as con:
        assert con.execute(asked[number - 1][1]).fetchall()
