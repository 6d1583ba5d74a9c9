"""What a server answered, read in the form that a command expects."""

from typing import Any, TypeVar

import msgspec

from cure.errors import SourceError

Form = TypeVar("Form")


def read_answer(answer: Any, form: type[Form]) -> Form:  # noqa: ANN401 - JSON
    """Read an answer.

    Raises:
        SourceError: If it has another form: the server is of another version.
    """
    try:
        return msgspec.convert(answer, form)
    except msgspec.ValidationError as error:
        raise SourceError(f"the server answers in another form: {error}") from error
