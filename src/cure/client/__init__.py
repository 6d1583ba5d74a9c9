"""A Python client: publish findings to a running server, and ask it.

>>> from cure import Client
>>> with Client("http://127.0.0.1:8080") as cure:  # doctest: +SKIP
...     cure.publish("my-sensor", [{"observables": [{"topic": "ip", "value": "192.0.2.1"}]}])
...     cure.card("192.0.2.1")["sources"]
"""

from cure.client.asking import Asking
from cure.client.being_told import BeingTold
from cure.client.connection import Json as Json
from cure.client.connection import UnknownValueError as UnknownValueError
from cure.client.connection import When as When
from cure.client.deriving import Deriving
from cure.client.publishing import BATCH_FINDINGS as BATCH_FINDINGS
from cure.client.publishing import Publishing


class Client(Publishing, Asking, Deriving, BeingTold):
    """A connection to a server. Answers are what it sends, as `dict` and `list`.

    Every method raises the errors of `cure.errors`: `MalformedError` for a question that cannot
    be read, `NotKnownError` where there is nothing to tell, `LogError` where findings could not
    be kept, an `AccessError` where the key does not allow it, and `SourceError` if the server
    cannot be reached or is too busy.
    """
