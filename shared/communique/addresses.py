"""Which addresses of the internet may be visited."""

import fnmatch
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries (RFC 6890), as a table of our own: what `ipaddress`
# calls global changes between versions of Python.
_CLOSED_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; metadata of Alibaba
            "127.0.0.0/8",
            "168.63.129.16/32",  # metadata of Azure, on a public address
            "169.254.0.0/16",  # link-local; metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",  # metadata of Oracle
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and the broadcast address
        ],
    )
)
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")  # all global unicast there is, RFC 4291
_CLOSED_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        [
            "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
            "2001:db8::/32",
            "2002::/16",  # 6to4: hides an IPv4 address
            "3fff::/20",  # documentation, RFC 9637
        ],
    )
)
# These hold an IPv4 address in their last 32 bits, and go where that one goes.
_MAPPED = (
    ipaddress.IPv6Network("::ffff:0:0/96"),
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
)


def is_public(ip: str | IPAddress) -> bool:
    """
    Return whether `ip` is an address of the public internet.

    An IPv4 address inside an IPv6 one (mapped, NAT64) is judged as itself.

    Raises ValueError if `ip` is no address.
    """
    address = ipaddress.ip_address(ip) if isinstance(ip, str) else ip
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    if any(address in network for network in _MAPPED):
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _OPEN_V6 and not any(address in net for net in _CLOSED_V6)


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The private hosts and networks that an operator lets us reach."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    hosts: tuple[str, ...]

    @classmethod
    def of(cls, listed: Collection[str]) -> "Exceptions":
        """Return what `listed` names: networks by their form, the rest as hosts."""
        networks, hosts = [], []
        for item in listed:
            try:
                networks.append(ipaddress.ip_network(item.strip(), strict=False))
            except ValueError:
                hosts.append(item.strip().lower())
        return cls(tuple(networks), tuple(hosts))

    def allow(self, host: str, address: IPAddress) -> bool:
        """Return whether `host` may be reached at `address`, public or not."""
        return any(address in network for network in self.networks) or any(
            fnmatch.fnmatchcase(host.lower().rstrip("."), pattern)
            for pattern in self.hosts
        )
