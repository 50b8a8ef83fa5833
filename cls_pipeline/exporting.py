"""Hands the ledger and the registry to dbt as small Parquet files, and makes sure that every entity can be read.

Written before each build. What dbt does with them belongs in `dbt_project`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from cls_pipeline.conform.write import write_empty
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.identity.site_links import link_sites
from cls_pipeline.registry import Registry
from cls_pipeline.registry.numberings import person_numbering
from cls_pipeline.registry.text import fold
from cls_pipeline.settings import Settings, close_rooms
from cls_pipeline.warehouse.first_published import ensure_history

CODE_EXTRAS = ("group", "setting", "weekly_factor", "resolved_first_contact", "metric_id", "definition_version")
GSS_CODES = pl.List(pl.Struct({"code": pl.String(), "valid_from": pl.Date(), "valid_until": pl.Date()}))

LEDGER: dict[str, tuple[str, dict[str, pl.DataType]]] = {
    "load": (
        "select a.load_id, a.delivery_id, a.sender_id, a.system_id, a.entity, d.as_of, d.received_at,"
        " sum(a.conformed) as rows from row_account a"
        " join delivery d on d.sender_id = a.sender_id and d.delivery_id = a.delivery_id"
        " where d.in_force = 1 group by a.sender_id, a.delivery_id, a.load_id, a.entity",
        {"as_of": pl.Date(), "received_at": pl.Datetime("us"), "rows": pl.Int64()},
    ),
    "delivery": (
        "select d.delivery_id, d.load_id, d.sender_id, d.system_id, d.as_of, d.received_at, d.status,"
        " d.in_force = 1 as in_force, d.reason, coalesce(sum(a.rows_delivered), 0) as rows_delivered,"
        " coalesce(sum(a.conformed), 0) as conformed, coalesce(sum(a.quarantined), 0) as quarantined,"
        " coalesce(sum(a.out_of_scope), 0) as out_of_scope, coalesce(sum(a.refused), 0) as refused"
        " from delivery d left join row_account a on a.sender_id = d.sender_id and a.delivery_id = d.delivery_id"
        " where d.status <> 'landed' group by d.sequence",
        {"as_of": pl.Date(), "received_at": pl.Datetime("us"), "in_force": pl.Boolean()}
        | dict.fromkeys(("rows_delivered", "conformed", "quarantined", "out_of_scope", "refused"), pl.Int64()),
    ),
    "row_account": (
        "select * from row_account",
        dict.fromkeys(("rows_delivered", "conformed", "quarantined", "out_of_scope", "refused"), pl.Int64()),
    ),
    "contract_fault": (
        # Who waived it, and why, stays in the sender's file: it is the sender's own text.
        "select sender_id, system_id, entity, rule_id, source_table, severity, source_file, their_column, meaning,"
        " how_to_fix, metrics, rows, share, files, first_seen, opened, last_seen, closed, times_opened, state,"
        " json_extract(waiver, '$.until') as waived_until, delivery_id from contract_fault",
        dict.fromkeys(("first_seen", "opened", "last_seen", "closed", "waived_until"), pl.Date())
        | {"rows": pl.Int64(), "share": pl.Float64(), "files": pl.Int64(), "times_opened": pl.Int64()},
    ),
    "fault_night": (
        "select sender_id, system_id, entity, rule_id, source_table, their_column, night, severity, rows, of_rows,"
        " state from fault_night",
        {"night": pl.Date(), "rows": pl.Int64(), "of_rows": pl.Int64()},
    ),
}


def export_sources(registry: Registry, settings: Settings) -> None:
    """Writes `warehouse/ledger/*.parquet`, `warehouse/registry/*.parquet`, the zero-row file of each entity, and who is
    who at sites whose loads have changed (`identity.site_links`)."""
    close_rooms(settings)
    ledger = Ledger(settings.ledger_path)
    for name, (question, types) in LEDGER.items():
        frame = _ledger_frame(ledger, question, types)
        if name == "load":
            frame = _with_person_numbering(frame, registry)
        _write(settings.warehouse / "ledger" / f"{name}.parquet", frame)
    for name, frame in _registry_frames(registry).items():
        _write(settings.warehouse / "registry" / f"{name}.parquet", frame)
    for contract in registry.contracts.values():
        write_empty(settings, contract)
    ensure_history(settings)
    link_sites(registry, settings)


def _ledger_frame(ledger: Ledger, question: str, types: dict[str, pl.DataType]) -> pl.DataFrame:
    names, rows = ledger.table(question)
    columns: dict[str, pl.Series] = {}
    for position, name in enumerate(names):
        values: list[Any] = [row[position] for row in rows]
        kind = types.get(name, pl.String())
        if isinstance(kind, pl.Date):
            values = [None if value is None else dt.date.fromisoformat(value) for value in values]
        elif isinstance(kind, pl.Datetime):
            values = [dt.datetime.fromisoformat(value).replace(tzinfo=None) for value in values]
        elif isinstance(kind, pl.Boolean):
            values = [bool(value) for value in values]
        columns[name] = pl.Series(values, dtype=kind)
    return pl.DataFrame(columns)


def _with_person_numbering(loads: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """Loads with the system whose person numbers they carry (see `registry.numberings`)."""
    numberings = [
        person_numbering(registry, registry.senders[sender], registry.systems[system], as_of)
        if sender in registry.senders and system in registry.systems
        else system
        for sender, system, as_of in loads.select("sender_id", "system_id", "as_of").rows()
    ]
    return loads.with_columns(pl.Series("person_numbering", numberings, dtype=pl.String))


def _registry_frames(registry: Registry) -> dict[str, pl.DataFrame]:
    text, day = pl.String(), pl.Date()
    senders = [
        (s.id, s.name, s.kind, s.nation, s.confirmed, s.organisation, s.council, [c.model_dump() for c in s.gss_codes])
        for s in registry.senders.values()
    ]
    in_force = [
        (s.id, item.system, registry.systems[item.system].family, item.valid_from, item.valid_until)
        for s in registry.senders.values()
        for item in s.systems
    ]
    systems = [
        (s.id, s.name, s.family, s.layout, s.coverage, s.period_months, registry.numbering(s.id))
        for s in registry.systems.values()
    ]
    codes = [
        (name, c.code, *(c.extra.get(extra) for extra in CODE_EXTRAS))
        for name, codes in registry.code_lists.items()
        for c in codes.codes.values()
    ]
    council_list = registry.code_lists["council"]
    councils = [
        (c.code, c.label, c.extra.get("nation"), _undated(council_list.aliases.get("gss", {}), c.code))
        for c in council_list.codes.values()
    ]
    areas = [
        (s.id, area.name, area.start, area.innovation, s.programme.assignment == "illustrative")
        for s in registry.senders.values()
        if s.programme
        for area in s.programme.areas
    ]
    spellings = [
        (s.id, *spelling) for s in registry.senders.values() if s.programme for spelling in s.programme.spellings()
    ]
    teams = [(s.id, fold(team)) for s in registry.senders.values() for team in s.public_teams]
    return {
        "programme_area": _frame(
            areas,
            {"sender_id": text, "area": text, "start_date": day}
            | {"is_innovation": pl.Boolean(), "is_illustrative": pl.Boolean()},
        ),
        "area_spelling": _frame(spellings, dict.fromkeys(("sender_id", "system_id", "spelling", "area"), text)),
        "public_team": _frame(teams, {"sender_id": text, "team": text}),
        "sender": _frame(
            senders,
            {"sender_id": text, "name": text, "kind": text, "nation": text, "confirmed": pl.Boolean()}
            | {"organisation": text, "council_code": text, "gss_codes": GSS_CODES},
        ),
        "sender_system": _frame(
            in_force, {"sender_id": text, "system_id": text, "family": text, "valid_from": day, "valid_until": day}
        ),
        "system": _frame(
            systems,
            {"system_id": text, "name": text, "family": text, "layout": text, "coverage": text}
            | {"period_months": pl.Int32(), "numbering": text},
        ),
        "code": _frame(codes, {"list": text, "code": text} | dict.fromkeys(CODE_EXTRAS, text)).with_columns(
            pl.col("weekly_factor").cast(pl.Float64), pl.col("definition_version").cast(pl.Int32)
        ),
        "council": _frame(councils, {"code": text, "label": text, "nation": text, "gss_codes": GSS_CODES}),
    }


def _undated(aliases: Mapping[str, str], code: str) -> list[dict[str, object]]:
    """A code's other names without dates: the registry keeps those of a sender's codes, not those of aliases."""
    names = sorted(alias for alias, named in aliases.items() if named == code)
    return [{"code": name, "valid_from": None, "valid_until": None} for name in names]


def _frame(rows: Sequence[tuple[object, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _write(path: Path, frame: pl.DataFrame) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    frame.write_parquet(draft)
    draft.replace(path)
