"""Which columns of ours a rule is about, by its name."""

from __future__ import annotations

from cls_pipeline.registry import KEY_UNIQUE, Contract


def rule_columns(rule_id: str, contract: Contract) -> tuple[str, ...]:
    """The columns of a rule: a named one's, the key's, or the one before the full stop (`start_date.valid`)."""
    for rule in contract.rules:
        if rule.id == rule_id:
            return rule.columns
    return contract.key if rule_id == KEY_UNIQUE else (rule_id.rpartition(".")[0],)
