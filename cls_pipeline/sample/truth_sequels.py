"""The true sequels of requests: what followed each, by the rule of England's STS001, counted from the true events.

Written without the pipeline's SQL, person by person, so that the two can be compared. The rule, and where it differs
from England's, is in `metric_definition.csv`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

import polars as pl

from cls_pipeline.sample.truth_access import FAR, RESOLVED, WHO, figures

WINDOWS: Final = {"": 28, "_7_days": 7, "_3_days": 3}
OF_WINDOWS: Final = ("signposted", "unclassified")
SEQUELS: Final = ("long_term_support", "short_term_support", "signposted", "no_council_support", "unclassified")
ONE_REQUEST, CHAIN, LOOKED_AT = timedelta(4), timedelta(3), timedelta(90)
LASTING: Final = ("long_term_nursing", "long_term_residential", "long_term_community", "long_term_prison")
#: England's order of services.
ORDER: Final = ("st_max", *LASTING, "ongoing_low_level", "other_short_term")


class Event(NamedTuple):
    """An assessment or a service: its days, and the kind of service or the outcome of the assessment."""

    start: date
    end: date
    service: str | None
    outcome: str | None


class Asked(NamedTuple):
    """Requests that are one: its first day, its last, and its outcome."""

    first: date
    last: date
    outcome: str | None


def yearly_sequels(events: Mapping[str, pl.DataFrame], until: date) -> pl.DataFrame:
    """The shares of requests by sequel, by financial year: site_id and `truth_quarters.COLUMNS`, with the year's start.

    Args:
        events: the true `request`, `assessment`, `service` and `person`, each with site_id.
        until: the last day that is known; years that end less than 90 days before are left out.
    """
    year = pl.col("first").dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    requests = _sequels(events).with_columns(quarter_start=year)
    requests = requests.filter(pl.col("quarter_start").dt.offset_by("1y").dt.offset_by("-1d") + LOOKED_AT <= until)
    by_age = requests.with_columns(kind=pl.lit("age_band"), part=pl.col("age_band"))
    new, made = pl.col("is_new"), []
    for some in (requests, by_age):
        made.append(_share(some, "requests_from_new_clients", new))
        made += [_share(some.filter(new), f"new_clients_{sequel}", pl.col("sequel") == sequel) for sequel in SEQUELS]
    for sequel in SEQUELS:
        made.append(_share(requests.filter(~new), f"existing_clients_{sequel}", pl.col("sequel") == sequel))
    for name in ("_7_days", "_3_days"):
        for sequel in OF_WINDOWS:
            is_it = pl.col(f"sequel{name}") == sequel
            made.append(_share(requests.filter(new), f"new_clients_{sequel}{name}", is_it))
    return pl.concat(made).rename({"quarter_start": "year_start"})


def _share(requests: pl.DataFrame, metric: str, is_it: pl.Expr) -> pl.DataFrame:
    by = [name for name in ("site_id", "quarter_start", "kind", "part") if name in requests.columns]
    counted = requests.group_by(by).agg(requests=pl.len(), those=is_it.sum())
    return figures(counted, metric, 100 * pl.col("those") / pl.col("requests"), pl.col("those"), pl.col("requests"))


def _sequels(events: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per request: who, `first`, `is_new`, `age_band` and the sequel by each window."""
    people = events["person"].with_columns(pl.col("client_type").cast(pl.String))
    people = people.sort("birth_month").unique(list(WHO), keep="last", maintain_order=True)
    kept = people.filter(pl.col("client_type").ne_missing("unpaid_carer")).select(*WHO)
    asked = events["request"].join(kept, on=list(WHO))
    requests = _by_person(asked, "request_date", "end_date", "event_outcome")
    services = _by_person(events["service"], "start_date", "end_date", "service_type")
    assessments = _by_person(events["assessment"], "start_date", "end_date", "event_outcome")
    rows = []
    for who, own in requests.items():
        after = [Event(start, end or FAR, kind, None) for start, end, kind in services.get(who, ()) if kind in ORDER]
        lasting = [(event.start, event.end) for event in after if event.service in LASTING]
        after += [Event(start, end or FAR, None, outcome) for start, end, outcome in assessments.get(who, ())]
        after.sort(key=lambda event: event.start)
        one = list(_put_together(own))
        for nth, request in enumerate(one):
            stop = request.first + LOOKED_AT
            if nth + 1 < len(one):
                stop = min(stop, one[nth + 1].first - timedelta(1))
            seen = [event for event in after if request.last <= event.start <= stop]
            is_new = not any(start < request.first <= end for start, end in lasting)
            rows.append((*who, request.first, is_new, *(_sequel(request, seen, days) for days in WINDOWS.values())))
    names = [*WHO, "first", "is_new", *(f"sequel{name}" for name in WINDOWS)]
    return _with_age(pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None), people)


