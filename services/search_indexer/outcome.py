"""
What Elasticsearch said of one bulk item, or of a whole request: pure.

Decided by status and type together: 400 is the document's fault or the operator's, 403
and 404 are never the document's. Measured on Elasticsearch 8.19, and held complete by
its own list of errors (tests/integration/test_outcomes.py). An answer in no table, such
as a 500 of any other type, may be anybody's fault: it is tried again, then alone, then
dead, and a person is told at once (search_indexer.waiting).
"""

from collections.abc import Mapping
from typing import Literal

from communique.errors import PermanentError

Outcome = Literal["indexed", "superseded", "retry", "operator", "dead"]
"""
`retry` and `operator` are tried again for ever; on the latter somebody must act.

`dead` of a whole request means that some of its items are, or that it is too large:
halve it.
"""

Refusal = Literal["retry", "operator", "unknown"]
"""Why an item is sent again; on the last two somebody must look."""

UNKNOWN_TRIES = 10
"""How often an answer in no table is tried again; the last time alone."""

_BY_TYPE: Mapping[str, Outcome] = {
    "version_conflict_engine_exception": "superseded",
    # The engine is busy, starting, stopping or moving shards.
    "action_transport_exception": "retry",
    "already_closed_exception": "retry",
    "circuit_breaking_exception": "retry",
    "connect_transport_exception": "retry",
    "coordination_state_rejected_exception": "retry",
    "engine_closed_exception": "retry",
    "es_rejected_execution_exception": "retry",
    "failed_to_commit_cluster_state_exception": "retry",
    "illegal_index_shard_state_exception": "retry",
    "incompatible_cluster_state_version_exception": "retry",
    "index_primary_shard_not_allocated_exception": "retry",
    "index_shard_closed_exception": "retry",
    "index_shard_not_recovering_exception": "retry",
    "index_shard_not_started_exception": "retry",
    "index_shard_recovering_exception": "retry",
    "index_shard_relocated_exception": "retry",
    "index_shard_started_exception": "retry",
    "master_not_discovered_exception": "retry",
    "no_longer_primary_shard_exception": "retry",
    "no_node_available_exception": "retry",
    "no_shard_available_action_exception": "retry",
    "no_such_node_exception": "retry",
    "node_closed_exception": "retry",
    "node_disconnected_exception": "retry",
    "node_health_check_failure_exception": "retry",
    "node_not_connected_exception": "retry",
    "not_master_exception": "retry",
    "primary_missing_action_exception": "retry",
    "process_cluster_event_timeout_exception": "retry",
    "receive_timeout_transport_exception": "retry",
    "remote_transport_exception": "retry",
    "resource_already_exists_exception": "retry",  # another process made the index
    "response_handler_failure_transport_exception": "retry",
    "retry_on_primary_exception": "retry",
    "retry_on_replica_exception": "retry",
    "send_request_transport_exception": "retry",
    "shard_lock_obtain_failed_exception": "retry",
    "shard_not_found_exception": "retry",
    "shard_not_in_primary_mode_exception": "retry",
    "snapshot_in_progress_exception": "retry",
    "task_cancelled_exception": "retry",  # with status 400
    "timeout_exception": "retry",
    "transport_exception": "retry",
    "transport_not_ready_exception": "retry",
    "unavailable_shards_exception": "retry",
    # Somebody must open, unblock, allow or make room. At the flood stage of a full disk
    # the block comes with 429, and goes by itself once there is room.
    "cluster_block_exception": "operator",
    "index_closed_exception": "operator",
    "index_not_found_exception": "operator",
    "security_exception": "operator",
    "validation_exception": "operator",  # the cluster's limit of shards is reached
    # Templates or settings are not ours, or not right.
    "api_not_available_exception": "operator",
    "failure_index_not_supported_exception": "operator",
    "feature_not_enabled_exception": "operator",
    "index_creation_exception": "operator",
    "index_template_missing_exception": "operator",
    "invalid_alias_name_exception": "operator",
    "invalid_index_name_exception": "operator",
    "invalid_index_template_exception": "operator",
    "invalid_selector_exception": "operator",
    "invalid_type_name_exception": "operator",
    "mapper_exception": "operator",
    "routing_missing_exception": "operator",
    "settings_exception": "operator",
    "type_missing_exception": "operator",
    "unsupported_selector_exception": "operator",
    # The server is of a version that cannot talk to us, or its nodes to each other.
    "action_not_found_transport_exception": "operator",
    "http_request_on_transport_exception": "operator",  # that is its other port
    "media_type_header_exception": "operator",  # with status 400
    "not_serializable_transport_exception": "operator",
    "transport_serialization_exception": "operator",
    # A node's disk or memory.
    "corrupt_index_exception": "operator",
    "corrupt_state_exception": "operator",
    "engine_creation_failure_exception": "operator",
    "engine_exception": "operator",
    "file_system_exception": "operator",
    "flush_failed_engine_exception": "operator",
    "i_o_exception": "operator",
    "no_such_file_exception": "operator",
    "out_of_memory_error": "operator",
    "refresh_failed_engine_exception": "operator",
    "translog_corrupted_exception": "operator",
    "translog_exception": "operator",
    "truncated_translog_exception": "operator",
    "write_state_exception": "operator",
    # The document can never be taken. A fault of ours that looks like that (a mapping
    # without a field, an ingest pipeline that is gone) hits all documents: the worker
    # stops before they are buried (communique.worker.mass_death).
    "action_request_validation_exception": "dead",
    "document_parsing_exception": "dead",
    "illegal_argument_exception": "dead",
    "json_e_o_f_exception": "dead",
    "json_parse_exception": "dead",
    "mapper_parsing_exception": "dead",
    "not_x_content_exception": "dead",
    "parse_exception": "dead",
    "parsing_exception": "dead",
    "stream_constraints_exception": "dead",
    "strict_dynamic_mapping_exception": "dead",
    "x_content_e_o_f_exception": "dead",
    "x_content_parse_exception": "dead",
}

