"""Says in words what a figure shows and what it does not, from its reading. Every number is the data's."""

from __future__ import annotations

from statistics import median, median_low

from cls_pipeline.briefing.figures import Break, Metric, Point, Series
from cls_pipeline.briefing.readings import FEWEST_FOR_A_MIDDLE, AtSite, Group, Reading
from cls_pipeline.briefing.wording import (
    CAUSES,
    NO_VALUE,
    VERDICTS,
    amount,
    day,
    listed,
    number,
    part,
    percent,
    period,
    periods,
    plural,
    unit_words,
    with_unit,
)


def level(reading: Reading) -> str:
    """Where the sites stand in the newest period, group by group."""
    when = period(reading.newest, reading.figure.grain)
    said = [words for group in reading.groups if (words := _group_level(reading, group))]
    return f"{when}. {' '.join(said)}" if said else f"{when}. No site has a figure that can be shown."


def _group_level(reading: Reading, group: Group) -> str:
    if not group.shown:
        return f"{group.name}: no figure can be shown." if group.sites else ""
    lowest, highest = group.shown[0], group.shown[-1]
    unit, digits = reading.figure.metric.unit, reading.digits
    low, high = (amount(_value(at), unit, digits) for at in (lowest, highest))
    if len(group.shown) == 1:
        return f"{group.name}: {with_unit(_value(lowest), unit, digits)} at {lowest.site.name}, the one site shown."
    if reading.is_each_by_itself:
        return f"{group.name}: {len(group.shown)} sites are shown, each on its own scale."
    span = f"{low} at {lowest.site.name} to {high} at {highest.site.name}"
    if group.middle is None:
        return f"{group.name}: {span}."
    return (
        f"{group.name}: {with_unit(group.middle, unit, digits)} at the middle of {len(group.shown)} sites, from {span}."
    )


def in_short(reading: Reading) -> str:
    """The level of each group and how many sites moved which way, in two short sentences."""
    metric, digits = reading.figure.metric, reading.digits
    said = []
    for group in reading.groups:
        if reading.is_each_by_itself:
            said.append(f"{group.name} {plural(len(group.shown), 'site')}, each on its own scale")
        elif group.middle is not None:
            said.append(f"{group.name} {amount(group.middle, metric.unit, digits)}")
        elif group.shown:
            said.append(f"{group.name} {' and '.join(amount(_value(at), metric.unit, digits) for at in group.shown)}")
        else:
            said.append(f"{group.name} none shown")
    unit = f" ({unit_words(metric.unit)}, at the middle site)" if unit_words(metric.unit) else " (at the middle site)"
    up, down, of = _moves(reading)
    moved = f" Higher than a year earlier at {up}, lower at {down} of {plural(of, 'site')}." if of else ""
    middles = (
        unit if any(group.middle is not None for group in reading.groups) and not reading.is_each_by_itself else ""
    )
    return f"{period(reading.newest, reading.figure.grain)}: {listed(said)}{middles}.{moved}"


def _moves(reading: Reading) -> tuple[int, int, int]:
    changes = [value for group in reading.groups for value in group.changes]
    return sum(value > 0 for value in changes), sum(value < 0 for value in changes), len(changes)


def change(reading: Reading) -> str:
    """How many sites stand higher or lower than in the same period a year before, where they can be compared."""
    up, down, compared = _moves(reading)
    if not compared:
        return "No site can be compared with a year earlier."
    same = compared - up - down
    counts = [f"higher at {up}", f"lower at {down}", *([f"the same at {same}"] if same else [])]
    of = f"{plural(compared, 'site')} that can be compared"
    hoped = {"higher": " Higher is better here.", "lower": " Lower is better here."}
    return f"Against a year earlier: {listed(counts)} of the {of}.{hoped.get(reading.figure.metric.direction, '')}"


def withheld(reading: Reading) -> str:
    """How much of the newest period and of the whole history is withheld; empty where nothing is."""
    if not reading.withheld:
        return ""
    now = [at.site.name for group in reading.groups for at in group.withheld]
    share = percent(reading.withheld / (reading.shown + reading.withheld))
    history = f"{share} of its figures since the beginning are withheld because they count, or would tell, few people"
    if not now:
        return f"{history}; none in the newest period."
    return f"{history}; in the newest period {listed(now, most=4)}. Small sites are missing first."


def broken(reading: Reading) -> str:
    """The breaks in the series by cause and verdict; empty where there are none."""
    if not reading.verdicts:
        return ""
    total = sum(reading.verdicts.values())
    said = [
        f"{count} {CAUSES.get(cause, cause)} ({VERDICTS.get(verdict, verdict)})"
        for (cause, verdict), count in reading.verdicts.most_common()
    ]
    linked = f" {plural(reading.linked, 'figure')} carried across by a link." if reading.linked else ""
    return f"{plural(total, 'break')} in these series: {listed(said)}.{linked}"


def alternative(reading: Reading, group: Group) -> str:
    """What the small multiples of a group show, for who does not see them."""
    figure = reading.figure
    first = min((at.series.points[0].start for at in group.sites), default=reading.newest)
    span = f"{period(first, figure.grain)} to {period(reading.newest, figure.grain)}"
    parts = [f"{plural(len(group.sites), 'panel')}, one for each site, {span}, the highest newest figure first."]
    if group.shown:
        top = [f"{at.site.name} {amount(_value(at), figure.metric.unit, reading.digits)}" for at in group.shown[::-1]]
        parts.append(f"Newest: {listed(top, most=3)}.")
    gaps = sum(at.series.count("suppressed") > 0 for at in group.sites)
    breaks = sum(len(at.series.breaks) for at in group.sites)
    if reading.has_versions:
        parts.append("Figures by another version of the definition are a line of their own, named.")
    if gaps:
        parts.append(f"{plural(gaps, 'panel has', 'panels have')} gaps where figures are withheld.")
    if breaks:
        parts.append(f"{plural(breaks, 'break is', 'breaks are')} marked.")
    return " ".join(parts)


