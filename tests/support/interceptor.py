"""Between the kit and the emulator: some requests get an answer of the test's own, all others go through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import requests

from dataverse_tck.acts.stage import Stage
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.canned_server import API, Canned, Request, serving
from tests.support.staging import stage_at

DONE = Canned(204)  # said, and nothing done
Intercept = Callable[[Request], Canned | None]


@contextmanager
def intercepted(folder: Path, intercept: Intercept, faults: tuple[str, ...] = ()) -> Iterator[Stage]:
    """Yield a stage at an emulator of its own; effects are waited for as briefly as can be."""
    client = requests.Session()
    client.trust_env = False
    folder.mkdir(exist_ok=True)
    with running(create_app(create_organisation(), faults=faults)) as root:

        def answer(request: Request) -> Canned:
            if (canned := intercept(request)) is not None:
                return canned
            url, headers = root + request.path.removeprefix(API), {"Content-Type": "application/json"}
            headers |= {name: request.headers[name] for name in ("prefer", "mscrmcallerid") if name in request.headers}
            told = client.request(request.method, url, data=request.body, headers=headers, timeout=10)
            kept = {name: told.headers[name] for name in ("Content-Type", "OData-EntityId") if name in told.headers}
            return Canned(told.status_code, told.content, kept)

        with serving(answer) as gateway, stage_at(folder, gateway.root) as stage:
            stage.settings = replace(stage.settings, settle_s=0.1)
            yield stage
