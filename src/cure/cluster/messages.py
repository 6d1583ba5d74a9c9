"""What nodes tell each other beside the stream: nothing of it is kept, and some may be lost."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

Heard: TypeAlias = Callable[[Msg], Awaitable[None]]
_ASK_S = 10.0
_ENDING_S = 2.0


class Messages:
    """Messages on the connection of a stream. What is `async` runs in its thread."""

    def __init__(self, client: Client, ask: Callable[..., Any], most_bytes: int) -> None:
        """Use a connection; `ask` runs a coroutine in its thread, for so many seconds at most."""
        self._client = client
        self._ask = ask
        self.most_bytes = most_bytes

    @property
    def is_connected(self) -> bool:
        """Whether a server answers now."""
        return self._client.is_connected

    def run(self, question: Coroutine[Any, Any, Any], most_s: float = _ASK_S) -> Any:  # noqa: ANN401 - what it returns
        """Return what comes of a coroutine.

        Raises:
            LogError: If the servers do not answer in time.
        """
        return self._ask(question, most_s)

    def new_subject(self) -> str:
        """Return a subject that is nobody else's."""
        return self._client.new_inbox()

    def subscribe(self, subject: str, heard: Heard, queue: str = "") -> Subscription:
        """Hear what comes; of those who share a queue one does.

        Raises:
            LogError: If the servers do not answer in time.
        """

        async def subscribed() -> Subscription:
            found = await self._client.subscribe(subject, queue=queue, cb=heard)
            await self._client.flush()
            return found

        return self._ask(subscribed(), _ASK_S)

    def unsubscribe(self, *some: Subscription) -> None:
        """Hear no more, once the servers know of it.

        Raises:
            LogError: If they do not answer in time.
        """

        async def ended() -> None:
            for one in some:
                await one.unsubscribe()
            await self._client.flush()

        self._ask(ended(), _ENDING_S)

    async def send(self, subject: str, body: bytes, reply: str = "") -> None:
        """Tell; whether anybody hears it, nobody says."""
        await self._client.publish(subject, body, reply=reply)

    def tell(self, subject: str, body: bytes) -> None:
        """Tell, from any thread.

        Raises:
            LogError: If the servers do not answer in time.
        """
        self._ask(self.send(subject, body), _ASK_S)
