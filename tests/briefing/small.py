"""A small release, made by SQL alone: four sites in two nations, with a withheld month, a linked one, and a break.

Its control limits are the release's own: the pipeline draws them through these figures.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from cls_pipeline.warehouse.control import write_control_points

RELEASE = """
create schema marts;
create table marts.release as select '20260101T000000Z-0a1b2c3d' as release_id,
  timestamp '2026-01-01 00:00:00' as created_at, '0.1.0' as software_version, '0a1b2c3d' as content,
  1::bigint as suppressed, 'simulated' as records_origin;

create table marts.dim_site as select * from (values
  ('ash', 'Ash', 'site', 'england', 'Ash Council', true, true),
  ('birch', 'Birch', 'site', 'england', 'Birch <b>Council</b>', true, true),
  ('cedar', 'Cedar', 'site', 'england', null, false, true),
  ('dee', 'Dee', 'site', 'wales', null, true, true),
  ('xx1', 'Elsewhere', 'comparator', 'england', null, true, false)
) as t(site_id, name, kind, nation, organisation, is_confirmed, is_simulated);

create table marts.dim_metric as select metric_id, version as definition_version, name,
  if(version = 2, 'Defined anew.', 'Defined so.') as definition,
  'counted' as numerator, 'of these' as denominator, unit, 'higher' as direction, 'programme' as owner,
  'england, scotland, wales' as nations, comparability, 'Because.' as comparability_reason,
  '1' as outcome, question, source_kind, 'Here' as source
from (values
  ('asked', 1, 'People who asked', 'people', 'limited', '4;6', 'records'),
  ('helped', 1, 'People helped', 'percent', 'full', '4', 'records'),
  ('helped_base', 1, 'People helped: base', 'people', 'full', '4', 'records'),
  ('cases', 1, 'Open cases', 'cases', 'limited', '4', 'records'),
  ('longest', 1, 'Longest wait', 'days', 'full', '4', 'records'),
  ('scored', 1, 'Mean score', 'points of the measure', 'full', '4', 'records'),
  ('revised', 1, 'Revised share', 'percent', 'none', '4', 'published'),
  ('revised', 2, 'Revised share', 'percent', 'none', '4', 'published'),
  ('unheard', 1, 'Never delivered', 'percent', 'none', '4', 'published')
) as t(metric_id, version, name, unit, comparability, question, source_kind);

create table marts.metric_series as
with months as (select unnest(generate_series(date '2023-01-01', date '2025-06-01', interval 1 month))::date as d),
cells as (
  select s.site_id, m.d, 40 + 7 * length(s.site_id) + month(m.d) + year(m.d) - 2023 as n
  from months as m, marts.dim_site as s
)
select site_id, 'all' as area, 'asked' as metric_id, 1 as definition_version, 'month' as grain, d as period_start,
  last_day(d) as period_end, 'all' as breakdown, 'all' as breakdown_value, n::double as numerator,
  null::double as denominator, n::double as value_raw, n::double as value, []::varchar[] as flags,
  null::double as restated_by, 's1' as system_id
from cells
union all
select site_id, 'all', 'helped', 1, 'month', d, last_day(d), 'all', 'all', n - 30, n, 100 * (n - 30) / n,
  100 * (n - 30) / n, [], null, 's1'
from cells
union all
select site_id, 'all', 'helped', 1, 'month', d, last_day(d), 'age_band', band, 9, 10, 90, 90, [], null, 's1'
from cells, (values ('18_64'), ('65_plus')) as t(band)
union all
select site_id, 'all', 'scored', 1, 'year', date '2024-04-01', date '2025-03-31', 'instrument', 'form', null, 12,
  3.14159, 3.14159, [], null, 's1'
