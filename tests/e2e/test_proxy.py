"""The proxy of `deploy/nginx`: who is not signed in sees nothing, a reader starts nothing, an engineer runs loads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil
import pytest

from tests.e2e.house import LAUNCH, House, launch_of, waited
from tests.e2e.proxy import BEHIND, NAME, NGINX, Proxy, served

pytestmark = pytest.mark.skipif(
    NGINX is None, reason="The proxy is not tried: nginx is not installed (on Debian: apt-get install nginx-light)."
)
JSON = {"Content_Type": "application/json"}
LAUNCH_ASH = json.dumps({"query": LAUNCH, "variables": launch_of("load_ash")})
WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec_WebSocket_Protocol": "graphql-ws",
}
PATHS = ["/", "/server_info", "/assets/ash/request", "/engineers/", "/engineers/server_info", "/engineers/assets"]


@pytest.fixture(scope="package")
def behind(house: House) -> str:
    """The address of the engineers' pages as a proxy has them."""
    return house.serve(*BEHIND)


@pytest.fixture(scope="package", params=["basic", "oauth2"])
def proxy(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, readers: str, behind: str
) -> Iterator[Proxy]:
    """The proxy with each way of signing in."""
    folder: Path = tmp_path_factory.mktemp(f"proxy_{request.param}")
    with served(folder, request.param, readers, behind) as running:
        yield running


@pytest.mark.parametrize("path", PATHS)
def test_without_signing_in_there_is_nothing_to_see(proxy: Proxy, path: str) -> None:
    assert proxy.asked(path)[0] == 401


@pytest.mark.parametrize("path", ["/graphql", "/engineers/graphql"])
def test_without_signing_in_nothing_can_be_asked(proxy: Proxy, path: str) -> None:
    asked = proxy.asked(path, method="POST", body=LAUNCH_ASH, **JSON)[0]
    assert (asked, proxy.asked(path, **WEBSOCKET)[0]) == (401, 401)


def test_who_is_not_signed_in_is_offered_to(proxy: Proxy) -> None:
    status, headers, text = proxy.asked("/engineers/")
    assert status == 401
    assert "Basic realm" in headers.get("WWW-Authenticate", "") or text == "Sign in"


def test_a_reader_gets_pages_and_their_websocket(proxy: Proxy) -> None:
    assert "<!DOCTYPE html>" in proxy.asked("/assets/ash/request", "reader")[2]
    assert proxy.asked("/graphql", "reader", Origin=f"https://{NAME}", **WEBSOCKET)[0] == 101


def test_a_reader_can_launch_nothing(proxy: Proxy) -> None:
    answer = proxy.asked("/graphql", "reader", "POST", LAUNCH_ASH, **JSON)[2]
    assert json.loads(answer)["data"]["launchRun"]["__typename"] == "UnauthorizedError"


@pytest.mark.parametrize(
    "path", ["/engineers/", "/engineers/graphql", "//engineers/", "/x/../engineers/", "/%65ngineers/"]
)
def test_a_reader_does_not_reach_the_engineers_pages(proxy: Proxy, path: str) -> None:
    assert proxy.asked(path, "reader", "POST", LAUNCH_ASH, **JSON)[0] in (401, 403)


def test_an_engineer_can_launch(proxy: Proxy) -> None:
    answers: list[str] = []

    def is_known() -> bool:
        answer = proxy.asked("/engineers/graphql", "engineer", "POST", LAUNCH_ASH, **JSON)[2]
        answers.append(json.loads(answer)["data"]["launchRun"]["__typename"])
        return answers[-1] != "PipelineNotFoundError"

    # The pages answer before the definitions are loaded, and until then know no job.
    waited(is_known, "a job that the engineers' pages know")
    assert answers[-1] == "LaunchRunSuccess"


def test_a_page_elsewhere_cannot_act_through_an_engineers_browser(proxy: Proxy) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert proxy.asked("/engineers/graphql", "engineer", "POST", LAUNCH_ASH, **JSON, **elsewhere)[0] == 403
    assert proxy.asked("/engineers/graphql", "engineer", **WEBSOCKET, **elsewhere)[0] == 403
    assert proxy.asked(f"/engineers/graphql?query={quote(LAUNCH)}", "engineer")[0] == 405


def test_nobody_reports_a_check_from_outside(proxy: Proxy) -> None:
    for prefix in ("", "/engineers"):
        path = f"{prefix}/report_asset_check/ash/request?check_name=contract&passed=true"
        assert proxy.asked(path, "engineer", "POST")[0] == 403


def test_answers_carry_security_headers_once(proxy: Proxy) -> None:
    headers = proxy.asked("/engineers/", "engineer")[1]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("X-Frame-Options") == ["DENY"]
    assert headers.get_all("Referrer-Policy") == ["same-origin"]
    assert "frame-ancestors 'none'" in headers.get_all("Content-Security-Policy", [])
    assert headers["Strict-Transport-Security"]


def test_the_web_servers_listen_on_loopback_only(readers: str, behind: str) -> None:
    ports = {urlsplit(address).port for address in (readers, behind)}
    found = {
        c.laddr for c in psutil.net_connections("inet") if c.status == psutil.CONN_LISTEN and c.laddr.port in ports
    }
    assert sorted(found) == sorted(("127.0.0.1", port) for port in ports)
