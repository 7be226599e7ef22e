"""Why a question is answered as it is, for the test page."""

from __future__ import annotations

from bot.korean.morphemes import morphemes
from bot.korean.text import clean
from bot.review.model import Explanation
from bot.search.decision import SURE, List, One, decide
from bot.search.index import Catalogue, Result
from bot.visitor import Mode, Visitor

SHOWN = 10


def explain(catalogue: Catalogue, text: str, mode: Mode) -> Explanation:
    """How a question is read and ranked for a visitor of a kind; whether a guest is asked to log in is decided elsewhere."""
    text = clean(text)
    result = catalogue.index_for(Visitor(mode=mode)).search(text)
    decision = decide(result)
    shown: tuple = ()
    if isinstance(decision, One):
        shown = (decision.entry, *decision.others)
    elif isinstance(decision, List):
        shown = decision.entries
    ids = {entry.id for entry in shown}
    return Explanation(
        text=text,
        tokens=[(piece.text, piece.tag) for piece in morphemes(text)],
        ranked=text,
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
        decision={One: "one", List: "list"}.get(type(decision), "nothing"),
        why=list(_why(result, decision)),
    )


def _why(result: Result, decision: object):
    if not result.candidates:
        yield "찾을 수 있는 항목이 없습니다."
        return
    if result.named:
        yield "항목의 제목이나 질문 표현과 똑같습니다."
    elif result.keyword:
        yield f"키워드 질문입니다. 제목과 키워드에 모든 말이 있는 항목은 {len(result.candidates)}건입니다."
    else:
        yield (
            f"문장 질문입니다. 앞의 다섯 항목 안에 답이 있을 확률은 {result.confidence:.2f}, "
            f"보여 주는 기준은 {result.threshold:.2f}입니다."
        )
    if isinstance(decision, One):
        yield f"'{decision.entry.title}'을(를) 바로 보여 줍니다."
    elif isinstance(decision, List):
        clear = "첫 항목이 둘째보다 뚜렷하게 앞서지 않아" if result.confidence >= SURE else "확률이 높지 않아"
        yield f"{'맞는 항목이 여럿이라' if result.keyword else clear} 목록으로 보여 줍니다."
    else:
        yield "기준보다 낮아 답하지 않고, 검토 대기열에 넣습니다."
