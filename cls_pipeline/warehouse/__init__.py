"""The warehouse: dbt builds it from conformed records, a release is the part of it that analysts open."""
