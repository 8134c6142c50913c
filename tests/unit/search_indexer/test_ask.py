"""What Elasticsearch does not answer, and what an answer lacks, in words."""

import asyncio

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import ApiError, AuthorizationException, ConnectionTimeout

from communique.errors import NotReadyError
from search_indexer.ask import ask_all, in_words, lack, refused


def refusal(status, kind, reason, *, deeper=None, error=ApiError):
    meta = ApiResponseMeta(
        status, "1.1", HttpHeaders(), 0.0, NodeConfig("http", "localhost", 9200)
    )
    cause = {"type": kind, "reason": reason}
    if deeper:
        cause["root_cause"] = [{"type": kind, "reason": deeper}]
    return error(kind, meta, {"error": cause})


WHOLE = {"_shards": {"total": 3, "successful": 3, "failed": 0}, "timed_out": False}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(WHOLE, None, id="whole"),
        pytest.param({}, None, id="an engine that counts no shards"),
        pytest.param(
            {"_shards": {"total": 3, "successful": 3, "skipped": 2, "failed": 0}},
            None,
            id="shards that cannot have a hit",
        ),
        pytest.param(
            {
                "_shards": {
                    "total": 3,
                    "successful": 1,
                    "failed": 2,
                    "failures": [
                        {
                            "index": "communique-releases-v1-2019",
                            "reason": {"reason": "Q"},
                        }
                    ],
                }
            },
            r"2 of 3 shards \(communique-releases-v1-2019: Q\)",
            id="failed shards",
        ),
        pytest.param(
            {"_shards": {"total": 3, "successful": 2, "failed": 0}},
            "1 of 3 shards, so",
            id="a shard without a copy, which counts as failed nowhere",
        ),
        pytest.param({**WHOLE, "timed_out": True}, "ran out of time", id="timed out"),
    ],
)
def test_what_an_answer_lacks_is_said(answer, words):
    said = lack(answer)
    if words is None:
        assert said is None
    else:
        with pytest.raises(NotReadyError, match=words):
            raise NotReadyError(said)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(
            refusal(404, "index_not_found_exception", "no such index"),
            "has no index releases yet",
            id="no index",
        ),
        pytest.param(
            refusal(400, "index_closed_exception", "closed [r-2019]"),
            r"closed an index \(closed \[r-2019\]\)",
            id="closed index",
        ),
        pytest.param(
            refusal(404, "search_phase_execution_exception", "all shards failed"),
            "given up the point in time",
            id="expired point in time",
        ),
        pytest.param(
            refusal(429, "circuit_breaking_exception", "Data too large"),
            "too much to do",
            id="busy",
        ),
        pytest.param(
            refusal(503, "search_phase_execution_exception", "all shards failed"),
            "its shards are away",
            id="red",
        ),
        pytest.param(
            refusal(400, "x", "all shards failed", deeper="maxClauseCount is 1024"),
            "refuses this search: maxClauseCount is 1024",
            id="the deepest cause",
        ),
        pytest.param(ConnectionTimeout("slow"), "does not answer: slow", id="away"),
    ],
)
def test_why_elasticsearch_did_not_answer_is_one_sentence(error, words):
    said = refused(error, "releases")
    assert words.replace("\\", "") in said
    assert "\n" not in said


def test_who_is_not_let_in_hears_it_from_who_knows_the_settings():
    error = refusal(403, "security_exception", "no", error=AuthorizationException)
    with pytest.raises(AuthorizationException), in_words("releases"):
        raise error


class Client:
    """A client that gives one answer."""

    def __init__(self, answer):
        self.answer = answer

    def options(self, **_):
        return self

    async def search(self, **_):
        return type("Answer", (), {"body": self.answer})


def test_a_partial_answer_is_no_answer_to_who_wants_all():
    partial = {**WHOLE, "timed_out": True}
    assert asyncio.run(ask_all(Client(WHOLE), "releases", {})) == WHOLE
    with pytest.raises(NotReadyError, match="ran out of time"):
        asyncio.run(ask_all(Client(partial), "releases", {}))
