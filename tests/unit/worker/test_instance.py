"""One process an ordinal."""

import subprocess
import sys

import pytest

from communique.errors import UsageError
from communique.worker import instance
from communique.worker.instance import instance_slot


def test_the_lowest_free_ordinal_is_given(tmp_path):
    with instance_slot(tmp_path, "g", None) as first:
        with (
            instance_slot(tmp_path, "g", None) as second,
            instance_slot(tmp_path, "g", None) as third,
        ):
            assert (first, second, third) == (0, 1, 2)
        with instance_slot(tmp_path, "g", None) as again:
            assert again == 1


def test_an_ordinal_is_free_again_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), instance_slot(tmp_path, "g", 4):
        _ = 1 / 0
    with instance_slot(tmp_path, "g", 4) as ordinal:
        assert ordinal == 4


def test_a_second_holder_is_refused_with_a_sentence(tmp_path):
    with (
        instance_slot(tmp_path, "g", 0),
        pytest.raises(UsageError, match="Instance 0 of g already runs here"),
        instance_slot(tmp_path, "g", 0),
    ):
        pytest.fail("two workers with one id")


def test_groups_do_not_stand_in_each_other_s_way(tmp_path):
    with instance_slot(tmp_path, "g", 0), instance_slot(tmp_path, "h", 0) as other:
        assert other == 0


def test_all_ordinals_held_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(instance, "MAX_INSTANCES", 1)
    with (
        instance_slot(tmp_path, "g", None),
        pytest.raises(UsageError, match="1 processes of g already run here"),
        instance_slot(tmp_path, "g", None),
    ):
        pytest.fail("more than all")


def test_another_process_holds_its_ordinal_until_it_is_killed(tmp_path):
    program = (
        "import sys, pathlib, signal\n"
        "from communique.worker.instance import instance_slot\n"
        "with instance_slot(pathlib.Path(sys.argv[1]), 'g', 0):\n"
        "    print('held', flush=True); signal.pause()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with instance_slot(tmp_path, "g", None) as free:
            assert free == 1
        other.kill()
        other.wait()
        with instance_slot(tmp_path, "g", 0) as taken:
            assert taken == 0
