"""The order in which hosts are handed out: one task at a time each, and in turn."""

from communique.worker.schedule import Hosts


def drain(hosts, now):
    """Return every host that is ready at `now`, in the order of being handed out."""
    found = []
    while (host := hosts.next(now)) is not None:
        found.append(host)
    return found


def test_hosts_come_in_the_order_of_their_first_task():
    hosts = Hosts()
    for host, due_at in (("b", 3.0), ("a", 5.0), ("c", 1.0)):
        hosts.put(host, due_at)
    assert hosts.next_at() == 1.0
    assert drain(hosts, 4.0) == ["c", "b"]
    assert hosts.next_at() == 5.0


def test_no_host_is_handed_out_before_its_task_is_due():
    hosts = Hosts()
    hosts.put("a", 5.0)
    assert hosts.next(4.999) is None
    assert hosts.next(5.0) == "a"


def test_a_host_that_is_out_is_not_handed_out_again():
    hosts = Hosts()
    hosts.put("a", 1.0)
    assert hosts.next(9.0) == "a"
    hosts.put("a", 0.0)
    hosts.put("a", None)
    assert hosts.next(9.0) is None
    assert hosts.next_at() is None


def test_a_host_rests_until_its_gate_opens():
    hosts = Hosts()
    hosts.put("a", 1.0)
    hosts.next(1.0)
    hosts.done("a", gate=11.0)
    hosts.put("a", 2.0)
    assert hosts.next(10.9) is None
    assert hosts.next(11.0) == "a"


def test_a_gate_holds_for_tasks_that_come_later():
    hosts = Hosts()
    hosts.done("a", gate=11.0)
    hosts.put("a", None)
    hosts.put("a", 3.0)
    assert hosts.next_at() == 11.0


def test_an_earlier_task_brings_a_host_forward_and_a_later_one_puts_it_off():
    hosts = Hosts()
    hosts.put("a", 9.0)
    hosts.put("a", 3.0)
    assert hosts.next_at() == 3.0
    hosts.put("a", 9.0)
    assert hosts.next_at() == 9.0
    assert drain(hosts, 8.0) == []
    assert drain(hosts, 9.0) == ["a"]


def test_a_host_without_tasks_is_not_visited():
    hosts = Hosts()
    hosts.put("a", 1.0)
    hosts.put("a", None)
    assert hosts.next_at() is None
    assert drain(hosts, 9.0) == []


def test_old_entries_of_a_host_bring_it_out_once():
    hosts = Hosts()
    for due_at in (5.0, 3.0, 5.0, 3.0):
        hosts.put("a", due_at)
    assert drain(hosts, 9.0) == ["a"]
    hosts.done("a", gate=0.0)
    hosts.put("a", 5.0)
    assert drain(hosts, 9.0) == ["a"]


def test_busy_hosts_take_turns():
    hosts, now, order = Hosts(), 100.0, []
    for host in "abc":
        hosts.put(host, 1.0)
    for _ in range(9):
        host = hosts.next(now)
        order.append(host)
        now += 0.1
        hosts.done(host, gate=now)
        hosts.put(host, 1.0)
    assert order == list("abc") * 3
