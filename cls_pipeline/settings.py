"""Where things live, which key is used, and the limits: everything read from the environment.

Nothing about a sender, a system or a contract belongs here; that is data in `data_contracts/`.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from platformdirs import user_config_path
from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings of one installation; each can be set as an environment variable with the prefix `CLS_`."""

    model_config = SettingsConfigDict(env_prefix="CLS_", frozen=False, extra="ignore")

    home: Path = Field(default=Path(".cls"), description="the folder that holds all state")
    contracts_dir: Path = Field(default=PROJECT_ROOT / "data_contracts", description="senders, systems, contracts")
    dbt_dir: Path = Field(default=PROJECT_ROOT / "dbt_project", description="the dbt project")
    keep_releases: int = Field(default=10, ge=1, description="how many releases are kept")
    small_number: int = Field(
        default=7,
        ge=0,
        description="counts of people from 1 up to this number are suppressed in a release (the national rule is 7)",
    )
    round_counts_to: int = Field(
        default=1,
        ge=1,
        description="counts of people that a release shows are rounded to the nearest of this; 1 rounds nothing",
    )
    pseudonym_key_file: Path = Field(
        default_factory=lambda: user_config_path("cls_pipeline") / "pseudonym.key",
        description="the secret key of the pseudonyms; never beside the data",
    )

    @field_validator("round_counts_to")
    @classmethod
    def _is_no_wider_than_the_small_numbers(cls, base: int, info: ValidationInfo) -> int:
        """No count that is shown may be rounded to nought, and no share that leaves somebody out to all."""
        limit = info.data.get("small_number")
        if limit is not None and base > limit + 1:
            raise ValueError(
                f"counts that are rounded to the nearest {base} are taken for nought where they are few, so they must"
                f" be withheld up to {base - 1} at least: set CLS_SMALL_NUMBER to that, or round to {limit + 1} or less"
            )
        return base

    def model_post_init(self, _context: object) -> None:
        self.home = self.home.expanduser().absolute()

    @property
    def inbox(self) -> Path:
        """Where senders drop their files, a folder each."""
        return self.home / "inbox"

    def inbox_of(self, sender_id: str) -> Path:
        """Where one sender drops its files."""
        return self.inbox / sender_id

    @property
    def landing(self) -> Path:
        """What was received, unchanged and compressed."""
        return self.home / "landing"

    @property
    def conformed(self) -> Path:
        """Accepted records in the programme's words, by entity and site."""
        return self.home / "conformed"

    @property
    def quarantine(self) -> Path:
        """Records that did not meet their contract, whole, with the reasons."""
        return self.home / "quarantine"

    @property
    def summaries(self) -> Path:
        """What each delivery held, in counts, to compare the next one with."""
        return self.home / "summaries"

    @property
    def returns(self) -> Path:
        """What is handed back to senders."""
        return self.home / "returns"

    @property
    def ledger_path(self) -> Path:
        """The SQLite file that knows every delivery, its rows and its faults."""
        return self.home / "ledger.sqlite"

    @property
    def warehouse(self) -> Path:
        """The pipeline's own DuckDB file and what dbt reads and writes beside it."""
        return self.home / "warehouse"

    @property
    def releases(self) -> Path:
        """What analysts open."""
        return self.home / "releases"

    @property
    def kept_registry(self) -> Path:
        """The last registry without a mistake."""
        return self.home / "registry"

    @property
    def dagster_home(self) -> Path:
        """The Dagster instance."""
        return self.home / "dagster"

    @cached_property
    def pseudonym_key(self) -> bytes:
        """The secret key (at least 32 bytes); made on first use, readable by its owner only.

        Raises:
            RuntimeError: the key file lies inside the data folder, or holds too little.
        """
        path = self.pseudonym_key_file.expanduser().resolve()
        if path.is_relative_to(self.home.resolve()):
            raise RuntimeError(
                f"The pseudonym key {path} lies inside the data folder {self.home}. "
                "Keep it elsewhere and set CLS_PSEUDONYM_KEY_FILE."
            )
        if not path.exists():
            _make_key(path)
        key = path.read_text().strip().encode()
        if len(key) < 32:
            raise RuntimeError(f"The pseudonym key in {path} is shorter than 32 characters.")
        return key


def _make_key(path: Path) -> None:
    """Writes a new key whole; where two processes start at once, the first one's key is the key of both."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def close_rooms(settings: Settings) -> None:
    """Makes the rooms that hold records of people, or tell of them, so that only their owner can open them.

    The home itself and its releases stay open: analysts have accounts of their own.
    """
    drafts = settings.home / "drafts"
    about_people = (settings.landing, drafts, settings.conformed, settings.quarantine, settings.summaries)
    for room in (*about_people, settings.warehouse):
        room.mkdir(parents=True, exist_ok=True)
        room.chmod(0o700)


def get_settings() -> Settings:
    """The settings as the environment gives them now."""
    return Settings()
