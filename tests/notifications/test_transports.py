"""Messages that each transport sends for a delivery; the suite fails for a transport without cases here."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import LazySettings
from django.core import mail
from requests import ReadTimeout

from chat_api.notifications import transports
from chat_api.notifications.models import NotificationDelivery, PushDevice
from chat_api.notifications.push_devices import register_device
from chat_api.notifications.transports import (
    ConsoleTransport,
    Delivery,
    EmailTransport,
    Transport,
    TransportError,
    TwilioSMSTransport,
    UniversalNotificationsTransport,
    UnreadMessage,
    WebPushTransport,
)
from tests.factories import ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

COVERED = {
    ConsoleTransport,
    EmailTransport,
    TwilioSMSTransport,
    UniversalNotificationsTransport,
    WebPushTransport,
}


def delivery_to(user: Any, *texts: str, **more: Any) -> Delivery:
    when = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    messages = [UnreadMessage(number, "Dora", text, when) for number, text in enumerate(texts or ("Hello",))]
    values: dict[str, Any] = {
        "id": 1,
        "user": user,
        "thread_id": 7,
        "thread_title": "Follow-up",
        "thread_type": "chat",
        "messages": messages,
        "count": len(messages),
        **more,
    }
    return Delivery(**values)


def outbox() -> list[Any]:
    return list(mail.outbox)


def test_every_transport_has_cases() -> None:
    shipped = {
        found
        for found in vars(transports).values()
        if isinstance(found, type) and issubclass(found, Transport) and found is not Transport
    }
    assert shipped == COVERED


def test_email_has_text_html_and_one_click_headers() -> None:
    address = "https://example.test/notifications/unsubscribe/token"
    user = UserFactory.create(email="bob@example.test")
    EmailTransport(from_email="clinic@example.test").send(
        delivery_to(user, "a < b", "two", unsubscribe_url=address)
    )
    (sent,) = outbox()
    assert (sent.to, sent.from_email) == (["bob@example.test"], "clinic@example.test")
    assert sent.subject == "2 new messages Follow-up"
    assert "a < b" in sent.body
    assert address in str(sent.body)
    ((html, kind),) = [(str(part[0]), part[1]) for part in sent.alternatives]
    assert kind == "text/html"
    assert "a &lt; b" in html
    assert "&amp;lt;" not in html
    assert sent.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_unsubscribe_url_is_sent_unchanged() -> None:
    address = f"https://example.test/notifications/unsubscribe/{'token' * 40}"
    EmailTransport().send(delivery_to(UserFactory.create(), unsubscribe_url=address))
    raw = outbox()[0].message().as_bytes().decode()
    assert re.search(r"^List-Unsubscribe:\s+(\S+)$", raw, re.MULTILINE)[1] == f"<{address}>"  # type: ignore[index]


def test_email_without_an_unsubscribe_url_has_no_such_headers() -> None:
    EmailTransport().send(delivery_to(UserFactory.create()))
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_title_cannot_add_headers() -> None:
    EmailTransport().send(delivery_to(UserFactory.create(), thread_title="x\r\nBcc: mallory@example.test"))
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert message["Subject"] == "1 new message x Bcc: mallory@example.test"


def test_email_is_in_the_language_of_the_receiver(settings: LazySettings) -> None:
    settings.LANGUAGE_CODE = "de"
    EmailTransport().send(delivery_to(UserFactory.create(), language="fr"))
    assert '<html lang="fr">' in str(outbox()[0].alternatives[0][0])


@pytest.mark.parametrize("email", ["", "no e-mail\naddress"])
def test_email_to_an_invalid_email_address_is_not_retried(email: str) -> None:
    with pytest.raises(TransportError) as refused:
        EmailTransport().send(delivery_to(UserFactory.build(email=email)))
    assert refused.value.permanent
    assert mail.outbox == []


def test_console_prints_the_notification(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleTransport().send(delivery_to(UserFactory.create(username="bob"), "Hello"))
    assert capsys.readouterr().out == "To bob: 1 new message. Dora: Hello\n"


def test_universal_notification_class_gets_the_delivery() -> None:
    received: list[Any] = []

    class Notification:
        def __init__(self, item: Any, receivers: list[Any], context: dict[str, Any]) -> None:
            self.arguments = (item, receivers, context)

        def send(self) -> None:
            received.append(self.arguments)

    user = UserFactory.create()
    row = NotificationDelivery.objects.create(
        thread=ThreadFactory.create(),
        user=user,
        transport="email",
        first_message=1,
        last_message=1,
        due=datetime(2026, 11, 23, tzinfo=UTC),
    )
    delivery = delivery_to(user, id=row.pk)
    UniversalNotificationsTransport(notification=Notification).send(delivery)
    assert received == [(row, [user], {"delivery": delivery})]


class TwilioHTTP:
    """A fake HTTP client for the client of Twilio."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.requests: list[dict[str, Any]] = []

    def request(self, method: str, uri: str, data: Any = None, **more: Any) -> Any:
        self.requests.append({"method": method, "uri": uri, "data": data})
        body = {"sid": "SM1", "message": "no", "code": 1, "status": self.status}
        return SimpleNamespace(
            status_code=self.status, text=json.dumps(body), headers={}, ok=self.status < 300
        )


def sms(http: TwilioHTTP) -> TwilioSMSTransport:
    return TwilioSMSTransport(account_sid="AC1", auth_token="token", from_="+15550100", http_client=http)