def _by_person(
    events: pl.DataFrame, start: str, end: str, what: str
) -> dict[tuple[object, ...], list[tuple[date, date | None, str | None]]]:
    told = events.drop_nulls(start).select(*WHO, start, end, pl.col(what).cast(pl.String)).sort(start)
    found: dict[tuple[object, ...], list[tuple[date, date | None, str | None]]] = {}
    for site, person, first, last, kind in told.iter_rows():
        found.setdefault((site, person), []).append((first, last, kind))
    return found


def _put_together(own: list[tuple[date, date | None, str | None]]) -> Iterator[Asked]:
    """Requests in order of day, those that are one put together; of the last, what can be classified speaks."""
    held: list[tuple[date, date, str | None]] = []
    for first, last, outcome in own:
        if held and first > max(end for _, end, _ in held) + ONE_REQUEST:
            yield _one(held)
            held = []
        held.append((first, last or first, outcome))
    yield _one(held)


def _one(held: list[tuple[date, date, str | None]]) -> Asked:
    first, last = min(one[0] for one in held), max(one[1] for one in held)
    ranks = {"signposted": 2, "no_council_support": 1, None: 0}
    latest = max(held, key=lambda one: (one[1], one[0], ranks[_end_of(one[2])]))
    return Asked(first, last, latest[2])


def _end_of(outcome: str | None) -> str | None:
    """What an outcome says by itself; None where something was to follow."""
    if outcome in RESOLVED:
        return "signposted"
    is_none = outcome is not None and outcome.startswith(("nfa_", "progress_end_of_life"))
    return "no_council_support" if is_none else None


def _sequel(request: Asked, seen: list[Event], days: int) -> str:
    own = _end_of(request.outcome) or "unclassified"
    if not seen or seen[0].start > request.last + timedelta(days):
        return own
    chain, ended = [seen[0]], seen[0].end
    for event in seen[1:]:
        if event.start - ended > CHAIN:
            break
        chain.append(event)
        ended = max(ended, event.end)
    services = [event.service for event in chain if event.service]
    if services:
        highest = min(services, key=ORDER.index)
        return "long_term_support" if highest in LASTING else "short_term_support"
    ends = [(event.end, _end_of(event.outcome)) for event in chain if _end_of(event.outcome)]
    if not ends:
        return own
    latest = {said for end, said in ends if end == max(ends)[0]}
    return "signposted" if latest == {"signposted"} else "no_council_support"


def _with_age(requests: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    born = requests.join(people.select(*WHO, "birth_month"), on=list(WHO), how="left")
    months = (pl.col("first").dt.year() - pl.col("birth_month").dt.year()) * 12 + (
        pl.col("first").dt.month().cast(pl.Int32) - pl.col("birth_month").dt.month().cast(pl.Int32)
    )
    band = (
        pl.when(pl.col("birth_month").is_null())
        .then(pl.lit("unknown"))
        .when(months < 18 * 12)
        .then(pl.lit("0_17"))
        .when(months < 65 * 12)
        .then(pl.lit("18_64"))
        .otherwise(pl.lit("65_plus"))
    )
    return born.with_columns(age_band=band)
