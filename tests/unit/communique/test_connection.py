"""How clients reach Kafka: what settings make of it, refuse and hide."""

import ssl
import subprocess

import pytest

from communique.connection import KafkaConnection
from communique.errors import UsageError
from communique.settings import KafkaSettings
from tests.certificates import make_certificate

SECRET = "correct horse battery staple"

SASL = {
    "SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "SASL_USERNAME": "communique.feed-poller",
    "SASL_PASSWORD": SECRET,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def setting(monkeypatch):
    def set_all(values):
        for name, value in values.items():
            monkeypatch.setenv(f"COMMUNIQUE_KAFKA_{name}", str(value))

    return set_all


def test_without_a_word_kafka_is_spoken_to_in_the_clear():
    assert KafkaSettings().connection.client_options() == {
        "bootstrap_servers": ["localhost:9092"],
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
    }


def test_several_servers_are_separated_by_commas():
    assert KafkaConnection("a:1, b:2").servers == ["a:1", "b:2"]


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_user_says_who_it_is_by_the_mechanism_of_the_settings(setting, mechanism):
    setting(SASL | {"SASL_MECHANISM": mechanism})
    options = KafkaSettings().connection.client_options()
    assert options["security_protocol"] == "SASL_PLAINTEXT"
    assert options["sasl_mechanism"] == mechanism
    assert options["sasl_plain_username"] == "communique.feed-poller"
    assert options["sasl_plain_password"] == SECRET
    assert options["ssl_context"] is None


def test_over_tls_the_certificate_and_the_name_of_the_server_are_checked(
    setting, server
):
    setting(SASL | {"SECURITY_PROTOCOL": "SASL_SSL", "SSL_CAFILE": server.certificate})
    context = KafkaSettings().connection.client_options()["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1


@pytest.mark.parametrize("apart", [True, False], ids=["two files", "one file"])
def test_a_client_may_show_a_certificate_of_its_own(setting, server, tmp_path, apart):
    both = tmp_path / "both.pem"
    both.write_text(server.pem)
    files = (
        {"SSL_CERTFILE": server.certificate, "SSL_KEYFILE": server.key}
        if apart
        else {"SSL_CERTFILE": both}
    )
    setting({"SECURITY_PROTOCOL": "SSL", **files})
    assert KafkaSettings().connection.client_options()["ssl_context"] is not None


@pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["none", "lf", "crlf"])
def test_a_password_may_stand_in_a_file_whose_last_newline_does_not_count(
    setting, tmp_path, end
):
    path = tmp_path / "password"
    path.write_text(f" {SECRET} {end}", newline="")
    setting(
        {k: v for k, v in SASL.items() if k != "SASL_PASSWORD"}
        | {"SASL_PASSWORD_FILE": path}
    )
    options = KafkaSettings().connection.client_options()
    assert options["sasl_plain_password"] == f" {SECRET} "


REFUSED = {
    "no user": (
        {"SECURITY_PROTOCOL": "SASL_SSL"},
        "KAFKA_SECURITY_PROTOCOL=SASL_SSL needs COMMUNIQUE_KAFKA_SASL_USERNAME",
    ),
    "no password": (
        {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": "u"},
        "COMMUNIQUE_KAFKA_SASL_PASSWORD_FILE",
    ),
    "a user that nobody hears of": (
        {"SASL_USERNAME": "u", "SASL_PASSWORD": SECRET},
        "count for nothing with COMMUNIQUE_KAFKA_SECURITY_PROTOCOL=PLAINTEXT",
    ),
    "a user over TLS that nobody hears of": (
        {"SECURITY_PROTOCOL": "SSL", "SASL_USERNAME": "u", "SASL_PASSWORD": SECRET},
        "count for nothing with COMMUNIQUE_KAFKA_SECURITY_PROTOCOL=SSL",
    ),
    "an authority for nothing": (
        {"SSL_CAFILE": __file__},
        "set it to SASL_SSL or SSL",
    ),
    "an authority that is none": (
        {"SECURITY_PROTOCOL": "SSL", "SSL_CAFILE": __file__},
        "has no certificates in PEM",
    ),
    "a certificate that is none": (
        {"SECURITY_PROTOCOL": "SSL", "SSL_CERTFILE": __file__},
        "no certificate and its unencrypted key",
    ),
    "a key alone": (
        {"SECURITY_PROTOCOL": "SSL", "SSL_KEYFILE": __file__},
        "COMMUNIQUE_KAFKA_SSL_KEYFILE needs COMMUNIQUE_KAFKA_SSL_CERTFILE",
    ),
    "a password twice": (
        SASL | {"SASL_PASSWORD_FILE": __file__},
        "Set COMMUNIQUE_KAFKA_SASL_PASSWORD or COMMUNIQUE_KAFKA_SASL_PASSWORD_FILE",
    ),
    "a file that is not there": (
        {"SASL_PASSWORD_FILE": "/nowhere/at/all"},
        "/nowhere/at/all, which cannot be read: No such file or directory.",
    ),
    "a file that is empty": ({"SASL_PASSWORD_FILE": "/dev/null"}, "which is empty."),
}


@pytest.mark.parametrize(("values", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_contradicts_itself_is_said_in_one_sentence(setting, values, sentence):
    setting(values)
    with pytest.raises(UsageError) as caught:
        KafkaSettings()
    assert sentence in str(caught.value)
    assert SECRET not in str(caught.value)


def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_its_password(
    setting, server, tmp_path
):
    locked = tmp_path / "locked.key"
    subprocess.run(
        [
            *("openssl", "rsa", "-aes128", "-passout", "pass:x"),
            *("-in", str(server.key), "-out", str(locked)),
        ],
        check=True,
        capture_output=True,
    )
    setting(
        {
            "SECURITY_PROTOCOL": "SSL",
            "SSL_CERTFILE": server.certificate,
            "SSL_KEYFILE": locked,
        }
    )
    with pytest.raises(UsageError, match="unencrypted key"):
        KafkaSettings()


def test_no_password_is_shown_by_settings_or_connection(setting):
    setting(SASL)
    settings = KafkaSettings()
    shown = [repr(settings), str(settings), settings.model_dump_json()]
    shown += [repr(settings.connection), str(settings.connection)]
    assert not [text for text in shown if SECRET in text]
