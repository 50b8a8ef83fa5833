"""The floor: one DuckDB script that reads the same files, casts them and writes the same conformed Parquet and facts.

No validation, no code maps, no lineage beyond the file, no quarantine, no ledger: the least that any loader must do.
File layouts come from the profiles so that the floor reads what the nightly reads. Run as a process of its own.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import duckdb
import fastexcel

from cls_pipeline.registry import Contract, Registry, SystemProfile, TableLayout, load_registry
from cls_pipeline.settings import get_settings

CASTS = {"date": "date", "integer": "bigint", "number": "double", "decimal": "decimal(18, 6)"}


def main(home: Path, target: Path) -> None:
    """Reads `home/inbox`, writes `target/<entity>/site=<sender>/<table>.parquet` and `target/facts.duckdb`."""
    registry = load_registry(get_settings().contracts_dir)
    con = duckdb.connect(str(target / "facts.duckdb"))
    con.execute("set memory_limit = '1500MB'; set preserve_insertion_order = false")
    rows = 0
    for folder in sorted((home / "inbox").iterdir()):
        for system in registry.systems_of(registry.senders[folder.name]):
            for path in sorted(folder.iterdir()):
                for table in system.files:
                    if system.match(table, path.name) is not None:
                        rows += _table(con, registry, system, table, path, target, folder.name)
    for entity in sorted(item.name for item in target.iterdir() if item.is_dir()):
        con.execute(
            f"create or replace table fct_{entity} as from read_parquet("
            f"'{target}/{entity}/*/*.parquet', hive_partitioning = true, union_by_name = true)"
        )
    con.close()
    print(rows)


def _table(
    con: duckdb.DuckDBPyConnection,
    registry: Registry,
    system: SystemProfile,
    table: TableLayout,
    path: Path,
    target: Path,
    site: str,
) -> int:
    place = target / table.entity / f"site={site}"
    place.mkdir(parents=True, exist_ok=True)
    columns = ", ".join(_columns(registry.contracts[table.entity], system, table))
    out = place / f"{system.id}_{table.id}_{path.stem}.parquet"
    con.execute(
        f"copy (select {columns} from {_source(con, table, path)}) to '{out}' (format parquet, compression zstd)"
    )
    return con.execute(f"select count(*) from '{out}'").fetchall()[0][0]


def _columns(contract: Contract, system: SystemProfile, table: TableLayout) -> list[str]:
    formats = "[" + ", ".join(f"'{pattern}'" for pattern in system.dates) + "]"
    missing = ", ".join(f"'{text}'" for text in system.missing)
    selected = []
    for name, source in table.columns.items():
        if source.source is None or source.capture:
            continue
        text = f'case when trim("{source.source}") in ({missing}) then null else trim("{source.source}") end'
        kind = contract.columns[name].kind
        if kind == "date":
            selected.append(f"try_strptime({text}, {formats})::date as {name}")
        elif kind in CASTS:
            selected.append(f"try_cast(replace({text}, '£', '') as {CASTS[kind]}) as {name}")
        else:
            selected.append(f"{text} as {name}")
    return selected


def _source(con: duckdb.DuckDBPyConnection, table: TableLayout, path: Path) -> str:
    layout = table.format
    if layout.kind == "xlsx":
        sheet = fastexcel.read_excel(path).load_sheet(
            layout.sheet or 0, header_row=layout.title_rows, skip_rows=0, dtypes="string"
        )
        con.register("sheet", sheet.to_arrow())
        return "sheet"
    if layout.encoding == "utf-8" and not layout.compression:
        name, header = str(path), path.open(encoding="utf-8-sig").readlines(100_000)[layout.title_rows]
    else:
        content = gzip.decompress(path.read_bytes()) if layout.compression else path.read_bytes()
        text = content.decode(layout.encoding)
        recoded = path.with_name(f".{path.name}.utf8")
        recoded.write_text(text, encoding="utf-8")
        name, header = str(recoded), io.StringIO(text).readlines(100_000)[layout.title_rows]
    names = [item.strip().strip('"') for item in header.strip().split(layout.delimiter)]
    types = ", ".join(f"'{item}': 'varchar'" for item in names)
    return (
        f"read_csv('{name}', auto_detect = false, header = true, skip = {layout.title_rows}, "
        f"delim = '{layout.delimiter}', quote = '\"', escape = '\"', columns = {{{types}}})"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
