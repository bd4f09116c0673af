"""What `script/bench ledger` looks at besides the steps: the whole books, a crowd at once, and bare SQL."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import psycopg2
from django.db import connection, connections
from django.db.models import Sum

from accounts.models import User
from benchmarks._money import START
from campus.models import Campus
from core import clock, outbox
from core.db import repeatable_read
from core.errors import DomainError
from payments import gateways, services
from payments.gateways import BadCallback, Line
from payments.gateways.sandbox import cashier as sandbox
from payments.models import Account, Payment, Refund, SandboxBill, SandboxRefund, SandboxTransfer, Transfer
from payments.reconciliation.bill import compare
from payments.reconciliation.books import invariant_violations, stuck

CROWD, THREADS = 200, 20
LOOK_EVERY = 15  # seconds
END = START + timedelta(days=3650)


def fill() -> None:
    campus = Campus.objects.create(code="bench", name="Bench", lat=31.0, lon=121.0)
    people = [User(username=f"bench{n}", name=f"Bench {n}", campus=campus) for n in range(400)]
    User.objects.bulk_create(people)


def audit(done, results) -> None:
    """Look over the whole books in one snapshot, again and again while others write."""
    broken, times = [], 0
    while not done.wait(LOOK_EVERY):
        with repeatable_read():
            broken += [f"meanwhile: {fault.words}" for fault in invariant_violations()]
        times += 1
    results.put({"broken": broken, "steps": times, "counts": None})


# -- A crowd at once -----------------------------------------------------------------------------------------


def rush(times: int) -> dict:
    """So many times two hundred equal requests at once: each moves money once, and every answer is the same one."""
    broken = []
    with outbox.deferred_delivery(), clock.simulated(END):
        for number in range(times):
            for scene in (_pays, _gets_back, _is_compensated, _is_told, _withdraws):
                broken += scene(number)
    return {"broken": broken, "steps": times * 5 * CROWD}


def _crowd(request) -> list:
    """The answers of two hundred who ask at the same moment, through as many connections as there are threads."""
    start = Barrier(THREADS)

    def several(_number: int) -> list:
        outbox._local.deferred = True
        connection.ensure_connection()
        start.wait()
        answers = []
        for _time in range(CROWD // THREADS):
            try:
                answers.append(request())
            except (DomainError, BadCallback) as error:
                answers.append(type(error))
        connections.close_all()
        return answers

    with ThreadPoolExecutor(THREADS) as pool:
        return [answer for answers in pool.map(several, range(THREADS)) for answer in answers]


def _once(scene: str, code: str, fen: int, answers: list) -> list[str]:
    """The account gained `fen` since it was `before`, and there is one answer."""
    there = Account.objects.get(code=code).balance
    wrong = [f"{scene}: {code} has {there} fen, expected {fen}"] if there != fen else []
    return wrong + ([f"{scene}: {len(set(answers))} answers"] if len(set(answers)) != 1 else [])


def _somebody(number: int, fen: int) -> tuple[User, Campus]:
    """A person with exactly this in the wallet."""
    campus = Campus.objects.get()
    user = User.objects.create(username=f"rush-{number}-{time.monotonic_ns()}", campus=campus)
    services.transfer(
        key=f"rush:{user.pk}", reason="gift",
        moves=[
            (services.account("promotion_cost", campus=campus), -fen),
            (services.account("wallet", user=user), fen),
        ],
    )  # fmt: skip
    return user, campus


def _order(number: int, gateway: str = "wallet") -> tuple[User, Campus, Payment]:
    user, campus = _somebody(number, 5000)
    payment = services.start_payment(
        key=f"R{user.pk}",
        ref=f"R{user.pk}",
        purpose="order",
        user=user,
        campus=campus,
        amount=1000,
        gateway=gateway,
    )
    return user, campus, payment


def _pays(number: int) -> list[str]:
    user, campus = _somebody(number, 1500)
    asked = {"purpose": "order", "user": user, "campus": campus, "amount": 1000, "gateway": "wallet"}
    answers = _crowd(lambda: services.start_payment(key=f"P{user.pk}", ref=f"P{user.pk}", **asked).pk)
    return _once("pays", f"wallet:{user.pk}", 500, answers)


def _gets_back(number: int) -> list[str]:
    user, _campus, payment = _order(number)
    answers = _crowd(
        lambda: tuple(
            one.pk for one in services.refund(key=f"R{user.pk}", ref=payment.ref, amount=300, reason="rush")
        )
    )
    return _once("gets back", f"wallet:{user.pk}", 4300, answers)


def _is_compensated(number: int) -> list[str]:
    user, campus, payment = _order(number)
    asked = {"ref": payment.ref, "user": user, "campus": campus, "amount": 700}
    answers = _crowd(lambda: services.compensate(key=f"C{user.pk}", **asked).pk)
    return _once("is compensated", f"wallet:{user.pk}", 4700, answers)


def _is_told(number: int) -> list[str]:
    """The same callback two hundred times: one is taken, the others were told before."""
    user, _campus, payment = _order(number, gateway="sandbox")
    gateways.get("sandbox").create(payment)
    headers, body = sandbox.callback_of(sandbox.pay_bill(SandboxBill.objects.get(payment_no=payment.no).no))
    answers = _crowd(lambda: services.take_callback(gateway="sandbox", headers=headers, body=body).pk)
    taken = [answer for answer in answers if answer == payment.pk]
    wrong = [] if len(taken) == 1 else [f"is told: taken {len(taken)} times"]
    return wrong + _once("is told", f"escrow:R{user.pk}", 1000, [None])


def _withdraws(number: int) -> list[str]:
    user, campus = _somebody(number, 1500)
    payee = services.Payee("sandbox", "Bench", "6222000011111234")
    asked = {"user": user, "campus": campus, "source": "wallet", "amount": 1000, "payee": payee}
    answers = _crowd(lambda: services.request_withdrawal(key=f"W{user.pk}", **asked).pk)
    return _once("withdraws", f"wallet:{user.pk}", 500, answers)


# -- The end -------------------------------------------------------------------------------------------------


def close_books() -> list[str]:
    """Bring everything that is on its way to its end; then our books and the cashier's must agree to the fen."""
    with outbox.deferred_delivery(), clock.simulated(END) as simulated:
        for _round in range(200):
            sweeps = (services.query_stuck, services.send_refunds, services.send_withdrawals)
            for sweep in sweeps:
                sweep(now=simulated.time, batch=500)
            simulated.advance(hours=2)
            waiting = Payment.objects.filter(query_at__isnull=False).exists()
            if not waiting and not Refund.objects.exclude(status="done").exists():
                break
        found = [fault.words for fault in invariant_violations()]
        found += [f"{fault.kind} {fault.no}" for fault in stuck(simulated.time)]
        lines = [
            Line(Line.PAY, no, fen)
            for no, fen in SandboxBill.objects.filter(status="paid").values_list("payment_no", "amount")
        ] + [
            Line(Line.REFUND, no, fen) for no, fen in SandboxRefund.objects.values_list("refund_no", "amount")
        ]
        since, until = START - timedelta(days=1), simulated.time + timedelta(days=1)
        found += [
            f"cashier and books: {fault}"
            for fault in compare(gateway="sandbox", lines=lines, since=since, until=until)
        ]
        return found + _cashiers_money()


