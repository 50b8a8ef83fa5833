"""What a figure says at each site, in each nation and across its history, as numbers; `sentences` puts it in words.

Sites are never added up: of several sites there is a middle one, a lowest and a highest, of those that are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cls_pipeline.briefing.figures import Figure, Point, Series, Site, middle
from cls_pipeline.briefing.wording import NATIONS, decimals

# Of two sites there is no middle one.
FEWEST_FOR_A_MIDDLE = 3


@dataclass(frozen=True)
class AtSite:
    """One site's newest figure (None where it has none for the period) beside the year before, where they compare."""

    site: Site
    series: Series
    point: Point | None
    before: Point | None

    @property
    def change(self) -> float | None:
        """Newest less the year before."""
        if self.before is None or self.point is None or self.point.value is None or self.before.value is None:
            return None
        return self.point.value - self.before.value


@dataclass(frozen=True)
class Group:
    """The sites that may be looked at together: of one nation, or all of them where the measure is the same."""

    name: str
    nation: str | None
    sites: list[AtSite]

    @property
    def shown(self) -> list[AtSite]:
        """Those with a value, the lowest first."""
        held = [at for at in self.sites if at.point is not None and at.point.value is not None]
        return sorted(held, key=lambda at: (_value(at), at.site.name))

    @property
    def withheld(self) -> list[AtSite]:
        """Those whose figure of the newest period is withheld."""
        return [at for at in self.sites if at.point is not None and "suppressed" in at.point.flags]

    @property
    def middle(self) -> float | None:
        """The middle value of those shown; None of fewer than three."""
        return middle([_value(at) for at in self.shown]) if len(self.shown) >= FEWEST_FOR_A_MIDDLE else None

    @property
    def changes(self) -> list[float]:
        """Changes on a year before, of the sites of which they can be told."""
        return [at.change for at in self.sites if at.change is not None]


@dataclass(frozen=True)
class Reading:
    """A figure, read: its newest period, its groups, and its history; `coarser` is the same by longer periods."""

    figure: Figure
    newest: date
    digits: int
    groups: list[Group]
    shown: int
    withheld: int
    linked: int
    partial: int
    verdicts: Counter[tuple[str, str]]
    parts_shown: int
    parts_withheld: int
    coarser: Reading | None = None

    @property
    def sites(self) -> list[AtSite]:
        """Every site, group by group."""
        return [at for group in self.groups for at in group.sites]

    @property
    def has_versions(self) -> bool:
        """Whether any site is told by more than one version of the definition."""
        return any(len(at.series.versions) > 1 for at in self.sites)

    @property
    def is_each_by_itself(self) -> bool:
        """Whether sites cannot be compared at all, so that there is no middle one."""
        metric = self.figure.metric
        return metric.comparability == "none" and len(metric.nations.split(",")) > 1


def read_figure(figure: Figure, sites: dict[str, Site]) -> Reading:
    """Reads a figure over the sites that have a page."""
    newest = figure.newest()
    points = list(figure.points())
    parts = [point for series in figure.all_parts() for point in series.points]
    flags = Counter(flag for point in points for flag in point.flags)
    values = [point.value for point in points if point.value is not None]
    at = [_at(sites[site_id], series, newest) for site_id, series in figure.series.items()]
    return Reading(
        figure=figure,
        newest=newest,
        digits=decimals(figure.metric.unit, [point.raw for point in points if point.raw is not None] or [0.0]),
        groups=_groups(figure, at),
        shown=len(values),
        withheld=flags["suppressed"],
        linked=flags["linked"],
        partial=flags["partial"],
        parts_shown=sum(point.value is not None for point in parts),
        parts_withheld=sum("suppressed" in point.flags for point in parts),
        coarser=read_figure(figure.coarser, sites) if figure.coarser else None,
        verdicts=Counter((b.cause, b.verdict) for series in figure.series.values() for b in series.breaks),
    )


def _at(site: Site, series: Series, newest: date) -> AtSite:
    point = series.at(newest)
    return AtSite(site, series, point, series.year_before(point) if point else None)


def _groups(figure: Figure, at: Sequence[AtSite]) -> list[Group]:
    nations = [nation for nation in NATIONS if any(one.site.nation == nation for one in at)]
    if figure.metric.is_pooled or len(nations) == 1:
        name = "All nations" if figure.metric.is_pooled else NATIONS[nations[0]]
        return [Group(name, None if figure.metric.is_pooled else nations[0], _sorted(at))]
    return [
        Group(NATIONS[nation], nation, _sorted([one for one in at if one.site.nation == nation])) for nation in nations
    ]


def _sorted(at: Sequence[AtSite]) -> list[AtSite]:
    """The highest newest figure first, then those without one by name."""
    return sorted(at, key=lambda one: (one.point is None or one.point.value is None, -_value(one), one.site.name))


def _value(at: AtSite) -> float:
    return at.point.value if at.point is not None and at.point.value is not None else 0.0
