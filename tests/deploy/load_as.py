"""A load as the pipeline's account makes it: `load_as.py ROOT ACCOUNT SITE_ACCOUNT SITE…`, run by root.

The interpreter may lie where that account cannot go. So a load elsewhere comes first, which imports whatever a load
needs; then this process becomes the account, and loads what the first site has delivered.
"""

from __future__ import annotations

import os
import pwd
import sys
from datetime import date
from pathlib import Path

from programme import Programme, contacts, sender

from cls_pipeline.loading import load_sender
from cls_pipeline.orchestration.transports import Digest, FileTransport
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings

FAULTY = contacts(40, {9: {"ContactDate": "31/02/2024"}})


def programme(root: Path, home: Path, sites: list[str]) -> Programme:
    settings = Settings(
        home=home, contracts_dir=root / "data_contracts", pseudonym_key_file=root / "keys" / "pseudonym.key"
    )
    return Programme(settings, senders=[sender(site) for site in sites])


def load(settings: Settings, registry: Registry, site: str) -> None:
    [outcome] = load_sender(site, registry, settings).outcomes
    assert outcome.failures
    FileTransport(settings.returns).send(Digest(site, date(2024, 4, 2), "r1", "## What to put right"))


def become(account: str) -> None:
    entry = pwd.getpwnam(account)
    os.initgroups(account, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    # The strictest that a service may have: what a site may read must not depend on it.
    os.umask(0o077)


def main(root: Path, account: str, site_account: str, sites: list[str]) -> None:
    warm = programme(root / "warm", root / "warm" / "cls", sites)
    warm.send("contacts_2024-04-01.csv", FAULTY, sites[0])
    load(warm.settings, warm.registry, sites[0])
    real = programme(root, root / "cls", sites)
    registry = real.registry
    delivered = real.send("contacts_2024-04-01.csv", FAULTY, sites[0])
    os.chown(delivered, pwd.getpwnam(site_account).pw_uid, -1)
    delivered.chmod(0o640)
    (root / "keys").mkdir()
    os.chown(root / "keys", pwd.getpwnam(account).pw_uid, -1)
    become(account)
    load(real.settings, registry, sites[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