def _cashiers_money() -> list[str]:
    paid = SandboxBill.objects.filter(status="paid").aggregate(fen=Sum("amount"))["fen"] or 0
    back = SandboxRefund.objects.aggregate(fen=Sum("amount"))["fen"] or 0
    out = SandboxTransfer.objects.aggregate(fen=Sum("amount"))["fen"] or 0
    ours = services.balance("gateway", gateway="sandbox")
    return (
        []
        if ours == back + out - paid
        else [f"the cashier holds {paid - back - out} fen, our books say {-ours}"]
    )


def written() -> int:
    return Transfer.objects.count()


# -- Bare SQL ------------------------------------------------------------------------------------------------


def beside_bare_sql(url: str, sample: int) -> tuple[float, float]:
    """Transfers a second: (by the service, by bare SQL). The newest transfers of the run, turned round, newest first:
    money goes back the way it came, so nobody is overdrawn on the way."""
    newest = Transfer.objects.order_by("-pk").prefetch_related("entries__account")[:sample]
    turned = [(t.pk, t.ref, [(e.account, -e.amount) for e in t.entries.all()]) for t in newest]
    with connection.cursor() as cursor:
        for table in ("account", "transfer", "entry"):
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE payments_{table} INCLUDING ALL)")
        cursor.execute("INSERT INTO bare_account SELECT * FROM payments_account")
    done = []
    with outbox.deferred_delivery():
        began = time.perf_counter()
        for pk, ref, moves in turned:
            try:
                services.transfer(key=f"turned:{pk}", reason="gift", ref=ref, moves=moves)
            except DomainError:  # two processes had committed in another order than they had begun
                continue
            done.append((f"turned:{pk}", ref, [(row.pk, fen) for row, fen in moves]))
        seconds = time.perf_counter() - began
    return len(done) / seconds, len(done) / _bare(url, done)


def _bare(url: str, rows: list) -> float:
    """Seconds for the same rows, one transaction each."""
    server = psycopg2.connect(url)
    try:
        with server.cursor() as cursor:
            began = time.perf_counter()
            for key, ref, moves in rows:
                cursor.execute(
                    "INSERT INTO bare_transfer (key, reason, ref, note, created_at)"
                    " VALUES (%s, 'gift', %s, '', now()) RETURNING id",
                    (key, ref),
                )
                (number,) = cursor.fetchone()
                cursor.execute(
                    "INSERT INTO bare_entry (transfer_id, account_id, amount) VALUES "
                    + ", ".join(["(%s, %s, %s)"] * len(moves)),
                    [value for account_id, fen in moves for value in (number, account_id, fen)],
                )
                for account_id, fen in sorted(moves):
                    cursor.execute(
                        "UPDATE bare_account SET balance = balance + %s WHERE id = %s", (fen, account_id)
                    )
                server.commit()
            return time.perf_counter() - began
    finally:
        server.close()
