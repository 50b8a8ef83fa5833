-- The columns that analysts count on, beside those of the draft.
select
    coalesce(shape."table", found.table_name) as table_name,
    coalesce(shape."column", found.column_name) as column_name,
    shape.type as type_due,
    lower(found.data_type) as type,
    coalesce(trim(found.comment), '') as comment,
    found.column_name is not null as is_there
from shape
full join
    (select * from duckdb_columns() where database_name = 'new' and schema_name = 'marts') as found
    on shape."table" = found.table_name
    and shape."column" = found.column_name
