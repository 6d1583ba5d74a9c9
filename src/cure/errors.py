"""Every error that CURE raises on purpose.

CureError
├── MalformedError   a source sent something we cannot read  -> quarantined
├── SourceError      a source could not be reached or read   -> retried, or said to the operator
├── LogError         the log failed                          -> nothing is acknowledged
│   ├── ExhaustedError  no room, files or memory are left    -> nothing is; tried again
│   ├── ChangedMeanwhileError  another node was faster       -> nothing has changed; tried again
│   └── UnansweredError  no node answers for some values  -> 503; asked again
├── EnricherError    an enricher crashed, hung or lied       -> said; it runs again
├── BehindError      a node does not yet know all that its asker knows -> asked again
├── NotKnownError    nothing visible was ever said of this   -> 404
├── AccessError      whoever asks may not
│   ├── UnauthenticatedError  who it is was not proven       -> 401
│   ├── ForbiddenError        it is known, and not allowed   -> 403
│   └── LockedError           too many tries                 -> 429
└── ConfigError      the operator must change a setting      -> exit code 2

A class exists here only because some caller handles it in a way of its own.
For a bug in our own code we raise the built-in (`ValueError`, `AssertionError`).
"""

import errno


class CureError(Exception):
    """Base of the errors above; catch it only at the outermost edge.

    Attributes:
        code: One word for programs, as in the HTTP error object.
    """

    code = "error"


class MalformedError(CureError, ValueError):
    """A value from outside does not have the form that its topic demands.

    Attributes:
        what: What the value was meant to be, such as ``"ip"``.
        value: The offending text, cut after 200 characters.
        why: One clause that says what is wrong with it.
    """

    code = "malformed"

    def __init__(self, what: str, value: str, why: str) -> None:
        self.what = what
        self.value = value if len(value) <= 200 else value[:200] + "…"  # noqa: PLR2004
        self.why = why
        super().__init__(f"{self.value!r} is not a {what}: {why}")


class SourceError(CureError):
    """A file or a feed could not be read at all."""

    code = "source"


class LogError(CureError):
    """The log failed; nothing after the last acknowledged record is kept."""

    code = "log"


class ExhaustedError(LogError):
    """This machine has no room, files or memory left for what was asked; it may have soon.

    Attributes:
        doing: What could not be done, such as ``"read a document apart"``.
    """

    code = "exhausted"

    def __init__(self, doing: str, error: OSError) -> None:
        self.doing = doing
        super().__init__(f"cannot {doing} now: {error.strerror or error}; nothing was acknowledged")

    @staticmethod
    def explains(error: OSError) -> bool:
        """Tell whether an error of the system says that something has run out."""
        return error.errno in _RUN_OUT


_RUN_OUT = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOBUFS),
    }
)


class ChangedMeanwhileError(LogError):
    """Another node of the cluster changed the same file at the same moment; nothing has changed."""

    code = "changed_meanwhile"

    def __init__(self) -> None:
        super().__init__("another node changed the same at this moment; try again")


class UnansweredError(LogError):
    """No node that holds a partition answers in time; another one may soon."""

    code = "unanswered"


class EnricherError(CureError):
    """An enricher crashed, took too long or answered nonsense; the hub goes on without it."""

    code = "enricher"


class BehindError(CureError):
    """A node has not taken in yet what whoever asks it knows already."""

    code = "behind"


class NotKnownError(CureError):
    """Nothing that the audience may see was ever said of the value."""

    code = "not_known"


class AccessError(CureError):
    """Whoever asks may not have what is asked for."""

    code = "access"


class UnauthenticatedError(AccessError):
    """It was not proven who asks; the sentence does not say which part was wrong."""

    code = "unauthenticated"

    def __init__(self, why: str = "these credentials are not accepted") -> None:
        super().__init__(why)


class ForbiddenError(AccessError):
    """It is known who asks, and that this is not allowed."""

    code = "forbidden"

    def __init__(self, why: str = "that is not allowed with these credentials") -> None:
        super().__init__(why)


class LockedError(AccessError):
    """There were too many tries.

    Attributes:
        retry_after_s: After how many seconds another may succeed.
    """

    code = "locked"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"too many tries; the next one in {retry_after_s} s")


class ConfigError(CureError):
    """A setting is wrong and only the operator can mend it."""

    code = "config"