from marts.dim_site where kind = 'site';
insert into marts.metric_series
select site_id, 'all', 'cases', 1, 'month', d, last_day(d), 'team', team, n, null, n, n, [], null, 's1'
from (
  select site_id, period_start as d, team, if(d >= '2025-01-01' and team = 'Team 01', 60, 40) + month(d) % 3 as n
  from marts.metric_series, (values ('Team 01'), ('Team 02')) as t(team)
  where site_id in ('ash', 'dee') and metric_id = 'asked'
);
insert into marts.metric_series
select site_id, 'all', 'longest', 1, 'month', period_start, period_end, 'all', 'all', null, null, d, d, [], null, 's1'
from (
  select *, if(site_id = 'ash' and period_start = '2025-06-01', 900, 30) as d
  from marts.metric_series where metric_id = 'asked' and grain = 'month'
);
insert into marts.metric_series
select site_id, 'all', 'revised', version, 'year', d, d + interval 1 year - interval 1 day, 'all', 'all', null,
  null, v, v, [], null, null
from marts.dim_site, (values
  (1, date '2021-04-01', 7.25), (1, date '2022-04-01', 7.5), (2, date '2022-04-01', 3.5), (2, date '2023-04-01', 90.125)
) as t(version, d, v) where site_id in ('ash', 'birch')
union all
select site_id, 'all', 'asked', 1, 'year', date '2023-04-01', date '2024-03-31', 'all', 'all', 600.5, null,
  600.5, 600.5, [], null, 's1'
from marts.dim_site where site_id in ('ash', 'birch')
union all
select site_id, 'all', 'helped_base', 1, 'month', period_start, period_end, 'all', 'all', null, null, 100,
  100, [], null, 's1'
from marts.metric_series where metric_id = 'helped' and breakdown = 'all' and site_id = 'ash';
update marts.metric_series set value = null, value_raw = null, numerator = null, denominator = null,
  flags = ['suppressed'] where site_id = 'birch' and period_start in ('2024-03-01', '2024-04-01');
update marts.metric_series set value = value_raw * 1.25, flags = ['linked', 'estimated']
where site_id = 'cedar' and metric_id = 'asked' and period_start < '2024-01-01';

create table marts.series_break as select * from (values
  ('cedar', 'asked', date '2024-01-01', 'source_system', 0.25, 0.2, 0.3, 'linked', 'New gives way to Newer'),
  ('ash', 'asked', date '2025-01-01', 'definition', null, null, null, 'not comparable', 'Counted otherwise'),
  ('dee', 'cases', date '2024-07-01', 'source_system', null, null, null, 'not measured', 'Old gives way to New')
) as t(site_id, metric_id, break_date, cause, size, size_low, size_high, verdict, note);
alter table marts.series_break add column how_known varchar default 'declared cutover';
create table marts.dim_instrument as select 'form' as measure, 'The form' as name;
create table marts.dim_system as select 's1' as system_id, 'System One' as name;
create table marts.site_system as select site_id, 's1' as system_id, 'case_management' as family,
  date '2022-01-01' as valid_from, null::date as valid_until from marts.dim_site where kind = 'site';
create table marts.data_currency as select 'ash' as site_id, 'asked' as metric_id, date '2025-01-01' as comparable_from,
  0.5 as comparable_years, 'not comparable' as stopped_by, 'Counted otherwise' as why_not_longer;
create table marts.contract_fault as select 'ash' as sender_id, 's1' as system_id, 'request' as entity,
  'dates_in_order' as rule_id, 'warn' as severity, 'Dates stand in order.' as meaning, null::bigint as rows,
  null::date as closed;
create table marts.delivery as select 'ash' as sender_id, date '2025-07-01' as as_of, true as in_force,
  'accepted' as status;
"""


def small_release(file: Path) -> Path:
    """Writes the release and returns its file."""
    with closing(duckdb.connect(str(file))) as con:
        con.execute(RELEASE)
    with closing(duckdb.connect()) as con:
        con.execute(f"attach '{file}' as release_file")
        write_control_points(con)
    return file
