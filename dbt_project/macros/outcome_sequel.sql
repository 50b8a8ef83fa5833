{# What an outcome says of how a request ended, by its group in the code list event_outcome; null where something was to
   follow. England's STS001 maps the outcomes of release 1 so; care paid by the NHS and at the end of life are there
   sequels of their own, which leave the council nothing to do. #}
{% macro outcome_sequel(code_group) -%}
    case
        when {{ code_group }} = 'nfa_signposted'
        then 'signposted'
        when {{ code_group }} in ('nfa_nhs', 'nfa_other', 'end_of_life')
        then 'no_council_support'
    end
{%- endmacro %}
