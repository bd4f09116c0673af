"""What a backup says of the money, and a restore must find again."""

from core.backups import examines
from payments.selectors import check_ledger

examines("ledger")(check_ledger)
