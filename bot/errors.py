"""Every error 엘비 raises on purpose.

ElbiError
├── SettingsError         a setting has a value that cannot be used (names the variable)
├── ContentError          FAQ content cannot be used (carries every problem with file and line)
├── QueryFileError        a file of questions to measure with is wrong (names file, line and field)
├── ModelError            the Rasa model is missing, foreign or does not load
├── StoreUnavailable      the database cannot be reached or refuses to write
└── RequestError          a visitor's request is refused; carries status, code and a Korean message
    ├── InvalidRequest        400  the body or a field is wrong
    ├── Unauthorized          401  no session, an unknown or expired one, a token that does not hold
    ├── Forbidden             403  the account's role may not
    ├── NotFound              404  nothing there that this visitor may see
    ├── Conflict              409  the same id was used for something else
    │   └── Stale                 somebody else was faster (carries who, and the difference)
    ├── TooLarge              413  the body is over the limit
    ├── TooManyRequests       429  slow down (carries seconds to wait)
    └── Unavailable           503  come back later
"""

from __future__ import annotations


class ElbiError(Exception):
    """The root of every error 엘비 raises on purpose."""


class SettingsError(ElbiError):
    """A setting has a value that cannot be used."""


class ContentError(ElbiError):
    """FAQ content cannot be used; `problems` holds what is wrong, each with file and line."""

    def __init__(self, problems: list) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class QueryFileError(ElbiError):
    """A file of questions to measure with is wrong."""


class ModelError(ElbiError):
    """The Rasa model is missing, foreign or does not load."""


class StoreUnavailable(ElbiError):
    """The database cannot be reached or refuses to write."""


class RequestError(ElbiError):
    """A request is refused: `status` is the HTTP status, `code` stable English, `message` Korean."""

    status = 400
    code = "invalid_request"
    message = "요청을 이해하지 못했습니다."

    def __init__(self, message: str | None = None, *, code: str | None = None, retry_after: int = 0) -> None:
        self.message = message or self.message
        self.code = code or self.code
        self.retry_after = retry_after
        super().__init__(self.message)


class InvalidRequest(RequestError):
    """The body or one of its fields is wrong."""


class Unauthorized(RequestError):
    """There is no session, or the portal's token does not hold."""

    status = 401
    code = "unauthorized"
    message = "다시 접속해 주세요. 접속 정보가 없거나 만료되었습니다."


class Forbidden(RequestError):
    """The account's role may not do this."""

    status = 403
    code = "forbidden"
    message = "이 일을 할 권한이 없습니다. 관리자에게 문의해 주세요."


class NotFound(RequestError):
    """Nothing is there that this visitor may see."""

    status = 404
    code = "not_found"
    message = "찾으시는 내용이 없거나 볼 수 없는 내용입니다."


class Conflict(RequestError):
    """The same id was used for something else."""

    status = 409
    code = "conflict"
    message = "같은 번호로 다른 내용이 이미 접수되었습니다."


class Stale(Conflict):
    """Somebody else changed it meanwhile, or works on it.

    `difference` is what changed since the version at hand: {"by", "at", "version" or "digest", "fields": [{"field",
    "before", "after"}]}; before = now stored, after = what was to be saved; no fields where only the claim is another's.
    """

    code = "stale"
    message = "그 사이 다른 사람이 바꾸었습니다. 바뀐 내용을 확인하고 다시 저장해 주세요."

    def __init__(self, message: str | None = None, *, difference: dict | None = None) -> None:
        super().__init__(message)
        self.difference = difference or {}


class TooLarge(RequestError):
    """The body is over the limit."""

    status = 413
    code = "too_large"
    message = "보내신 내용이 너무 깁니다."


class TooManyRequests(RequestError):
    """Too many requests in a short time; `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"
    message = "잠시 후 다시 시도해 주세요. 짧은 시간에 요청이 많았습니다."


class Unavailable(RequestError):
    """A part that is needed does not answer right now."""

    status = 503
    code = "unavailable"
    message = "지금은 답변을 드릴 수 없습니다. 잠시 후 다시 시도해 주세요."
