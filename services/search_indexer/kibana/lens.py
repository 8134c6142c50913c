"""A panel → what Lens keeps of it (Kibana 8.x, form-based); pure."""

from collections.abc import Mapping
from typing import Any

from search_indexer.kibana.panels import Condition, Number, Panel, View, Words

LAYER = "data"
REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
TIME = "time"
_RECORDS = "___records___"
_SERIES = {"bars": "bar_stacked", "lines": "line", "top": "bar_horizontal"}


def lens(panel: Panel, view: View) -> dict[str, Any]:
    """Return the attributes of `panel`, which reads `view`."""
    kind, visualization = _visualization(panel)
    return {
        "title": "",
        "description": "",
        "visualizationType": kind,
        "type": "lens",
        "references": [{"type": "index-pattern", "id": view.alias, "name": REFERENCE}],
        "state": {
            "visualization": visualization,
            "query": kuery(panel.where),
            "filters": [],
            "datasourceStates": {
                "formBased": {
                    "layers": {
                        LAYER: {
                            "columns": columns(panel, view),
                            "columnOrder": list(columns(panel, view)),
                            "incompleteColumns": {},
                            "sampling": 1,
                        }
                    }
                },
                "indexpattern": {"layers": {}},
                "textBased": {"layers": {}},
            },
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def kuery(where: tuple[Condition, ...]) -> dict[str, str]:
    """Return conditions as a query of Kibana's."""
    said = " and ".join(condition.kql for condition in where)
    return {"query": said, "language": "kuery"}


def number_id(index: int) -> str:
    """Return the id of the column of a panel's number."""
    return f"number-{index}"


def words_id(index: int) -> str:
    """Return the id of the column of a panel's words."""
    return f"words-{index}"


def columns(panel: Panel, view: View) -> dict[str, dict[str, Any]]:
    """Return the columns by id, groups first."""
    found = {words_id(n): _words(words) for n, words in enumerate(panel.words)}
    if panel.over_time:
        found[TIME] = _time(view)
    # Over time an hour without is a gap; as a number of its own, none is 0 and not N/A.
    empty_as_null = panel.shape != "metric"
    return found | {
        number_id(n): _number(number, empty_as_null=empty_as_null)
        for n, number in enumerate(panel.numbers)
    }


def _words(words: Words) -> dict[str, Any]:
    return {
        "label": words.label,
        "customLabel": True,
        "dataType": "string",
        "operationType": "terms",
        "scale": "ordinal",
        "sourceField": words.of,
        "isBucketed": True,
        "params": {
            "size": words.size,
            "orderBy": {"type": "column", "columnId": number_id(0)},
            "orderDirection": "desc",
            "otherBucket": False,
            "missingBucket": False,
            "parentFormat": {"id": "terms"},
        },
    }


def _time(view: View) -> dict[str, Any]:
    return {
        "label": "Time",
        "customLabel": True,
        "dataType": "date",
        "operationType": "date_histogram",
        "scale": "interval",
        "sourceField": view.time,
        "isBucketed": True,
        "params": {"interval": "auto", "includeEmptyRows": True, "dropPartials": False},
    }


def _number(number: Number, *, empty_as_null: bool) -> dict[str, Any]:
    counts = number.operation in ("count", "sum", "unique_count")
    params: dict[str, Any] = {"emptyAsNull": counts and empty_as_null}
    if number.operation == "percentile":
        params = {"percentile": number.percentile}
    return {
        "label": number.label,
        "customLabel": True,
        "dataType": "number",
        "operationType": number.operation,
        "scale": "ratio",
        "sourceField": number.of or _RECORDS,
        "isBucketed": False,
        "params": params,
    }


def _visualization(panel: Panel) -> tuple[str, dict[str, Any]]:
    numbers = [number_id(n) for n in range(len(panel.numbers))]
    words = [words_id(n) for n in range(len(panel.words))]
    layer = {"layerId": LAYER, "layerType": "data"}
    if panel.shape == "metric":
        return "lnsMetric", {**layer, "metricAccessor": numbers[0]}
    if panel.shape == "table":
        shown = [{"columnId": column} for column in (*words, *numbers)]
        return "lnsDatatable", {**layer, "columns": shown}
    if panel.shape == "donut":
        donut = {
            **layer,
            "primaryGroups": words,
            "metrics": numbers,
            "numberDisplay": "percent",
            "categoryDisplay": "default",
            "legendDisplay": "default",
            "nestedLegend": False,
        }
        return "lnsPie", {"shape": "donut", "layers": [donut]}
    return "lnsXY", _chart(panel, layer, numbers, words)


def _chart(
    panel: Panel, layer: Mapping[str, Any], numbers: list[str], words: list[str]
) -> dict[str, Any]:
    series = _SERIES[panel.shape]
    x, split = (TIME, words[:1]) if panel.over_time else (words[0], [])
    return {
        "legend": {"isVisible": bool(split) or len(numbers) > 1, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        # The title of the panel says what the axes would.
        "axisTitlesVisibilitySettings": {
            "x": False,
            "yLeft": False,
            "yRight": False,
        },
        "preferredSeriesType": series,
        "layers": [
            {
                **layer,
                "seriesType": series,
                "position": "top",
                "showGridlines": False,
                "xAccessor": x,
                "accessors": numbers,
                **({"splitAccessor": split[0]} if split else {}),
            }
        ],
    }
