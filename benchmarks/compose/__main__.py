"""The containers as a stranger brings them up: see script/compose-trial."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.compose import story
from benchmarks.compose.installation import ROOT, Installation, run


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", choices=["full", "half", "hosts"], help="one part instead of all")
    options.add_argument("--stand-ins", type=Path, help="where the packages of images to stand in are kept")
    options.add_argument("--orders", type=int, default=200, help="orders placed while a host dies")
    args = options.parse_args()
    if args.stand_ins:
        run([ROOT / "benchmarks/compose/stand-ins", args.stand_ins])
        print("images=stand-ins of Debian's packages", flush=True)
    problems = []
    for part in [args.only] if args.only else ["full", "half", "hosts"]:
        with tempfile.TemporaryDirectory(prefix="errand-trial-") as folder:
            installation = Installation(Path(folder) / "site", half_a_core=part == "half")
            try:
                tell = story.Teller(part)
                if part == "hosts":
                    story.two_hosts(installation, tell, args.orders)
                else:
                    story.one_host(installation, tell)
                problems += tell.problems
            finally:
                installation.remove()
    for problem in problems:
        print(f"BROKEN: {problem}", file=sys.stderr)
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