def test_sms_is_short_and_sent_to_the_phone_of_the_user(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"USER_PHONE": lambda user: "+15550123"}
    http = TwilioHTTP(201)
    sms(http).send(delivery_to(UserFactory.create(), "x" * 1000))
    (request,) = http.requests
    assert request["uri"].endswith("/Accounts/AC1/Messages.json")
    assert (request["data"]["To"], request["data"]["From"]) == ("+15550123", "+15550100")
    assert len(request["data"]["Body"]) == 320


@pytest.mark.parametrize(("status", "permanent"), [(400, True), (404, True), (429, False), (503, False)])
def test_refusal_of_twilio_is_permanent_or_temporary(
    settings: LazySettings, status: int, permanent: bool
) -> None:
    settings.CHAT_SETTINGS = {"USER_PHONE": lambda user: "+15550123"}
    with pytest.raises(TransportError) as refused:
        sms(TwilioHTTP(status)).send(delivery_to(UserFactory.create()))
    assert refused.value.permanent is permanent


def test_request_to_twilio_has_a_timeout(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CHAT_SETTINGS = {"USER_PHONE": lambda user: "+15550123"}
    timeouts: list[float | None] = []

    def send(self: Any, request: Any, **more: Any) -> Any:
        timeouts.append(more["timeout"])
        raise ReadTimeout

    monkeypatch.setattr("requests.Session.send", send)
    transport = TwilioSMSTransport(account_sid="AC1", auth_token="token", from_="+15550100")
    with pytest.raises(TransportError) as refused:
        transport.send(delivery_to(UserFactory.create()))
    assert timeouts != [None]
    # The message may have been sent, so it is not sent again.
    assert refused.value.permanent


def test_user_without_a_phone_gets_no_sms() -> None:
    http = TwilioHTTP(201)
    with pytest.raises(TransportError) as refused:
        sms(http).send(delivery_to(UserFactory.create()))
    assert refused.value.permanent
    assert http.requests == []


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.fixture
def push_service(settings: LazySettings) -> Iterator[Any]:
    """A local push service: its `.url`, received `.requests`, and the `.status` of its responses."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.requests.append((self.path, headers, body))
            self.send_response(service.status)
            if service.status == 302:
                self.send_header("Location", f"{service.url}/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    service = SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", requests=[], status=201)
    settings.CHAT_SETTINGS = {"WEB_PUSH_SERVICES": [service.url]}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


AUTH = b"sixteen bytes ok"


def public(key: ec.EllipticCurvePrivateKey) -> str:
    return encoded(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def web_push() -> WebPushTransport:
    key = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big")
    return WebPushTransport(vapid_private_key=encoded(key), vapid_subject="mailto:clinic@example.test")


def test_push_can_be_decrypted_by_the_device_only(push_service: Any, browser: Any) -> None:
    user = UserFactory.create()
    register_device(user=user, endpoint=f"{push_service.url}/1", p256dh=public(browser), auth=encoded(AUTH))
    web_push().send(delivery_to(user, "secret words"))
    ((path, headers, body),) = push_service.requests
    assert path == "/1"
    assert b"secret" not in body
    assert headers["topic"] == "thread-7"
    assert headers["authorization"].startswith("vapid ")
    shown = json.loads(http_ece.decrypt(body, private_key=browser, auth_secret=AUTH, version="aes128gcm"))
    assert shown == {
        "title": "1 new message Follow-up",
        "body": "1 new message. Dora: secret words",
        "thread": 7,
        "count": 1,
    }


def test_push_fits_the_limit_of_push_services(push_service: Any, browser: Any) -> None:
    user = UserFactory.create()
    register_device(user=user, endpoint=f"{push_service.url}/1", p256dh=public(browser), auth=encoded(AUTH))
    web_push().send(delivery_to(user, "\U0001f642" * 1000, thread_title="\U0001f642" * 255))
    ((_, _, body),) = push_service.requests
    assert len(body) <= 4096


@pytest.mark.parametrize(
    ("status", "permanent", "kept"),
    [(404, True, 0), (410, True, 0), (400, True, 1), (429, False, 1), (503, False, 1), (302, False, 1)],
)
def test_refusal_of_a_push_service_is_permanent_or_temporary(
    push_service: Any, browser: Any, status: int, permanent: bool, kept: int
) -> None:
    user = UserFactory.create()
    register_device(user=user, endpoint=f"{push_service.url}/1", p256dh=public(browser), auth=encoded(AUTH))
    push_service.status = status
    with pytest.raises(TransportError) as refused:
        web_push().send(delivery_to(user))
    assert refused.value.permanent is permanent
    assert PushDevice.objects.count() == kept
    assert [path for path, _, _ in push_service.requests] == ["/1"]


def test_one_accepting_device_is_enough(push_service: Any, browser: Any, settings: LazySettings) -> None:
    user = UserFactory.create()
    for name in ("1", "2"):
        register_device(
            user=user, endpoint=f"{push_service.url}/{name}", p256dh=public(browser), auth=encoded(AUTH)
        )
    PushDevice.objects.filter(endpoint__endswith="/1").update(endpoint="http://169.254.169.254/latest")
    web_push().send(delivery_to(user))
    assert [path for path, _, _ in push_service.requests] == ["/2"]


def test_user_without_a_device_gets_no_push() -> None:
    with pytest.raises(TransportError) as refused:
        web_push().send(delivery_to(UserFactory.create()))
    assert refused.value.permanent
