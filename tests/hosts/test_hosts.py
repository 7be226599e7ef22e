"""What is true at one host is true at every other: over HTTP, through nginx with deploy's own configuration."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import yaml

from bot.review.learning import MODEL
from bot.store import shared
from bot.store.database import Database
from tests.api.support import refused, web
from tests.conftest import wait_for
from tests.durability.support import Traffic, check_history
from tests.durability.test_turns import each_id_is_answered_once
from tests.hosts.landscape import SIGN_INS, WORKERS, Host, Landscape
from tests.site import API, Person
from tests.staff.desk import Staff, words
from tests.staff.test_editor import create, entry

pytestmark = pytest.mark.postgres
CALM = 24  # answers in a row, over as many connections, after which every worker is taken to know


def everywhere(hosts: Landscape, condition) -> None:
    """Waits until a condition on a host's address holds at every worker of both."""
    for host in hosts.hosts:
        calm, end = 0, time.monotonic() + 30
        while calm < CALM:
            calm = calm + 1 if condition(host.site.url) else 0
            assert time.monotonic() < end, f"not at every worker of {host.site.url}"


def get(url: str, person: Person, path: str, **query: str) -> httpx.Response:
    """Over a connection of its own, which any worker may get."""
    headers = {"Authorization": f"Bearer {person.session}", "Connection": "close"}
    return web.get(url + API + path, params=query, headers=headers)


# one truth ------------------------------------------------------------------------------------------------------------


def test_a_conversation_is_the_same_everywhere(hosts: Landscape) -> None:
    guest = hosts.front.guest()
    ways = hosts.ways(guest)
    for number in range(6):
        assert ways[number % 3].ask("가입방법")["kind"] in ("faq", "faq_list")
    told = [way.get("/messages")["messages"] for way in ways]
    assert told[0] == told[1] == told[2]
    assert [turn["seq"] for turn in told[0]] == [1, 2, 3, 4, 5, 6]
    # a form opened at one host is gone on with at the other: each opens the other's seals
    assert ways[0].ask("우리 회사 가입 진행상태")["field"] == "business_number"
    assert ways[1].ask("999-12-34561")["field"] == "representative"
    assert ways[0].ask("홍길동")["kind"] == "form"
    # a session that is closed at one is closed at the other
    assert ways[0].http.delete("/sessions").status_code == 204
    refused(ways[1].http.get("/messages"), 401)


def test_a_member_is_one_person_at_both(hosts: Landscape) -> None:
    subject = f"member-{uuid.uuid4()}"
    with ThreadPoolExecutor(6) as pool:
        people = list(pool.map(lambda _: hosts.member(subject), range(6)))
    assert len({person.opened["visitor"] for person in people}) == 1


def test_each_id_is_answered_once(hosts: Landscape) -> None:
    each_id_is_answered_once(hosts.one.site, hosts.other.site)


def test_turns_stay_in_order_with_every_process_racing(hosts: Landscape) -> None:
    """Three who write in one conversation over three ways: the order of each is kept, and all see the same."""
    member = hosts.member(f"racing-{uuid.uuid4()}")
    ways = hosts.ways(member)
    ids = [[str(uuid.uuid4()) for _ in range(8)] for _ in ways]

    def write(number: int) -> list[int]:
        sent = [ways[number].send("계약체결 방법", message_id) for message_id in ids[number]]
        assert {response.status_code for response in sent} == {200}
        return [response.json()["seq"] for response in sent]

    with ThreadPoolExecutor(3) as pool:
        orders = list(pool.map(write, range(3)))
    assert all(order == sorted(order) for order in orders)
    assert sorted(sum(orders, [])) == list(range(1, 25))
    told = [way.get("/messages")["messages"] for way in ways]
    assert told[0] == told[1] == told[2]
    place = {turn["id"]: turn["seq"] for turn in told[0]}
    assert [[place[each] for each in sent] for sent in ids] == orders


def test_best_is_counted_over_both(hosts: Landscape) -> None:
    (title,) = [item["title"] for item in hosts.front.guest().get("/faq")["items"]][-1:]
    for number in range(8):
        way = hosts.ways(hosts.front.guest())[number % 2]
        assert way.ask(title)["kind"] == "faq"
    guest = hosts.front.guest()
    wait_for(lambda: all(way.get("/best")["items"][0]["title"] == title for way in hosts.ways(guest)), 20)


