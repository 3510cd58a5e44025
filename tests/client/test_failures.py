"""Refusals from the wire become errors of our own tree."""

from __future__ import annotations

import pytest
from wordlight_client._words import REFUSALS
from wordlight_client.transport._address import Address
from wordlight_client.transport._failures import failure

from wordlight.errors import (
    BY_CODE,
    DeadlineExceeded,
    EmptyText,
    InvalidInput,
    ModelMissing,
    ProxyRefused,
    RequestRefused,
    ServerBusy,
    ServerError,
    ServerUnreachable,
    UnknownVoice,
    WordlightError,
    WrongProtocol,
)

HERE = Address("grpc", "h:8001")
UNAVAILABLE = "StatusCode.UNAVAILABLE"
INVALID = "StatusCode.INVALID_ARGUMENT"
PREFIXES = [
    "",
    "in ensemble 'narrate', ",
    "[request id: <id_unknown>] ",
    "[request id: 7] in ensemble 'caption', ",
    "Failed to process the request(s) for model instance 'f5_tts_0_0', message: ",
    "in ensemble 'narrate', Failed to process the request(s) for model 'f5_tts', message: ",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("code", sorted(BY_CODE.keys() - {"ERROR"}))
def test_every_code_of_ours_is_the_same_error_again(code: str, prefix: str) -> None:
    error = failure(f"{prefix}{code}: TEXT is wrong, and: so on", INVALID, HERE)

    assert type(error) is BY_CODE[code]
    said = "text" if isinstance(error, REFUSALS) else "TEXT"  # of weights and volumes nobody asks
    assert str(error) == f"{said} is wrong, and: so on"
    assert error.remedy


def test_a_real_error_survives_the_wire_with_all_its_words() -> None:
    sent = UnknownVoice("EMPTY_TEXT: ha", ("heart", "sky"))

    error = failure(sent.wire, "StatusCode.NOT_FOUND", HERE)

    assert type(error) is UnknownVoice
    assert str(error) == str(sent).replace("VOICE", "voice", 1)
    assert error.remedy


def test_a_code_in_the_users_text_never_wins_over_the_servers() -> None:
    assert type(failure(EmptyText("TOO_LONG: x").wire, "400", HERE)) is EmptyText


@pytest.mark.parametrize(
    ("message", "status", "kind"),
    [
        ("Exceeds maximum queue size", UNAVAILABLE, ServerBusy),
        ("[request id: 3] Exceeds maximum queue size", "503", ServerBusy),
        ("in ensemble 'narrate', Request timeout expired", UNAVAILABLE, ServerBusy),
        ("failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:9: "
         "Failed to connect to remote host: connect: Connection refused (111)", UNAVAILABLE,
         ServerUnreachable),
        ("errors resolving nohost.invalid:1: [lookup error]", UNAVAILABLE, ServerUnreachable),
        ("Socket closed", UNAVAILABLE, ServerUnreachable),
        ("Trying to connect an http1.x server", UNAVAILABLE, WrongProtocol),
        ("Deadline Exceeded", "StatusCode.DEADLINE_EXCEEDED", DeadlineExceeded),
        ("unexpected shape for input 'AUDIO' for model 'whisperx'. Expected [-1,-1], got [3]. ",
         INVALID, RequestRefused),
        ("unexpected inference input 'X' for model 'narrate'", "400", RequestRefused),
        ("Request for unknown model: 'narrate' is not found", "StatusCode.NOT_FOUND", ModelMissing),
        ("Request for unknown model: 'narrate' is not ready", UNAVAILABLE, ModelMissing),
        ("This protocol is restricted, expecting header 'triton-x'", UNAVAILABLE, ServerError),
        ("an exception occurred in the client while decoding the response: …", "503",
         ProxyRefused),
        ("an exception occurred in the client while decoding the response: …", "404", ServerError),
        ("Stub process 'f5_tts_0' is not healthy.", "StatusCode.INTERNAL", ServerError),
        ("", None, ServerError),
    ],
)  # fmt: skip
def test_what_has_no_code_goes_by_its_status_and_words(
    message: str, status: str | None, kind: type[WordlightError]
) -> None:
    assert type(failure(message, status, HERE)) is kind


def test_tritons_own_sentence_is_kept_without_its_prefixes() -> None:
    error = failure("[request id: 7] in ensemble 'narrate', bad shape", INVALID, HERE)

    assert str(error) == "bad shape"


def test_a_stubs_traceback_is_left_out() -> None:
    message = "RuntimeError: boom\n\nAt:\n  /srv/f5_tts/1/model.py(22): execute\n"

    assert str(failure(message, "StatusCode.INTERNAL", HERE)) == "RuntimeError: boom"


def test_a_deadline_names_the_time_that_was_given() -> None:
    error = failure("Deadline Exceeded", "StatusCode.DEADLINE_EXCEEDED", HERE, 2.5)

    assert str(error) == "h:8001 gave no answer within 2.5 s"


def test_an_unreachable_server_says_where_and_what_to_do() -> None:
    error = failure("Connection refused", UNAVAILABLE, HERE)

    assert str(error) == "nothing answers at h:8001"
    assert "start one with `wordlight serve` and wait until it says READY" in error.remedy


def test_what_goes_by_its_words_belongs_to_the_same_families_as_ever() -> None:
    assert issubclass(RequestRefused, InvalidInput)
    assert issubclass(WrongProtocol, ServerUnreachable)
    assert issubclass(ProxyRefused, ServerUnreachable)


def test_a_remedy_of_a_server_is_told_apart_from_what_triton_puts_behind_it() -> None:
    sent = EmptyText("TEXT").wire

    error = failure(f"in ensemble 'narrate', {sent}\n\nAt:\n  model.py(3): execute", INVALID, HERE)

    assert str(error) == "text holds no letter or digit to speak"
    assert error.remedy == EmptyText.advice
