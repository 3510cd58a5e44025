"""What passes to Triton, and what is refused before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from front_server import LANGUAGE, Front, request

from wordlight.contract import F5_TTS, NARRATE, NARRATE_STREAM, WHISPERX


def text(name: str, value: str = "Hello.", **changes: Any) -> dict[str, Any]:
    return {"name": name, "shape": [1, 1], "datatype": "BYTES", "data": [value], **changes}


def binary(name: str, datatype: str, shape: list[int], size: int) -> dict[str, Any]:
    return {
        "name": name, "shape": shape, "datatype": datatype,
        "parameters": {"binary_data_size": size},
    }  # fmt: skip


def split(inputs: list[dict[str, Any]], data: bytes) -> tuple[bytes, dict[str, str]]:
    """A body of JSON and binary data, and the header that says where one ends."""
    head = json.dumps({"inputs": inputs}).encode()
    return head + data, {"Inference-Header-Content-Length": str(len(head))}


def bytes_of(*texts: str) -> bytes:
    """Texts as binary data."""
    encoded = [one.encode() for one in texts]
    return b"".join(len(one).to_bytes(4, "little") + one for one in encoded)


def test_a_good_request_passes_with_an_id_and_is_otherwise_unchanged(door: Front) -> None:
    sent = b' {"inputs" : [ %s ] }' % json.dumps(LANGUAGE).encode()

    answer = door.infer(sent)

    ((path, headers, body),) = door.upstream.came
    assert answer.status_code == 200
    assert answer.content == door.upstream.body
    assert path == "/v2/models/voices/infer"
    given = json.loads(body)["id"]
    assert body == sent.replace(b"{", b'{"id":"%s",' % given.encode(), 1)
    assert headers["content-length"] == str(len(body))
    assert "transfer-encoding" not in headers
    assert answer.headers["x-request-id"] == given


def test_binary_data_follows_unchanged(door: Front) -> None:
    tensors = [binary("LANGUAGE", "BYTES", [1, 1], 6)]
    sent, headers = split(tensors, bytes_of("en"))

    door.infer(sent, headers={**headers, "x-request-id": "mine"})

    ((_, came, body),) = door.upstream.came
    n_json = int(came["inference-header-content-length"])
    assert json.loads(body[:n_json]) == {"id": "mine", "inputs": tensors}
    assert body[n_json:] == bytes_of("en")


def test_an_unsized_body_passes_with_its_length(door: Front) -> None:
    sent = json.dumps(request(id="a")).encode()
    parts = (sent[at : at + 7] for at in range(0, len(sent), 7))

    url = f"{door.url}/v2/models/voices/infer"
    answer = door.client.post(url, content=parts)

    ((_, headers, body),) = door.upstream.came
    assert answer.status_code == 200
    assert body == sent
    assert headers["content-length"] == str(len(sent))
    assert "transfer-encoding" not in headers


def test_the_version_may_be_named(door: Front) -> None:
    url = f"{door.url}/v2/models/voices/versions"

    found = [door.client.post(f"{url}/{n}/infer", json=request()).status_code for n in (1, 2)]

    assert found == [200, 404]


KILLERS = {
    "a product that overflows": json.dumps(
        {"inputs": [{**LANGUAGE, "shape": [2**32, 2**32]}]}
    ).encode(),
    "2**31 elements without data": json.dumps(
        {"inputs": [{"name": "LANGUAGE", "datatype": "BYTES", "shape": [1, 2**31]}]}
    ).encode(),
    "40,000 lists": b'{"inputs":[{"name":"LANGUAGE","datatype":"BYTES","shape":[1,1],"data":'
    + b"[" * 40_000 + b"]" * 40_000 + b"}]}",
}  # fmt: skip


@pytest.mark.parametrize("sent", KILLERS.values(), ids=KILLERS.keys())
def test_what_kills_triton_is_refused(door: Front, sent: bytes) -> None:
    answer = door.infer(sent)

    assert answer.status_code == 400
    assert "\n→ " in answer.json()["error"]
    assert door.upstream.came == []


BAD: list[tuple[str, Any, str]] = [
    ("not JSON", b"{", "INVALID_INPUT: the request's JSON is not JSON"),
    ("not UTF-8", b'{"inputs":"\xff"}', "INVALID_INPUT: the request's JSON is not UTF-8"),
    ("UTF-16", json.dumps(request()).encode("utf-16"), "INVALID_INPUT"),
    ("a list", [], "INVALID_INPUT: the request's JSON is not an object"),
    ("NaN", b'{"inputs":[NaN]}', "INVALID_INPUT: the request's JSON has NaN"),
    ("two members of one name", b'{"inputs":[],"inputs":[]}', "names a member twice"),
    ("a number of 5,000 digits", b'{"id":%s}' % (b"1" * 5000), "a number that is too long"),
    ("no inputs", {}, "INVALID_INPUT: inputs is not a list"),
    ("an unknown member", request(model="x"), "NOT_ONE_OF: a member of the request's JSON"),
    ("an unknown input", {"inputs": [text("PITCH")]}, "NOT_ONE_OF: the input is 'PITCH'"),
    ("no input", {"inputs": []}, "INVALID_INPUT: inputs is empty"),
    ("two inputs of one", {"inputs": [LANGUAGE, LANGUAGE]}, "TOO_LONG: inputs is 2 elements"),
    ("another type", {"inputs": [{**LANGUAGE, "datatype": "FP32"}]}, "WRONG_TYPE: LANGUAGE"),
    ("no shape", {"inputs": [{**LANGUAGE, "shape": None}]}, "LANGUAGE has no shape"),
    ("a fraction", {"inputs": [{**LANGUAGE, "shape": [1, 1.0]}]}, "no list of whole numbers"),
    ("true", {"inputs": [{**LANGUAGE, "shape": [1, True]}]}, "no list of whole numbers"),
    ("negative", {"inputs": [{**LANGUAGE, "shape": [-1, -1]}]}, "no list of whole numbers"),
    ("many dimensions", {"inputs": [{**LANGUAGE, "shape": [1] * 99}]}, "at most 8 dimensions"),
    ("two rows", {"inputs": [{**LANGUAGE, "shape": [2, 1]}]}, "WRONG_SHAPE: LANGUAGE"),
    ("too many values", {"inputs": [{**LANGUAGE, "data": ["a", "b"]}]}, "has 2 elements"),
    ("a number", {"inputs": [{**LANGUAGE, "data": [1]}]}, "WRONG_TYPE: LANGUAGE is int"),
    ("a long text", {"inputs": [{**LANGUAGE, "data": ["x" * 17]}]}, "TOO_LONG: LANGUAGE is 17"),
    ("a surrogate", b'{"inputs":[%s]}' % json.dumps(text("LANGUAGE", "\ud800")).encode(),
     "WRONG_TYPE: LANGUAGE is not UTF-8"),
    ("shared memory",
     {"inputs": [{**LANGUAGE, "parameters": {"shared_memory_region": "r"}}]},
     "LANGUAGE is in shared memory"),
    ("data and binary data",
     {"inputs": [{**LANGUAGE, "parameters": {"binary_data_size": 6}}]}, "has both"),
    ("binary data that is missing", {"inputs": [binary("LANGUAGE", "BYTES", [1, 1], 6)]},
     "INVALID_INPUT: binary_data_size of all inputs is 6 together; 0 bytes follow"),
    ("a negative size", {"inputs": [binary("LANGUAGE", "BYTES", [1, 1], -6)]}, "whole number"),
    ("an unknown output", request(outputs=[{"name": "X"}]), "NOT_ONE_OF: the output is 'X'"),
    ("classification",
     request(outputs=[{"name": "NAMES", "parameters": {"classification": 3}}]),
     "NOT_ONE_OF: a member of the parameters of NAMES is 'classification'"),
    ("an unknown parameter", request(parameters={"sequence_id": 1}), "'sequence_id'"),
    ("a negative timeout", request(parameters={"timeout": -1}), "timeout is not a whole"),
    ("an id that is a number", request(id=5), "id is not a text"),
    ("an id of two lines", request(id="a\nb"), "cannot be printed"),
    ("a long id", request(id="x" * 257), "TOO_LONG: id is 257"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "says"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_what_breaks_the_contract_is_refused_by_name(door: Front, sent: Any, says: str) -> None:
    answer = door.infer(sent)

    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert door.upstream.came == []


def test_an_input_that_the_model_needs_is_named(door: Front) -> None:
    answer = door.infer({"inputs": [text("VOICE", "sky")]}, F5_TTS.name)

    assert answer.json()["error"].startswith("MISSING_INPUT: TEXT is missing: f5_tts needs it")


def test_an_input_given_twice_is_refused(door: Front) -> None:
    answer = door.infer({"inputs": [text("TEXT"), text("TEXT")]}, F5_TTS.name)

    assert "TEXT is given twice" in answer.json()["error"]


@pytest.mark.parametrize(
    ("tensor", "says"),
    [
        ({"name": "SPEED", "datatype": "FP32", "data": [9.5]}, "OUT_OF_RANGE: SPEED is 9.5"),
        ({"name": "NFE_STEPS", "datatype": "INT32", "data": [2**40]}, "OUT_OF_RANGE: NFE_STEPS"),
        ({"name": "NFE_STEPS", "datatype": "INT32", "data": [10**30]}, "WRONG_TYPE: NFE_STEPS"),
        ({"name": "NFE_STEPS", "datatype": "INT32", "data": [True]}, "WRONG_TYPE: NFE_STEPS"),
        ({"name": "SPEED", "datatype": "FP32", "data": [1e300]}, "NOT_FINITE: SPEED"),
        ({"name": "TASK", "datatype": "BYTES", "data": ["sing"]}, "NOT_ONE_OF: TASK is 'sing'"),
        ({"name": "TEXT", "datatype": "BYTES", "data": [" "]}, "EMPTY_TEXT: TEXT"),
    ],
)
def test_values_in_json_keep_every_limit(door: Front, tensor: Any, says: str) -> None:
    other = [] if tensor["name"] == "TEXT" else [text("TEXT")]

    answer = door.infer({"inputs": [*other, {"shape": [1, 1], **tensor}]}, F5_TTS.name)

    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_nested_data_is_counted_whole(door: Front) -> None:
    good = door.infer({"inputs": [{**LANGUAGE, "data": [["en"]]}]})
    bad = door.infer({"inputs": [{**LANGUAGE, "data": [["en", "de"]]}]})

    assert (good.status_code, bad.status_code) == (200, 400)


@pytest.mark.parametrize(
    ("data", "size", "says"),
    [
        (b"\xff\xff\xff\xff", 4, "lengths do not agree"),
        (b"\x01\0\0\0ab", 6, "lengths do not agree"),
        (b"\x05\0\0\0ab", 6, "lengths do not agree"),
        (b"\x01\0\0", 3, "has 1 elements and 3 bytes"),
        (b"\x45\0\0\0" + b"x" * 69, 73, "it must be from 4 to 68"),
    ],
)
def test_lengths_within_binary_data_are_checked(
    door: Front, data: bytes, size: int, says: str
) -> None:
    sent, headers = split([binary("LANGUAGE", "BYTES", [1, 1], size)], data)

    answer = door.infer(sent, headers=headers)

    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert door.upstream.came == []


def test_numbers_in_binary_data_agree_with_the_shape(door: Front) -> None:
    tensor = binary("REFERENCE_AUDIO", "FP32", [1, 3], 16)
    sent, headers = split([tensor], b"\0" * 16)

    answer = door.infer(sent, F5_TTS.name, headers=headers)

    assert "has 3 elements and 16 bytes; it must be 12" in answer.json()["error"]


def test_a_long_list_of_numbers_is_counted(door: Front) -> None:
    def asked(n_given: int) -> dict[str, Any]:
        audio = {"name": "AUDIO", "shape": [1, 9_000], "datatype": "FP32", "data": [0.5] * n_given}
        rate = {"name": "SAMPLE_RATE", "shape": [1, 1], "datatype": "INT32", "data": [16_000]}
        return {"inputs": [audio, rate]}

    good, bad = (door.infer(asked(n), WHISPERX.name) for n in (9_000, 9_001))
    texts = {"inputs": [{**LANGUAGE, "data": [0.5] * 9_000}]}

    assert good.status_code == 200
    assert json.loads(door.upstream.came[0][2])["inputs"] == asked(9_000)["inputs"]
    assert "AUDIO has 9,001 elements; its shape promises 9,000" in bad.json()["error"]
    assert door.infer(texts).status_code == 400


@pytest.mark.parametrize("length", ["0", "9999", "-1", "1e3", "9" * 30])
def test_a_wrong_length_of_the_json_is_refused(door: Front, length: str) -> None:
    answer = door.infer(request(), headers={"Inference-Header-Content-Length": length})

    assert answer.status_code == 400
    assert door.upstream.came == []


def test_an_ensemble_that_names_no_output_of_its_last_step_is_refused(door: Front) -> None:
    inputs = [text("TEXT")]

    bad = door.infer({"inputs": inputs, "outputs": [{"name": "AUDIO"}]}, NARRATE.name)
    good = door.infer({"inputs": inputs, "outputs": [{"name": "SRT"}]}, NARRATE.name)

    assert "outputs name none of the last step" in bad.json()["error"]
    assert good.status_code == 200


def test_a_stream_is_not_inferred(door: Front) -> None:
    answer = door.infer({"inputs": [text("TEXT")]}, NARRATE_STREAM.name)

    assert answer.status_code == 404
    assert "generate_stream" in answer.json()["error"]


def test_a_compressed_body_is_refused(door: Front) -> None:
    answer = door.infer(b"x", headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 415


@pytest.mark.parametrize("model", ["nobody", "..%2f..%2fetc", "voices%00", "%F0%9F%99%82"])
def test_an_unknown_model_is_not_found(door: Front, model: str) -> None:
    answer = door.infer(request(), model)

    assert answer.status_code == 404
    assert answer.json()["error"].startswith(("MODEL_MISSING: ", "NO_SUCH_ROUTE: "))
    assert door.upstream.came == []
