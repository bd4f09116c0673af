#!/bin/sh
# numba 0.68.1: a complete cache that the process may read but not write is refused: the decorated function is not even
# made ("no locator available"), instead of loading what is there and compiling the rest in memory. So a compiled cache
# cannot simply be part of a read-only image: it must be copied to where it may be written to. Copied to another folder it
# is used, as it is keyed by the source's content, not by where the cache lies.
# Needs python3 with venv. Root may write everywhere, so as root it gives up that right (setpriv of util-linux).
set -eu
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numba==0.68.1
cat >"$folder/engine.py" <<'PYTHON'
import numba


@numba.njit("i8(i8)", cache=True)
def twice(x):
    return 2 * x


print(twice(21), len(twice.stats.cache_hits), len(twice.stats.cache_misses))
PYTHON
run() { # run CACHE: as a user who may not write there
    as=
    [ "$(id -u)" != 0 ] || as="setpriv --bounding-set=-dac_override"
    $as env HOME="$folder" PYTHONDONTWRITEBYTECODE=1 NUMBA_CPU_NAME=generic NUMBA_CACHE_DIR="$1" \
        "$folder/venv/bin/python" "$folder/engine.py" 2>&1 | tail -1
}
chmod 755 "$folder"
mkdir -m 777 "$folder/cache"
first=$(run "$folder/cache")
chmod -R a-w "$folder/cache"
chmod a-w "$folder"
refused=$(run "$folder/cache")
chmod u+w "$folder"
cp -r "$folder/cache" "$folder/copy"
chmod -R a+w "$folder/copy"
copied=$(run "$folder/copy")
echo "compiled: $first"
echo "the same cache, read only: $refused"
echo "a copy that may be written to: $copied"
case $first in "42 0 1") ;; *) echo "CHANGED: the first run does not compile" && exit 1 ;; esac
case $refused in *"no locator available"*) ;; *) echo "CHANGED: a read-only cache is used" && exit 1 ;; esac
case $copied in "42 1 0") ;; *) echo "CHANGED: the copy is not used" && exit 1 ;; esac
