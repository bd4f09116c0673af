"""A hundred thousand random steps over the real services of money, several processes at once, and nothing may break.

script/bench ledger [--steps N] [--processes N] [--at-once N] [--seed N]

Each process is a machine of chance: it orders, pays (wallet or cashier), delivers callbacks in any order, late, twice or
never, refunds in parts, cancels, pays couriers, compensates, claws back, holds and releases earnings, has withdrawals asked
for, decided and sent, tops up, sweeps; says the same thing again, with the same key and with another amount under it; and now
and then its process dies right before or right after one of a step's commits, and does the step again. Then two hundred
equal requests come at once. After each step the accounts that it may have touched are compared with a model of them;
all the while another process looks over the whole books in one snapshot; at the end everything on its way is brought to
its end, and books and cashier are compared. Handlers of the events are not run.

`transfers_per_second` is the ledger's own service, one transfer a transaction, for the newest rows of the run turned
round; beside it the same rows written by bare SQL into copies of the tables that have no triggers.
"""

import argparse
import random
import time
from collections import Counter
from multiprocessing import get_context

from benchmarks._db import scratch_database


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--steps", type=int, default=100_000)
    options.add_argument("--processes", type=int, default=4)
    options.add_argument(
        "--at-once", type=int, default=10, help="how often two hundred equal requests come at once"
    )
    options.add_argument(
        "--sample", type=int, default=5_000, help="transfers for the comparison with bare SQL"
    )
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = options.parse_args()
    with scratch_database("ledger") as url:
        run(args, url)


def run(args, url: str) -> None:
    from django.db import connections

    from benchmarks import _money, _money_checks

    seeds = [args.seed * 100 + number for number in range(args.processes)]
    _money_checks.fill()
    connections.close_all()  # nothing is shared over a fork
    context = get_context("fork")
    results, done = context.SimpleQueue(), context.Event()
    clocks = context.Array("d", args.processes)
    steps = args.steps // args.processes
    workers = [context.Process(target=_money.work, args=(seed, steps, clocks, results)) for seed in seeds]
    auditor = context.Process(target=_money_checks.audit, args=(done, results))
    began = time.perf_counter()
    for process in [*workers, auditor]:
        process.start()
    told = [results.get() for _ in workers]
    seconds = time.perf_counter() - began
    done.set()
    looked = results.get()
    for process in [*workers, auditor]:
        process.join()
    rush = _money_checks.rush(args.at_once)
    broken = [
        words for said in [*told, looked, rush] for words in said["broken"]
    ] + _money_checks.close_books()
    counts = sum((said["counts"] for said in told), Counter())
    written = _money_checks.written()
    service, bare = _money_checks.beside_bare_sql(url, args.sample)
    rows = [
        ("steps", sum(said["steps"] for said in told) + rush["steps"], f"seed {args.seed}, {args.processes} processes"),
        ("broken_invariants", len(broken), f"whole books looked over {looked['steps']} times meanwhile"),
        ("crashes", counts["crash"], "right before or right after a commit, and the step done again"),
        ("refused_steps", counts["refused"], "with a clear word, as they should be"),
        ("repeated_requests", counts["again"] + counts["other"], "same key, with the same or other parameters"),
        ("equal_requests_at_once", rush["steps"], f"{_money_checks.CROWD} at a time, {_money_checks.THREADS} connections"),
        ("steps_per_second", f"{sum(said['steps'] for said in told) / seconds:.0f}", f"{seconds:.0f} seconds"),
        ("transfers", written, "left by all of it"),
        ("transfers_per_second", f"{service:.0f}", "the service: locks, guards, same key"),
        ("bare_transfers_per_second", f"{bare:.0f}", "INSERT, INSERT, UPDATE, COMMIT of the same rows"),
        ("ratio", f"{bare / service:.2f}", "a transfer costs this times bare SQL"),
    ]  # fmt: skip
    for name, value, note in rows:
        print(f"{name:26}{value!s:>10}  {note}")
    print("\nsteps by kind: " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items())))
    for words in broken[:20]:
        print(f"BROKEN: {words}")
    print()
    for name, value, _note in rows:
        print(f"{name}={value}")
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
