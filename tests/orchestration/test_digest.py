"""A digest goes to each sender whom a run concerns, one a day, and telling it twice changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg

from cls_pipeline.loading import load_sender
from cls_pipeline.orchestration.checks import contract_check, delivery_check, platform_fault_check
from cls_pipeline.orchestration.digest import deliver_digests, digests_of
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.transports import Digest, FileTransport
from cls_pipeline.outcomes import SenderLoad
from tests.orchestration.loads import quiet

ROWS = [f"C{number},P{number},2026-09-{number % 28 + 1:02}" for number in range(40)]


def run_of(instance: dg.DagsterInstance, *results: dg.AssetCheckResult) -> str:
    keys = [result.asset_key for result in results if result.asset_key]

    @dg.multi_asset(
        specs=[dg.AssetSpec(key) for key in keys],
        check_specs=[dg.AssetCheckSpec(r.check_name or "", asset=r.asset_key or "") for r in results],
        can_subset=True,
    )
    def load():
        yield from results

    return dg.materialize([load], instance=instance).run_id


def loaded(platform: Platform, day: str, *wrong: str) -> SenderLoad:
    """What a load of a file with some wrong rows gives."""
    folder = platform.settings.inbox_of("ash")
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["ContactID,PersonID,ContactDate", *ROWS, *wrong, ""])
    (folder / f"contacts_{day}.csv").write_text(text)
    return load_sender("ash", platform.registry, platform.settings)


def headings(platform: Platform, *checks: dg.AssetCheckResult) -> list[list[str]]:
    """The headings of each digest of a run."""
    with dg.DagsterInstance.ephemeral() as instance:
        digests = digests_of(instance, run_of(instance, *checks), platform)
    return [[line for line in digest.text.splitlines() if line.startswith("### ")] for digest in digests]


def test_a_digest_tells_what_is_new_and_what_was_fixed(
    platform: Platform,
) -> None:
    contract = platform.registry.contracts["request"]
    told = [
        headings(platform, contract_check(loaded(platform, day, *wrong), contract))
        for day, wrong in (("2026-09-29", ["C90,P90,29/02"]), ("2026-09-30", []))
    ]
    assert [[heading.split()[1] for heading in of_run] for [of_run] in told] == [["New"], ["Fixed"]]


def test_a_run_in_which_nothing_was_judged_and_no_delivery_failed_tells_nobody(platform: Platform) -> None:
    loaded(platform, "2026-09-29", "C90,P90,29/02")
    assert headings(platform, delivery_check(quiet("ash")), platform_fault_check("birch", "OSError: full")) == []


def test_a_contract_that_was_met_and_always_was_tells_nobody(platform: Platform) -> None:
    load = loaded(platform, "2026-09-29")
    assert headings(platform, contract_check(load, platform.registry.contracts["request"])) == []


def test_a_late_delivery_is_told_without_the_faults_that_nobody_looked_at(platform: Platform) -> None:
    loaded(platform, "2026-09-29", "C90,P90,29/02")
    late = replace(quiet("ash"), late="The next was due by 1 August.")
    assert headings(platform, delivery_check(late)) == [["### Delivery"]]


def test_delivering_the_digests_of_a_run_twice_leaves_one_file_unchanged(platform: Platform) -> None:
    bad = loaded(platform, "2026-09-29", "C90,P90,29/02")
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run_of(instance, contract_check(bad, platform.registry.contracts["request"]))
        deliver_digests(instance, run_id, platform)
        files = sorted((platform.settings.returns / "ash").glob("digest_*"))
        before = files[0].read_text()
        deliver_digests(instance, run_id, platform)
    after = sorted((platform.settings.returns / "ash").glob("digest_*"))
    assert [file.read_text() for file in after] == [before]


def test_a_second_run_of_the_day_adds_its_part(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    for run_id in ("one", "two", "one"):
        transport.send(Digest("ash", date(2026, 9, 2), run_id, f"told in {run_id}"))
    text = (tmp_path / "ash" / "digest_2026-09-02.md").read_text()
    assert text == "<!-- run one -->\ntold in one\n\n<!-- run two -->\ntold in two\n"
