"""The digest is in the sender's words, one a day, and telling it twice changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg

from cls_pipeline.orchestration.checks import contract_check, delivery_check, platform_fault_check
from cls_pipeline.orchestration.digest import deliver_digests, digests_of
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.transports import Digest, FileTransport
from tests.orchestration.loads import failure, loaded, outcome, quiet


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


def test_a_digest_tells_file_column_rows_and_what_to_do(platform: Platform) -> None:
    bad = loaded("ash", outcome("ash", failure(), status="refused"))
    contract = platform.registry.contracts["request"]
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run_of(instance, contract_check(bad, contract), delivery_check(bad))
        digest = digests_of(instance, run_id, platform)[0]
    assert digest.sender_id == "ash"
    for told in (
        "## Ash: what to put right",
        "Records are simulated: people and events are invented",
        "More than a tenth of the rows of contacts failed.",
        "contacts_2026-09-01.csv column ContactDate; 2 rows (2.0%); first in row 7; not taken.",
        "Sent: 31/02/2019.",
        "To do: Correct the date in the case record.",
        "Figures it touches: requests_received.",
    ):
        assert told in digest.text
    assert digest.text.index("### Delivery") < digest.text.index("### Request")


def test_a_sender_with_nothing_to_put_right_gets_no_digest(platform: Platform) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run_of(instance, delivery_check(quiet("ash")), platform_fault_check("birch", "OSError: full"))
        assert digests_of(instance, run_id, platform) == []


def test_delivering_the_digests_of_a_run_twice_leaves_one_file_unchanged(platform: Platform) -> None:
    bad = loaded("ash", outcome("ash", failure()))
    with dg.DagsterInstance.ephemeral() as instance:
        run_id = run_of(instance, contract_check(bad, platform.registry.contracts["request"]))
        deliver_digests(instance, run_id, platform)
        files = list((platform.settings.returns / "ash").iterdir())
        before = files[0].read_text()
        deliver_digests(instance, run_id, platform)
    assert [file.read_text() for file in (platform.settings.returns / "ash").iterdir()] == [before]


def test_a_second_run_of_the_day_adds_its_part(tmp_path: Path) -> None:
    transport = FileTransport(tmp_path)
    for run_id in ("one", "two", "one"):
        transport.send(Digest("ash", date(2026, 9, 2), run_id, f"told in {run_id}"))
    text = (tmp_path / "ash" / "digest_2026-09-02.md").read_text()
    assert text == "<!-- run one -->\ntold in one\n\n<!-- run two -->\ntold in two\n"
