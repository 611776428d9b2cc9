"""A page in headless Chromium: what it measured of itself, and a picture of it."""

import json
import re
import shutil
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
# nothing but what stands in the file itself may be loaded; whatever asks for more is reported
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
    "script-src 'unsafe-inline'; img-src data:\">"
    "<script>window.asked=[];document.addEventListener('securitypolicyviolation',e=>asked.push(e.blockedURI))</script>"
)


def _run(html: str, *flags: str) -> bytes:
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, "utf-8")
        done = subprocess.run(
            [CHROMIUM, *FLAGS, f"--user-data-dir={folder}/user", *flags, file.as_uri()],
            capture_output=True,
            check=True,
            timeout=120,
        )
        return done.stdout


def measured(html: str, script: str, *flags: str) -> dict[str, Any]:
    """The object `script` (the body of an async function) returns, with `asked`: addresses the page tried to load.

    `milliseconds` too: page time from the start of the navigation to the end of its loading.
    """
    test = (
        "<script>addEventListener('load',()=>setTimeout(async()=>{let found;try{found=await(async()=>{"
        + script
        + "})()}"
        "catch(e){found={error:String(e)}}"
        "const n=performance.getEntriesByType('navigation')[0];"
        "found.asked=[...asked,...performance.getEntriesByType('resource').map(r=>r.name)];"
        "found.milliseconds=n.loadEventEnd;"
        "document.body.innerHTML='';const p=document.createElement('pre');p.id='cr-test';"
        "p.textContent=JSON.stringify(found);document.body.append(p)},50))</script>"
    )
    html = html.replace('<meta charset="utf-8">', f'<meta charset="utf-8">{POLICY}', 1)
    html = html.replace("</body>", f"{test}</body>", 1)
    text = _run(html, "--virtual-time-budget=10000", "--dump-dom", *flags).decode()
    found = re.search(r'<pre id="cr-test">(.*?)</pre>', text, re.DOTALL)
    assert found is not None, text[-2000:]
    made: dict[str, Any] = json.loads(unescape(found[1]))
    assert "error" not in made, made["error"]
    return made


def picture(html: str, file: Path, width: int = 1000, height: int = 1400, *flags: str) -> None:
    """A screenshot."""
    _run(html, f"--screenshot={file}", f"--window-size={width},{height}", *flags)