# content, queue, model ------------------------------------------------------------------------------------------------


def test_staff_at_one_host_and_vendors_at_the_other(hosts: Landscape) -> None:
    admin = hosts.admin(hosts.one)
    there = hosts.at(hosts.other, admin)  # signed in once, known at both
    member = hosts.member(f"asker-{uuid.uuid4()}")
    word = uuid.uuid4().hex[:8]
    asked = hosts.ways(member)[1].post("/questions", text=f"{word} 주차권은 어디서 받나요")
    assert asked.status_code == 201
    for staff in (admin, there):
        assert word in words(staff.page(f"/staff/queue?state=all&q={word}"))
    # an entry published at one is found, answered and newest at every worker of both
    made = create(admin)
    known = lambda url: get(url, member, "/faq", q=made["keywords"]).json()["total"] == 1  # noqa: E731
    wait_for(lambda: known(hosts.other.site.url), 10)
    everywhere(hosts, known)
    for way in hosts.ways(member):
        assert made["id"] in way.send(made["title"]).text  # the answer, or in a list of those that come near
        assert way.get("/updated")["items"][0]["id"] == made["id"]
    # taken out at the other, it is gone at both
    path = f"/staff/faq/entry/{made['id']}"
    digest = re.search(r'name="base" value="([^"]+)"', there.page(path))
    assert digest
    there.done(there.post(path + "/delete", {"base": digest[1]}))
    everywhere(hosts, lambda url: get(url, member, f"/faq/{made['id']}").status_code == 404)


def test_staff_at_both_hosts_publish_at_once(hosts: Landscape) -> None:
    """Into one file, from four processes: nothing is lost, and one id is taken once."""
    admin = hosts.admin(hosts.one)
    places = hosts.hosts * 3
    drafts = [entry(category="general") for _ in places]

    def publish(job: tuple[Host, dict[str, str]]) -> int:
        return hosts.at(job[0], admin).post("/staff/faq/new", job[1]).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(publish, zip(places, drafts, strict=True))) == {303}
        same = entry()
        versions = [
            {
                **same,
                "category": ("general", "bond_performance")[number % 2],
                "title": f"{same['title']} {number}",
            }
            for number in range(6)
        ]
        results = sorted(pool.map(publish, zip(places, versions, strict=True)))
    assert results == [303, 409, 409, 409, 409, 409]
    written = [each["id"] for file in hosts.faq.glob("*.yml") for each in yaml.safe_load(file.read_text("utf-8")).get("entries", ())]  # fmt: skip
    assert {draft["id"] for draft in drafts} <= set(written)
    assert written.count(same["id"]) == 1
    for host in hosts.hosts:
        wait_for(
            lambda host=host: web.get(host.site.url + "/readyz").json()["faq"]["entries"] == len(written), 20
        )
        assert web.get(host.site.url + "/readyz").json()["faq"]["problems"] == []


def test_a_model_is_swapped_at_both_while_vendors_ask(hosts: Landscape) -> None:
    used = max(hosts.models.glob("elbi-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    fresh = hosts.models / f"elbi-{uuid.uuid4().hex[:16]}.tar.gz"
    before = [host.log().count("model.swapped") for host in hosts.hosts]
    database = Database(hosts.database_url)
    with Traffic([[hosts.front.guest()] for _ in range(3)]) as traffic:
        with database.write() as connection:  # said before it can be seen, as on a slow volume
            shared.say(connection, MODEL, {"name": fresh.name})
        wait_for(lambda: all(host.log().count("model.not_loaded") for host in hosts.hosts), 20)
        shutil.copy2(used, fresh)
        digest = hashlib.sha256(fresh.read_bytes()).hexdigest()
        fresh.with_name(fresh.name + ".sha256").write_text(digest + "\n")
        for host, count in zip(hosts.hosts, before, strict=True):
            wait_for(lambda host=host, count=count: host.log().count("model.swapped") >= count + WORKERS, 60)
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 5, 60)
    database.close()
    assert not traffic.wrong


# who asks too much, and a Redis that goes away ------------------------------------------------------------------------


def attempts(hosts: Landscape, source: str, count: int) -> list[int]:
    """Sign-ins through nginx from one address, each with another forged one."""
    statuses = []
    transport = httpx.HTTPTransport(local_address=source, verify=False)
    with httpx.Client(transport=transport, base_url=hosts.front.url, timeout=40) as client:
        for number in range(count):
            staff = Staff(hosts.front)
            staff.http = client
            forged = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}  # fmt: skip
            client.headers.update(forged)
            statuses.append(staff.sign_in(f"nobody{uuid.uuid4().hex[:6]}", "a guess").status_code)
    return statuses


