with
    outcome_scores as (select * from {{ ref("stg_outcome_score") }}),

    final as (select * from outcome_scores where {{ in_new_loads() }})

select *
from final
