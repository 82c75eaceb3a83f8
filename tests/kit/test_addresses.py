"""Tests of grouping client addresses for rate limits."""

import pytest

from kit.addresses import network_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.1", "203.0.113.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("::ffff:203.0.113.1", "203.0.113.1", True),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", False),
        ("unknown", "203.0.113.1", False),
        ("unknown", "unknown", True),
    ],
)
def test_an_ipv6_host_counts_by_its_64_bit_network(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same