def test_limits_count_over_all_processes_and_no_address_can_be_forged(hosts: Landscape) -> None:
    assert attempts(hosts, "127.0.0.2", SIGN_INS + 4) == [401] * SIGN_INS + [429] * 4
    assert attempts(hosts, "127.0.0.3", 1) == [401]  # another address
    # a proxy that adds a line of its own, behind what the client wrote
    lines = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-For", "127.0.0.2")]
    staff = Staff(hosts.one.site)
    staff.http = httpx.Client(base_url=hosts.one.site.url, headers=lines, timeout=40)
    assert staff.sign_in("nobody", "a guess").status_code == 429
    for key in hosts.redis.counters():
        assert b"127.0.0" not in key and b"nobody" not in key


def test_answers_go_on_without_redis(hosts: Landscape) -> None:
    """Frozen, gone, and back; who asks too much is still told so by each process."""
    people = [hosts.front.guest() for _ in range(4)]
    hosts.redis.process.send_signal(signal.SIGSTOP)  # SIGSTOP: takes connections, answers nothing
    try:
        began = time.monotonic()
        for person in people * 6:
            assert person.send("가입방법").status_code == 200
        assert time.monotonic() - began < 20
    finally:
        hosts.redis.process.send_signal(signal.SIGCONT)
    wait_for(lambda: all(host.log().count("rate.redis_back") for host in hosts.hosts), 20)
    hosts.redis.kill()
    for person in people * 3:
        assert person.send("가입방법").status_code == 200
    statuses = attempts(hosts, "127.0.0.4", SIGN_INS * 2 * WORKERS + 4)
    assert statuses[:SIGN_INS] == [401] * SIGN_INS and 429 in statuses
    assert all(web.get(host.site.url + "/readyz").status_code == 200 for host in hosts.hosts)
    hosts.redis.start()
    time.sleep(3)  # each process looks every second
    assert attempts(hosts, "127.0.0.5", SIGN_INS + 3) == [401] * SIGN_INS + [429] * 3


def test_metrics_are_those_of_all_workers_of_a_host(hosts: Landscape) -> None:
    def counted() -> set[float]:
        """What a dozen connections, to any worker, are told."""
        return {turns_at(hosts.one) for _ in range(12)}

    (before,) = counted()
    headers = {"Authorization": f"Bearer {hosts.front.guest().session}", "Connection": "close"}
    for _ in range(8):
        body = {"id": str(uuid.uuid4()), "text": "가입방법"}
        assert web.post(hosts.one.site.url + API + "/messages", json=body, headers=headers).status_code == 200
    assert counted() == {before + 8}


def test_what_is_for_those_who_run_it_is_not_public(hosts: Landscape) -> None:
    assert web.get(hosts.front.url + "/metrics").status_code == 404
    assert web.get(hosts.front.url + "/readyz").status_code == 404
    assert web.get(hosts.front.url + "/healthz").headers["Strict-Transport-Security"]


# killed, stopped, started again: the last tests, in this order --------------------------------------------------------


def finished(hosts: Landscape, traffic: Traffic, people: list[Person], opened: int) -> None:
    """Nobody was refused, and everything is there once."""
    assert not traffic.wrong, traffic.wrong[:5]
    assert set(traffic.acknowledged) == set(traffic.sent), "a question was not answered"
    wait_for(lambda: hosts.tables.unfinished() == 0, 40)
    hosts.tables.check(opened)
    for number, person in enumerate(people):
        check_history(person, traffic, number)


