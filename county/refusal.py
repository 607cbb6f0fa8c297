"""What the county answers when it cannot do what is asked: a status, a word for programs, a sentence for people."""

from __future__ import annotations

from http import HTTPStatus

from app.errors import AppError


class RefusedError(AppError):
    """An answer other than yes. ``code`` is for programs, ``more`` goes into the answer beside the sentence."""

    def __init__(self, status: HTTPStatus, code: str, sentence: str, next_step: str = "", **more: object) -> None:
        super().__init__(sentence, next_step)
        self.status = status
        self.code = code
        self.more = more

    def to_json(self) -> dict[str, object]:
        """Body of the answer."""
        return {"error": self.code, "sentence": self.sentence, "next_step": self.next_step, **self.more}


def forbidden(sentence: str, next_step: str = "请联系县管理员", code: str = "forbidden") -> RefusedError:
    """403 with a sentence."""
    return RefusedError(HTTPStatus.FORBIDDEN, code, sentence, next_step)


def unauthorised() -> RefusedError:
    """401: the token is missing, wrong or too old; a new hello gives another."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, "token", "通行凭证已过期", "程序会自动重新核对")


def malformed(sentence: str = "请求格式不符") -> RefusedError:
    """422 with a sentence; nothing was stored."""
    return RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "malformed", sentence, "没有保存任何内容，请升级程序后重试")