def nations(metric: Metric) -> str:
    """How far the figure compares across nations, with the reason."""
    if metric.comparability == "none" and len(metric.nations.split(",")) == 1:
        return "A measure of one nation."
    said = {
        "full": "The same measure in every nation.",
        "limited": "Compare within a nation only.",
        "none": "Not comparable across nations or sites.",
    }
    return f"{said.get(metric.comparability, '')} {metric.comparability_reason or ''}".strip()


def at_site(reading: Reading, at: AtSite) -> str:
    """One site's series in a sentence or three: level, change, gaps."""
    figure, unit = reading.figure, reading.figure.metric.unit
    shown = at.series.shown
    if not shown:
        return f"No figure of this site can be shown: {absent(at.series.points[-1])}."
    last = shown[-1]
    stands = with_unit(last.value or 0.0, unit, reading.digits)
    parts = [f"{period(last.start, figure.grain)}: {stands}{behind(last, unit)}."]
    before = at.series.year_before(last)
    if before is not None:
        parts.append(f"A year earlier: {amount(before.value or 0.0, unit, reading.digits)}{behind(before, unit)}.")
    else:
        parts.append("A year earlier: nothing that can be compared.")
    values = [point.value for point in shown if point.value is not None]
    low, high = amount(min(values), unit, reading.digits), amount(max(values), unit, reading.digits)
    parts.append(f"Between {low} and {high} over {periods(len(values), figure.grain)} shown.")
    if hidden := at.series.count("suppressed"):
        parts.append(f"{periods(hidden, figure.grain)} withheld.".capitalize())
    parts += _versions(reading, at)
    return " ".join(parts)


def _versions(reading: Reading, at: AtSite) -> list[str]:
    """Since when the newest definition tells the series, and that what was told before is another measure."""
    *older, newest = at.series.versions
    grain = reading.figure.grain
    if not older:
        return [f"By definition {newest}, an earlier one."] if newest != reading.figure.metric.version else []
    first = next(point.start for point in at.series.points if point.version == newest)
    earlier = f"by definition {listed([str(version) for version in older])}"
    return [
        f"All this by definition {newest}, from {period(first, grain)} on; what is told {earlier} is a line of its own."
    ]


def behind(point: Point, unit: str) -> str:
    """The counts behind a figure in brackets, where there are any: `(37 of 86)` of a percentage, else `(n = 26)`."""
    above, below = point.numerator, point.denominator
    if below is None:
        return ""
    if above is not None and unit == "percent":
        return f" ({number(above, 0)} of {number(below, 0)})"
    return f" (n = {number(below, 0)})"


def absent(point: Point | None) -> str:
    """Why there is no value."""
    if point is None:
        return "not covered"
    return next((words for flag, words in NO_VALUE.items() if flag in point.flags), "no figure")


def break_words(found: Break) -> str:
    """A break in a line: when, why, what may be said across it, and how large it is."""
    size = ""
    if found.size is not None and found.low is not None and found.high is not None:
        sign = "+" if found.size > 0 else ""
        low, high = number(100 * found.low, 0), number(100 * found.high, 0)
        size = f" Step against the other sites {sign}{number(100 * found.size, 0)}%, between {low}% and {high}%."
    cause, verdict = CAUSES.get(found.cause, found.cause), VERDICTS.get(found.verdict, found.verdict)
    return f"{day(found.day)}, {cause} ({verdict}). {found.note.rstrip('.')}.{size}"


def series_words(series: Series, grain: str) -> str:
    """How much of a series is there."""
    values = sum(point.value is not None for point in series.points)
    return f"{periods(values, grain)} of {len(series.points)} shown"


def _value(at: AtSite) -> float:
    assert at.point is not None and at.point.value is not None
    return at.point.value


def spread(reading: Reading, group: Group, breakdown: str) -> str:
    """The newest period of a breakdown over the sites of a group, part by part."""
    figure, unit = reading.figure, reading.figure.metric.unit
    sites = {at.site.site_id for at in group.sites}
    held = {
        value: [series for site, series in series_of.items() if site in sites]
        for value, series_of in figure.parts[breakdown].items()
    }
    last = [series.points[-1].start for some in held.values() for series in some]
    if not last:
        return "No site has a figure by this."
    newest = median_low(last)
    said = []
    for value, some in held.items():
        points = [point for series in some if (point := series.at(newest)) is not None]
        values = sorted(point.value for point in points if point.value is not None)
        hidden = sum("suppressed" in point.flags for point in points)
        name = part(value)
        if not values:
            said.append(f"{name}: none shown" + (f", {hidden} withheld" if hidden else ""))
            continue
        low, high = amount(values[0], unit, reading.digits), amount(values[-1], unit, reading.digits)
        span = low if low == high else f"{low} to {high}"
        centre = (
            f"middle {amount(median(values), unit, reading.digits)}, " if len(values) >= FEWEST_FOR_A_MIDDLE else ""
        )
        said.append(
            f"{name}: {centre}{span} at {plural(len(values), 'site')}" + (f", {hidden} withheld" if hidden else "")
        )
    return f"{period(newest, figure.parts_grain)}. {'; '.join(said)}."
