"""Replies of kinds that the server gives only in circumstances a test of the drawing cannot wait for."""

from __future__ import annotations

import json

from playwright.sync_api import Route

from tests.browser.chat import Chat

UNANSWERED = {
    "kind": "no_answer",
    "question": "주차권을 여러 장 받을 수 있나요",
    "text": "찾으시는 답을 아직 가지고 있지 않아요.",
    "can_ask": True,
}
ANSWERED = {
    "kind": "answered",
    "question_id": "5b0c9a52-9f55-4d8e-8a43-0d7a3f0f2c11",
    "question": "가입 승인은 며칠 걸리나요",
    "faq": {"id": "signup-how", "title": "가입방법"},
}
ONBOARDING = {
    "kind": "onboarding",
    "company": "하나기술(주)",
    "track": "with_purchasing",
    "text": "회원가입까지 두 단계 남았어요.",
    "steps": [
        {"id": "mail", "title": "안내 메일 확인", "state": "done", "text": "구매처명을 확인했어요.", "at": "2026-11-20T10:00:00+09:00"},
        {"id": "bank", "title": "계좌개설 및 상생결제론 가입", "state": "current", "text": "지정 은행 네 곳 중 하나에서 가입합니다.", "who": "은행"},
        {"id": "signup", "title": "회원가입", "state": "waiting", "text": "11월 24일(화) 15:00부터 할 수 있습니다.", "available_at": "2026-11-24T15:00:00+09:00"},
        {"id": "account", "title": "인증서 및 계좌 등록", "state": "todo", "text": "인증서가 필요합니다."},
    ],
    "next": "bank",
    "available_at": "2026-11-25T15:00:00+09:00",
    "reminders": ["공인인증서가 20일 뒤에 만료됩니다."],
}  # fmt: skip
FORM = {
    "kind": "form",
    "field": "business_number",
    "prompt": "사업자등록번호",
    "error": "열 자리 숫자로 적어 주세요.",
    "choices": [{"label": "그만하기", "send": "그만할게요"}],
}


def said(chat: Chat, *replies: dict) -> None:
    """Whatever is asked from now on is answered so."""

    def answer(route: Route) -> None:
        sent = route.request.post_data_json
        if sent:
            route.fulfill(
                body=json.dumps({"id": sent["id"], "seq": 1, "asked_at": 1795500000, "replies": replies})
            )
        else:
            route.continue_()

    chat.page.route("**/api/v1/messages", answer)