_BY_STATUS: Mapping[int, Outcome] = {
    200: "indexed",
    201: "indexed",
    401: "operator",
    403: "operator",
    404: "operator",
    405: "operator",
    406: "operator",
    407: "operator",
    408: "retry",
    410: "operator",
    413: "dead",
    415: "operator",
    425: "retry",
    429: "retry",
    502: "retry",
    503: "retry",
    504: "retry",
}


class RefusedError(PermanentError):
    """Elasticsearch can never take the document; the text has its type and reason."""


class UnknownRefusalError(PermanentError):
    """Elasticsearch went on refusing the document for a reason in no table of ours."""

    @property
    def error_class(self) -> str:
        """Return the class in one word, for headers and metrics."""
        return "unknown"


def outcome(status: int | None, error_type: str | None, *, tries: int = 0) -> Outcome:
    """
    Return what follows from an answer; `status` None means that there was none.

    `tries` says how often this item met an unknown answer before: such answers are
    tried again until `UNKNOWN_TRIES`, then dead.
    """
    known = _known(status, error_type)
    if known is not None:
        return known
    return "retry" if tries < UNKNOWN_TRIES else "dead"


def without_document(status: int | None, error_type: str | None) -> Refusal:
    """Return what follows from an answer to a request that brought no document."""
    return "retry" if _known(status, error_type) == "retry" else "operator"


def is_known(status: int | None, error_type: str | None) -> bool:
    """Return whether a table decides this answer."""
    return _known(status, error_type) is not None


def _known(status: int | None, error_type: str | None) -> Outcome | None:
    if status is None:
        return "retry"
    if error_type is not None and error_type in _BY_TYPE:
        return _BY_TYPE[error_type]
    if error_type is not None:
        return None if status < 300 else _BY_STATUS.get(status)
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    # Without a type it is not Elasticsearch that speaks but a gateway before it.
    if 300 <= status < 400:
        return "operator"
    return "retry" if status >= 500 else None
