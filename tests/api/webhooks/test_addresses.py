from ipaddress import ip_address

import pytest

from api.webhooks.addresses import check_url, checked_address
from pipeline.errors import BadInput


def stands_for(*addresses):
    return lambda host, port: [ip_address(address) for address in addresses]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "gopher://hooks.example.com",
        "http://",
        "https://user:pass@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://[::1",
        "https://hooks.example.com/\nHost: x",
    ],
)
def test_what_is_no_address_for_a_webhook(url):
    with pytest.raises(BadInput):
        check_url(url)


def test_the_port_is_given_or_that_of_the_scheme():
    assert check_url("https://a.example/x") == ("a.example", 443)
    assert check_url("http://a.example:81/x") == ("a.example", 81)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_this_machine_and_private_networks_are_refused_unless_a_setting_allows_them(address):
    with pytest.raises(BadInput, match="BUYERSPEAK_WEBHOOKS_TO_PRIVATE"):
        checked_address("https://a.example/", resolve=stands_for("93.184.215.14", address), private_too=False)
    allowed = checked_address("https://a.example/", resolve=stands_for(address), private_too=True)
    assert allowed == ip_address(address)


def test_the_open_internet_is_allowed():
    for address in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        found = checked_address("https://a.example/", resolve=stands_for(address), private_too=False)
        assert found == ip_address(address)


def test_a_host_that_is_not_found_is_told():
    def nowhere(host, port):
        raise OSError("Name or service not known")

    with pytest.raises(BadInput, match="not found"):
        checked_address("https://a.example/", resolve=nowhere, private_too=False)
