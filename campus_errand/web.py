"""HTTP in server mode: granian, which forks its workers from a parent that has loaded the application.

python -m campus_errand.web --host 127.0.0.1 --port 8001 --workers 2    (and whatever else `granian` takes)
"""

import sys

from granian.cli import entrypoint

from campus_errand import wsgi  # noqa: F401  (sets Django up; each worker asks for it again, and finds it here)
from campus_errand.forking import load_for_children

if __name__ == "__main__":
    load_for_children()
    sys.argv += ["--interface", "wsgi", "campus_errand.wsgi:application"]
    entrypoint()
