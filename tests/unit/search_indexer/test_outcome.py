"""The classes of answers, row by row; measured on Elasticsearch 8.19 and noida-db."""

import pytest

from search_indexer.outcome import (
    UNKNOWN_TRIES,
    is_known,
    outcome,
    without_document,
)

TABLE = [
    (200, None, "indexed"),
    (201, None, "indexed"),
    (409, "version_conflict_engine_exception", "superseded"),
    # For ever: the engine's fault.
    (None, None, "retry"),
    (408, None, "retry"),
    (429, "es_rejected_execution_exception", "retry"),
    (429, "circuit_breaking_exception", "retry"),
    (429, None, "retry"),
    (502, None, "retry"),
    (503, "unavailable_shards_exception", "retry"),
    (503, "process_cluster_event_timeout_exception", "retry"),
    (503, "a_new_exception", "retry"),
    (504, None, "retry"),
    (400, "task_cancelled_exception", "retry"),
    (400, "resource_already_exists_exception", "retry"),
    (425, None, "retry"),
    (500, None, "retry"),  # a gateway: Elasticsearch names a type
    (521, None, "retry"),
    (500, "node_closed_exception", "retry"),
    (500, "node_disconnected_exception", "retry"),
    (404, "shard_not_found_exception", "retry"),
    # For ever, with an alarm: the operator's.
    (401, None, "operator"),
    (401, "security_exception", "operator"),
    (403, "security_exception", "operator"),
    (403, "cluster_block_exception", "operator"),
    (429, "cluster_block_exception", "operator"),
    (404, "index_not_found_exception", "operator"),
    (404, "a_new_exception", "operator"),
    (400, "index_closed_exception", "operator"),
    (400, "invalid_index_name_exception", "operator"),
    (400, "validation_exception", "operator"),
    (400, "media_type_header_exception", "operator"),
    (500, "i_o_exception", "operator"),
    (500, "translog_exception", "operator"),
    (302, None, "operator"),
    (405, None, "operator"),
    (406, None, "operator"),
    (407, None, "operator"),
    (410, None, "operator"),
    # The document's.
    (400, "document_parsing_exception", "dead"),
    (400, "mapper_parsing_exception", "dead"),
    (400, "strict_dynamic_mapping_exception", "dead"),
    (400, "illegal_argument_exception", "dead"),
    (400, "action_request_validation_exception", "dead"),
    (400, "x_content_parse_exception", "dead"),
    (413, None, "dead"),
]

UNKNOWN = [
    pytest.param(500, "null_pointer_exception", id="500 of an unlisted type"),
    pytest.param(400, None, id="400 without a type"),
    pytest.param(400, "a_new_exception", id="400 of an unlisted type"),
    pytest.param(409, "a_new_exception", id="409 of an unlisted type"),
    pytest.param(200, "a_new_exception", id="an error with a status of success"),
    pytest.param(204, None, id="a success without an answer"),
]


@pytest.mark.parametrize(
    ("status", "error_type", "expected"),
    [pytest.param(*row, id=f"{row[0]} {row[1]}") for row in TABLE],
)
@pytest.mark.parametrize("tries", [0, UNKNOWN_TRIES + 1])
def test_status_and_type_decide(status, error_type, expected, tries):
    assert outcome(status, error_type, tries=tries) == expected
    assert is_known(status, error_type)


@pytest.mark.parametrize(("status", "error_type"), UNKNOWN)
def test_an_unknown_answer_is_tried_again_and_then_dead(status, error_type):
    assert not is_known(status, error_type)
    tried = [outcome(status, error_type, tries=n) for n in range(UNKNOWN_TRIES + 1)]
    assert tried == ["retry"] * UNKNOWN_TRIES + ["dead"]


@pytest.mark.parametrize(
    ("status", "error_type", "expected"),
    [
        (None, None, "retry"),
        (503, "master_not_discovered_exception", "retry"),
        (403, "security_exception", "operator"),
        (400, "illegal_argument_exception", "operator"),
        (500, "a_new_exception", "operator"),
    ],
)
def test_where_no_document_is_at_fault_an_operator_is(status, error_type, expected):
    assert without_document(status, error_type) == expected