def test_a_worker_that_is_killed_is_replaced_and_nobody_notices(hosts: Landscape) -> None:
    admin = hosts.admin(hosts.one)
    made = create(admin)
    opened = hosts.tables.opened_by_hand()
    people = [hosts.front.guest() for _ in range(4)]
    workers, swapped = hosts.one.workers, hosts.one.log().count("model.swapped")
    assert len(workers) == WORKERS
    with Traffic([[person] for person in people]) as traffic:
        wait_for(lambda: len(traffic.acknowledged) > 12, 60)
        kill(workers[0])
        wait_for(lambda: len(set(hosts.one.workers) - set(workers)) == 1, 20)
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 12, 60)
    finished(hosts, traffic, people, opened)
    # the new one knows what was published, and the model taken, since its parts were made
    member = hosts.member(f"later-{uuid.uuid4()}")
    everywhere(hosts, lambda url: get(url, member, "/faq", q=made["keywords"]).json()["total"] == 1)
    if swapped:  # it was, where the test of that ran
        wait_for(lambda: hosts.one.log().count("model.swapped") > swapped, 30)


def test_a_host_whose_workers_were_killed_is_asked_on(hosts: Landscape) -> None:
    """It drops what its workers were answering, and is the only one a moment later."""
    opened = hosts.tables.opened_by_hand()
    people = [hosts.front.guest() for _ in range(6)]
    with Traffic([[person] for person in people]) as traffic:
        both_answer(hosts)
        workers = hosts.one.workers
        for pid in workers:
            kill(pid)
        wait_for(lambda: len(set(hosts.one.workers) - set(workers)) == WORKERS, 20)
        hosts.other.end()
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 8, 60)
        hosts.other.start()
    finished(hosts, traffic, people, opened)


def test_a_host_that_is_stopped_and_started_again(hosts: Landscape) -> None:
    """As in an upgrade, one after the other."""
    opened = hosts.tables.opened_by_hand()
    people = [hosts.front.guest() for _ in range(2)]
    with Traffic([[person] for person in people]) as traffic:
        both_answer(hosts)
        hosts.other.end()
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 8, 60)
        hosts.other.start()
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 8, 60)
    finished(hosts, traffic, people, opened)
    assert "Traceback" not in hosts.other.log()


def test_a_host_that_is_killed_loses_nothing_and_others_go_on_with_its_tasks(hosts: Landscape) -> None:
    opened = hosts.tables.opened_by_hand()
    people = [hosts.front.guest() for _ in range(4)]
    with Traffic([[person] for person in people]) as traffic:
        both_answer(hosts)
        pids = [hosts.one.site.process.pid, *hosts.one.workers]
        for pid in pids:
            kill(pid)
        killed_at = time.time()
        so_far = len(traffic.acknowledged)
        wait_for(lambda: len(traffic.acknowledged) > so_far + 8, 60)
    hosts.one.site.process.wait(10)
    finished(hosts, traffic, people, opened)
    # the same ids again, at the host that is left: the stored replies
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: resent(people, traffic, each), list(traffic.sent)[-40:]))
    # leases end half a minute after their holder's last word: what reaches further is another's
    held = "SELECT count(*) FROM lease WHERE name IN ('keeper', 'learner') AND until > "
    wait_for(lambda: hosts.tables.number(held + str(killed_at + 32)) == 2, 60)
    hosts.one.start()
    assert hosts.ways(people[0])[0].get("/messages") == hosts.ways(people[0])[1].get("/messages")


def both_answer(hosts: Landscape) -> None:
    """Waits until the balancer knows that both are there, though one or a worker of it was away a moment ago."""
    before = [turns_at(host) for host in hosts.hosts]
    wait_for(lambda: all(turns_at(h) > b + 4 for h, b in zip(hosts.hosts, before, strict=True)), 60)


def turns_at(host: Host) -> float:
    told = web.get(host.site.url + "/metrics", headers={"Connection": "close"}).text
    return sum(float(n) for n in re.findall(r"^elbi_turns_total\{.*\} (.+)$", told, re.M))


def resent(people: list[Person], traffic: Traffic, message_id: str) -> None:
    number, text = traffic.sent[message_id]
    assert people[number].send(text, message_id).json() == traffic.acknowledged[message_id]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
