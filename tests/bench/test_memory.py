"""The table of bench.memory."""

from bench.memory import table

SHOWN = """resident memory by minute

| MB     |   0 |   1 |   2 | from 1 on |
|--------|----:|----:|----:|----------:|
| auth   | 100 | 110 | 113 |      +2.6 |
| report |  90 |  90 |  90 |      -0.5 |"""


def test_growth_is_that_of_the_last_half() -> None:
    auth, report = (100.2, 110.1, 112.7), (90.0, 90.4, 89.9)
    seen = [{"auth": {"resident": one}, "report": {"resident": two}} for one, two in zip(auth, report, strict=True)]
    assert str(table("resident", seen)) == SHOWN
