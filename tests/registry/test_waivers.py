"""A waiver must name a rule that its sender's records are asked, and say why, who, and until when."""

from __future__ import annotations

import pytest
from programme import Programme

from cls_pipeline.registry import RegistryError, load_registry

SITE = """\
id: ash
name: Ash
kind: site
nation: england
owner: team:ash
systems:
  - {system: alder, from: 2016-04-01}
waivers:
"""
GOOD = "{entity: request, rule: outcome.mapped, reason: Agreed., owner: team:ash, until: 2026-12-31}"


def with_waivers(programme: Programme, *waivers: str) -> list[str]:
    """The mistakes of a site's file with these waivers, without the path before them."""
    folder = programme.write()
    (folder / "senders" / "ash.yaml").write_text(SITE + "".join(f"  - {waiver}\n" for waiver in waivers))
    try:
        load_registry(folder)
    except RegistryError as error:
        return [mistake.removeprefix(f"{folder}/senders/ash.yaml, ") for mistake in error.mistakes]
    return []


@pytest.mark.parametrize(
    "rule", ["outcome.mapped", "dates_in_order", "request_date.valid", "cost.range", "key.unique", "column.extra"]
)
def test_a_rule_of_the_contract_or_of_every_table_can_be_waived(programme: Programme, rule: str) -> None:
    assert with_waivers(programme, GOOD.replace("outcome.mapped", rule)) == []


@pytest.mark.parametrize(
    ("part", "instead", "told"),
    [
        ("request,", "referral,", "line 9, waivers.0.entity: one of request, person is expected, found 'referral'."),
        ("outcome.mapped", "outcome.maped",
         "line 9, waivers.0.rule: a rule of the contract request is expected, such as outcome.mapped, "
         "found 'outcome.maped'."),
        ("outcome.mapped", "area.valid",
         "line 9, waivers.0.rule: a rule of the contract request is expected, such as request_date.valid, "
         "found 'area.valid'."),
        ("outcome.mapped", "column.missing",
         "line 9, waivers.0.rule: column.missing refuses the whole delivery and cannot be waived; put the delivery "
         "right and send it again."),
        (", reason: Agreed.", "", "line 9, waivers.0.reason: is missing and must be given."),
        ("owner: team:ash", "owner: Ada", "line 9, waivers.0.owner: String should match pattern "
         "'^(team:[\\w.-]+|[^@\\s]+@[^@\\s]+\\.[^@\\s]+)$', found 'Ada'."),
        (", until: 2026-12-31", "", "line 9, waivers.0.until: is missing and must be given."),
        ("2026-12-31", "the end of the year",
         "line 9, waivers.0.until: a date such as 2025-04-01 is expected, found 'the end of the year'."),
        ("until", "ends", "line 9, waivers.0.ends: there is no such field here; expected is one of entity, rule, "
         "column, reason, owner, until, found '2026-12-31'."),
    ],
)  # fmt: skip
def test_a_waiver_that_cannot_stand_is_told_with_line_and_field(
    programme: Programme, part: str, instead: str, told: str
) -> None:
    assert told in with_waivers(programme, GOOD.replace(part, instead))


def test_a_rule_that_is_waived_twice_is_a_mistake(programme: Programme) -> None:
    again = GOOD.replace("2026-12-31", "2027-12-31")
    assert with_waivers(programme, GOOD, again) == [
        "line 10, waivers.1: the same rule is waived already, by waivers.0; change its end there."
    ]


def test_a_waiver_whose_day_is_over_is_no_mistake(programme: Programme) -> None:
    assert with_waivers(programme, GOOD.replace("2026", "2016")) == []
