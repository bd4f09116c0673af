"""Numbers that people may be told, and not shown whole."""


def mask_account(number: str) -> str:
    """13812342046 → 138****2046, 6222020200112233 → **** 2233, lin@example.org → l***@example.org: the only form in
    which a payee's account appears outside finance's export."""
    name, at, host = number.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    if number.isdecimal() and len(number) == 11:
        return f"{number[:3]}****{number[-4:]}"
    return f"**** {number[-4:]}" if len(number) > 6 else f"***{number[-1:]}"
