-- The newest period of each site by grain, in days before the newest day that any delivery covers.
select site_id, grain, max(told_until) as told_until, min(age_days) as age_days
from new.marts.data_currency
inner join new.marts.dim_site using (site_id)
inner join new.marts.dim_metric using (metric_id, definition_version)
where dim_site.kind = 'site' and dim_metric.source_kind = 'records'
group by all
