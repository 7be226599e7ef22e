"""Why a question is answered as it is, for the test page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.korean.morphemes import morphemes
from bot.korean.text import clean
from bot.review.model import Explanation
from bot.search.decision import SURE, List, One, decide
from bot.search.index import Catalogue, Index
from bot.search.result import Result
from bot.visitor import Mode, Visitor

SHOWN = 10
FOUND = ("faq", "faq_list", "no_answer")  # replies that the search decides on
LOGIN = "login_required"


@dataclass(frozen=True)
class Came:
    """What a question came to in the dialogue: the reply's kind and, of the classifier, how sure it is that it is off topic."""

    kind: str = ""
    off_topic: float = 0.0
    queued: bool = False  # whether asking it in the chat puts it into the queue


def explain(catalogue: Catalogue, text: str, mode: Mode, came: Came | None = None) -> Explanation:
    """How a question is read, ranked and answered for a visitor of a kind; without what it came to, what the search says."""
    text = clean(text)
    index = catalogue.index_for(Visitor(mode=mode))
    result = index.search(text)
    decision = decide(result, off_topic=came.off_topic if came else 0.0)
    shown: tuple = ()
    if came and came.kind not in FOUND:
        named = "login" if came.kind == LOGIN else "talk"
    elif isinstance(decision, One):
        named, shown = "one", (decision.entry, *decision.others)
    elif isinstance(decision, List):
        named, shown = "list", decision.entries
    else:
        named = "nothing"
    ids = {entry.id for entry in shown}
    return Explanation(
        text=text,
        tokens=[(piece.text, piece.tag) for piece in morphemes(text)],
        ranked=_meant(index, text),
        keyword=result.keyword,
        named=result.named,
        confidence=result.confidence,
        threshold=result.threshold,
        candidates=[
            {
                "id": each.entry.id,
                "title": each.entry.title,
                "category": each.entry.category,
                "score": round(each.score, 4),
                "shown": each.entry.id in ids,
            }
            for each in result.candidates[:SHOWN]
        ],
        decision=named,
        why=list(_why(result, decision, named, came)),
    )


def _meant(index: Index, text: str) -> str:
    """A question as the ranker reads it: slips repaired, every synonym as the usual one."""
    ranker = index.ranker
    return ranker.synonyms.usual(ranker.search(text).text) if ranker and text else text


def _why(result: Result, decision: object, named: str, came: Came | None) -> Iterator[str]:
    if named == "talk":
        yield "FAQ를 찾을 질문이 아니라 대화로 읽어, FAQ와 견주지 않고 답합니다. 대기열에는 넣지 않습니다."
        return
    if named == "login":
        yield (
            "로그인 전에는 답하지 않는 분류의 질문이라 로그인을 안내합니다. 아래 점수는 로그인 전에 볼 수 있는 "
            "FAQ만의 것입니다. 대기열에는 넣지 않습니다."
        )
        return
    if not result.candidates:
        yield "찾을 수 있는 항목이 없습니다."
    elif result.named:
        yield "항목의 제목이나 질문 표현과 똑같습니다."
    elif result.keyword:
        yield f"키워드 질문입니다. 제목과 키워드에 모든 말이 있는 항목은 {len(result.candidates)}건입니다."
    else:
        yield (
            f"문장 질문입니다. 앞의 다섯 항목 안에 답이 있을 확률은 {result.confidence:.2f}, "
            f"보여 주는 기준은 {result.threshold:.2f}입니다."
        )
    if isinstance(decision, One):
        yield f"'{decision.entry.title}' 항목을 바로 보여 줍니다."
    elif isinstance(decision, List):
        clear = "첫 항목이 둘째보다 뚜렷하게 앞서지 않아" if result.confidence >= SURE else "확률이 높지 않아"
        yield f"{'맞는 항목이 여럿이라' if result.keyword else clear} 목록으로 보여 줍니다."
    elif came and not came.queued:
        yield "업무와 상관없는 이야기로 보여 답하지 않습니다. 대기열에는 넣지 않습니다."
    else:
        yield "기준보다 낮아 답하지 않고, 검토 대기열에 넣습니다."
