"""KoreanIntentClassifier: persisted as JSON and npz, the same after loading, and not trained without the FAQ."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.faq.model import CATEGORIES
from bot.nlu.classifier import INTENT_RANKING, KoreanIntentClassifier
from bot.nlu.tokenizer import KoreanTokenizer

TAUGHT = {
    "signup_login": ["회원가입 방법", "가입하려면 어떻게 하나요", "로그인이 안 돼요"],
    "company_profile": ["회사 정보 수정", "소속회사를 바꾸고 싶어요", "이력서 수정"],
    "quote_contract": ["계약 상세가 안 보여요", "견적서 제출 방법", "계약체결 방법"],
    "inspection_payment": ["대금은 언제 지급되나요", "세금계산서 발행", "검수요청 방법"],
    "bond_performance": ["보증보험 신청", "실적증명서 출력", "실적등록 대상이 안 보여요"],
    "security_training": ["보안 서약서 작성", "교육 이수 확인", "온라인 교육 수강"],
    "general": ["팝업이 차단돼요", "담당자 연락처", "사용자 환경 설정"],
    "greet": ["안녕하세요", "안녕", "반가워요"],
}
ASKED = [
    "계약이 안 보여요",
    "가입 어떻게 해요",
    "안녕하세요!",
    "교육 이수했는데 안 나와요",
    "ㅠㅠ",
    "rPdir",
    "😀",
    "대금 지급일",
]
CONTEXT = ExecutionContext(GraphSchema({}), "test")


def _message(text: str, intent: str | None = None) -> Message:
    message = Message.build(text=text, intent=intent) if intent else Message({TEXT: text})
    KoreanTokenizer(KoreanTokenizer.get_default_config()).process([message])
    return message


def _training_data(taught: dict[str, list[str]]) -> TrainingData:
    return TrainingData([_message(text, intent) for intent, texts in taught.items() for text in texts])


def _config(**changed: Any) -> dict[str, Any]:
    return {**KoreanIntentClassifier.get_default_config(), **changed}


def _answers(classifier: KoreanIntentClassifier, texts: list[str] = ASKED) -> list[list[dict[str, Any]]]:
    return [each.get(INTENT_RANKING) for each in classifier.process([_message(text) for text in texts])]


def _trained(directory: Path, name: str = "classifier") -> tuple[LocalModelStorage, Resource, Any]:
    storage, resource = LocalModelStorage(directory), Resource(name)
    classifier = KoreanIntentClassifier.create(_config(), storage, resource, CONTEXT)
    classifier.train(_training_data(TAUGHT))
    return storage, resource, classifier


def _loaded(storage: LocalModelStorage, resource: Resource) -> KoreanIntentClassifier:
    return KoreanIntentClassifier.load(_config(), storage, resource, CONTEXT)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalModelStorage, Resource, Any]:
    return _trained(tmp_path_factory.mktemp("classifier"))


def test_it_knows_what_it_was_taught(trained: tuple) -> None:
    _, _, classifier = trained
    for intent, texts in TAUGHT.items():
        for ranking in _answers(classifier, texts):
            assert ranking[0]["name"] == intent


def test_the_ranking_is_of_probabilities(trained: tuple) -> None:
    _, _, classifier = trained
    for ranking in _answers(classifier):
        confidences = [each["confidence"] for each in ranking]
        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) == pytest.approx(1, abs=1e-5)
        assert {each["name"] for each in ranking} == TAUGHT.keys()


def test_it_answers_the_same_after_loading(trained: tuple) -> None:
    storage, resource, classifier = trained
    for one, other in zip(_answers(classifier), _answers(_loaded(storage, resource)), strict=True):
        assert [each["name"] for each in one] == [each["name"] for each in other]
        assert [each["confidence"] for each in one] == pytest.approx(
            [each["confidence"] for each in other], abs=1e-6
        )


def test_training_again_gives_the_same(trained: tuple, tmp_path: Path) -> None:
    _, _, classifier = trained
    again = _trained(tmp_path)[2]
    for one, other in zip(_answers(classifier), _answers(again), strict=True):
        assert [each["confidence"] for each in one] == pytest.approx(
            [each["confidence"] for each in other], abs=1e-6
        )


def test_it_is_kept_as_json_and_npz(trained: tuple) -> None:
    storage, resource, _ = trained
    with storage.read_from(resource) as directory:
        assert {path.suffix for path in directory.iterdir()} == {".json", ".npz"}
        parameters = json.loads(next(directory.glob("*.json")).read_text(encoding="utf-8"))
        arrays = np.load(next(directory.glob("*.npz")), allow_pickle=False)
        assert parameters["intents"] == sorted(TAUGHT)
        assert all(arrays[name].dtype.kind == "f" for name in arrays.files)


def test_the_trained_model_holds_no_pickle_of_ours(model_dir: Path) -> None:
    (archive,) = model_dir.glob("elbi-*.tar.gz")
    with tarfile.open(archive) as model:
        ours = [name for name in model.getnames() if "KoreanIntentClassifier" in name]
        assert [name for name in ours if name.endswith((".json", ".npz"))]
        assert not [name for name in model.getnames() if name.endswith((".pkl", ".pickle", ".joblib"))]


def test_nothing_said_is_no_intent(trained: tuple) -> None:
    _, _, classifier = trained
    (message,) = classifier.process([_message("")])
    assert message.get(INTENT) == {"name": None, "confidence": 0.0}


def test_words_never_seen_are_no_crash(trained: tuple) -> None:
    _, _, classifier = trained
    for ranking in _answers(classifier, ["qqqqqqq", "漢字漢字", "…", "\u200b가"]):
        assert ranking
        assert all(np.isfinite(each["confidence"]) for each in ranking)


@pytest.mark.parametrize("missing", sorted(CATEGORIES))
def test_it_refuses_to_train_without_a_category(missing: str, tmp_path: Path) -> None:
    """A wrong importer path, or an ImportError in it, is only a log line of Rasa's."""
    taught = {intent: texts for intent, texts in TAUGHT.items() if intent != missing}
    classifier = KoreanIntentClassifier.create(_config(), LocalModelStorage(tmp_path), Resource("x"), CONTEXT)
    with pytest.raises(RasaException, match=missing):
        classifier.train(_training_data(taught))


def test_without_the_encoder(trained: tuple, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model loads whether the encoder was on or off when it was trained, and is now."""
    monkeypatch.setenv("ELBI_ENCODER", "off")
    without = _loaded(trained[0], trained[1])
    assert all(np.isfinite(ranking[0]["confidence"]) for ranking in _answers(without))
    storage, resource, lexical = _trained(tmp_path)
    assert _answers(lexical, ["계약체결 방법"])[0][0]["name"] == "quote_contract"
    monkeypatch.delenv("ELBI_ENCODER")
    for one, other in zip(_answers(lexical), _answers(_loaded(storage, resource)), strict=True):
        assert [each["name"] for each in one] == [each["name"] for each in other]
