"""What Lighthouse says of the demo on a phone: performance, accessibility and best practices of five pages.

script/bench lighthouse [--runs N] [--page NAME] [--keep FOLDER]

Needs node and npm, and installs Lighthouse as pinned here into a temporary folder. Each page is looked at as the person of
the demo who uses it, on Lighthouse's own middling phone and network; a figure is the median of the runs. Performance means
something on a machine that does nothing else only. `--keep` puts the reports of the worst run of each page into a folder.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from benchmarks._demo import Demo, demo
from benchmarks._processes import free_port

LIGHTHOUSE = "lighthouse@12.8.2"  # the last that runs on node 20
CATEGORIES = ("performance", "accessibility", "best-practices")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--page", action="append", help="only this one; may be given again")
    options.add_argument("--keep", type=Path, help="where reports are to stay")
    args = options.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not (chromium and shutil.which("npm")):
        sys.exit("Node with npm and Chromium are needed (in the PATH, or CHROMIUM=…).")
    figures: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="bench-lighthouse-") as folder, demo() as running:
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, LIGHTHOUSE]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
        for name, (path, phone) in running.pages().items():
            if args.page and name not in args.page:
                continue
            with logged_in(Path(folder), chromium, running, phone) as port:
                reports = [report(Path(folder), port, running.address + path) for _ in range(args.runs)]
            for category in CATEGORIES:
                scores = [100 * (one["categories"][category]["score"] or 0) for one in reports]
                figures[f"{name}_{category.replace('-', '_')}"] = round(median(scores))
            worst = min(reports, key=lambda one: one["categories"]["performance"]["score"] or 0)
            tell(name, worst)
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                (args.keep / f"{name}.json").write_text(json.dumps(worst), encoding="utf-8")
    print()
    for name, value in figures.items():
        print(f"{name}={value}")


@contextmanager
def logged_in(folder: Path, chromium: str, running: Demo, phone: str) -> Iterator[int]:
    """A Chromium of this person's, and the port by which Lighthouse drives it."""
    port = free_port()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder / f"profile-{phone}", executable_path=chromium, locale="zh-CN",
            args=["--no-sandbox", "--disable-gpu", f"--remote-debugging-port={port}"],
        )  # fmt: skip
        for name, value in running.cookies[phone].items():
            context.add_cookies([{"name": name, "value": value, "url": running.address}])
        yield port
        context.close()


def report(folder: Path, port: int, address: str) -> dict:
    """One look at a page, as Lighthouse writes it down."""
    command = [
        str(folder / "node_modules/.bin/lighthouse"), address, "--quiet", "--output=json",
        f"--output-path={folder}/report.json", f"--only-categories={','.join(CATEGORIES)}", f"--port={port}",
    ]  # fmt: skip
    # Now and then it misses the start of a page's load, says so, and asks to be run again.
    for attempts_left in (2, 1, 0):
        if not subprocess.run(command, check=not attempts_left, stdout=subprocess.DEVNULL).returncode:
            break
    found = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if found["finalDisplayedUrl"] != address:
        sys.exit(f"{address} led to {found['finalDisplayedUrl']}.")
    return found


def tell(name: str, found: dict) -> None:
    """What the worst run of a page lost points for."""
    print(f"{name}: {found['finalDisplayedUrl']}")
    for category in CATEGORIES:
        for part in found["categories"][category]["auditRefs"]:
            audit = found["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(
                    f"  {category}: {audit['title']} {audit.get('displayValue', '')} ({audit['score']:.2f})"
                )


if __name__ == "__main__":
    main()
