"""The program of the worker process: parse documents until the other side is gone."""

import resource
import sys
from multiprocessing.connection import Connection

import msgspec

from cure.errors import MalformedError
from cure.extract.documents import forms
from cure.extract.worker import Answer, Task


def main() -> None:
    """Serve one connection, given by the number of its descriptor, within a memory limit."""
    connection = Connection(int(sys.argv[1]))
    memory_bytes = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    decode = msgspec.msgpack.Decoder(Task).decode
    encode = msgspec.msgpack.Encoder().encode
    while True:
        try:
            task = decode(connection.recv_bytes())
        except EOFError:
            return
        try:
            answer = Answer(forms.parse(task.data, task.name))
        except MalformedError as error:
            answer = Answer(what=error.what, why=error.why)
        connection.send_bytes(encode(answer))


if __name__ == "__main__":
    main()
