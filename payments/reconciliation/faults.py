"""What a comparison finds."""

from dataclasses import dataclass, field

from payments.models import Discrepancy

Kind = Discrepancy.Kind


@dataclass(frozen=True, order=True)
class Fault:
    """`no` is the number of the payment, refund or order, the code of the account or the key of the transfer that is
    concerned; `fen` what is at stake (there less here, where both have an amount); `ref` the order, if there is one."""

    kind: str
    no: str
    fen: int
    ref: str = field(default="", compare=False)
    words: str = field(default="", compare=False)  # for developers and logs
