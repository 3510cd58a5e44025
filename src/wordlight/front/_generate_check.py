"""The body of a ``generate`` or ``generate_stream`` request, checked against the contract.

Each input is a member of one flat JSON object: a value, or a list of values.
Source: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wordlight.errors import NotOneOf, TooLong, WrongType
from wordlight.front._config import Limits
from wordlight.front._ids import body_id
from wordlight.front._infer_check import check_values
from wordlight.front._json import n_counted
from wordlight.front._tensors import Asked, Model, check_complete

ID = "id"


def check_generate(model: Model, request: Mapping[str, Any], limits: Limits) -> Asked:
    """What the request asks.

    Raises:
        InvalidInput: It breaks the contract of the model.
    """
    known = {tensor.name: tensor for tensor in model.inputs}
    sizes = {}
    for name, value in request.items():
        if name == ID:
            continue
        if name not in known:
            raise NotOneOf("a member of the request", name, (ID, *known))
        tensor = known[name]
        values = value if isinstance(value, list) else [value]
        most = limits.elements if tensor.max_length is None else tensor.max_length
        n_values = n_counted(values)
        n_values = len(values) if n_values is None else n_values
        if tensor.is_list and n_values > most:
            raise TooLong(name, n_values, most, "elements")
        if not tensor.is_list and n_values != 1:
            raise WrongType(name, "a list", "one value")
        sizes[name] = check_values(tensor, values)
    check_complete(model, sizes)
    return Asked(body_id(request.get(ID)), sizes)
