"""A new entry as content staff write it in an editor: one entry of YAML under some lines of help."""

from __future__ import annotations

import yaml

from bot.faq.fields import EntryFields, dated
from bot.faq.model import CATEGORIES

_HELP = """\
# 새 FAQ 항목 ({label}). 저장하고 닫으면 점검한 뒤 발행합니다. 내용을 모두 지우고 닫으면 그만둡니다.
"""
_FORM = """\
id:                     # 영문 소문자와 하이픈, 예: contract-status
system: PartnerPlus     # PartnerPlus | PartnerCampus
title:
audience: member        # guest = 모두 | member = 회원만
questions:              # 협력사가 묻는 말 그대로, 여섯 가지 이상
  -
keywords: []
answer: |

related: []
updated: {today}
source: sample          # guide = 가이드에 있는 내용 | sample = 담당자가 확인할 문구
"""
_PROBLEM = "#! "


def blank(category: str, today: str) -> str:
    """The form of a new entry; `today` is an ISO date."""
    return _HELP.format(label=CATEGORIES[category].label) + _FORM.format(today=today)


def is_blank(text: str) -> bool:
    """Whether nothing but comments is left."""
    return not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines())


def with_problems(text: str, problems: list[str]) -> str:
    """The text with what is wrong with it on top, instead of what was wrong before."""
    kept = [line for line in text.splitlines() if not line.startswith(_PROBLEM)]
    told = [_PROBLEM + line for problem in problems for line in problem.splitlines()]
    return "\n".join([*told, *kept]) + "\n"


def read(text: str, category: str, today: str) -> tuple[EntryFields | None, list[str]]:
    """The entry, or None and what is wrong with the YAML; what its fields lack is the linter's to say."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{mark.line + 1}행: " if mark else ""
        return None, [f"{where}YAML 형식이 아닙니다. {getattr(error, 'problem', '') or ''}".strip()]
    if isinstance(values, list) and len(values) == 1:
        values = values[0]  # as it stands in the files, after a dash
    if not isinstance(values, dict):
        return None, ["`id:`, `title:` … 이 있는 항목 하나를 써 주세요."]
    unknown = [str(name) for name in values if name not in EntryFields.names()]
    if unknown:
        return None, [f"모르는 이름 {', '.join(unknown)}. 쓸 수 있는 이름: {', '.join(EntryFields.names())}"]
    values = {
        name: [each for each in value if each is not None] if isinstance(value, list) else value
        for name, value in values.items()
    }
    fields = EntryFields.from_dict({**values, "category": category})
    return dated(fields, today), []
