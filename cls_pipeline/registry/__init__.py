"""The registry: who sends, how their systems say it, and what the programme needs. See `loader.load_registry`."""

from cls_pipeline.registry.code_list import Code, CodeList
from cls_pipeline.registry.contract import KEY_UNIQUE, Column, Contract, Rule
from cls_pipeline.registry.loader import load_registry
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender, SystemInForce, Waiver
from cls_pipeline.registry.source import RegistryError
from cls_pipeline.registry.system import ColumnSource, FileFormat, SystemProfile, TableLayout

__all__ = [
    "KEY_UNIQUE",
    "Code",
    "CodeList",
    "Column",
    "ColumnSource",
    "Contract",
    "FileFormat",
    "Registry",
    "RegistryError",
    "Rule",
    "Sender",
    "SystemInForce",
    "SystemProfile",
    "TableLayout",
    "Waiver",
    "load_registry",
]
