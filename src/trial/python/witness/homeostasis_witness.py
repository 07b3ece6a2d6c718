"""Tells homeostasis what a test runner does: one JSON line an event, in a private file.

Lies in a private folder together with `witness.json`, which says where to write and what to look for. Works from Python 3.8 on.
Lines are written by one `write` each to a file opened for appending, so several processes (pytest-xdist) can share it.
"""

import contextlib
import faulthandler
import json
import os
import signal
import sys
import threading

_HERE = os.path.dirname(os.path.abspath(__file__))
_TEXT_LIMIT = 64 * 1024

with open(os.path.join(_HERE, "witness.json"), encoding="utf-8") as _file:
    _WANTED = json.load(_file)

_ROOTS = [root + os.sep for root in _WANTED["roots"]]
_PID = os.getpid()
_REPORT = os.open(_WANTED["report"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
_STACKS = open(_WANTED["stacks"], "a", encoding="utf-8")  # Stays open as long as the process lives.
_told = set()

WATCHED = _WANTED["watched"]
ONLY = None if _WANTED["only"] is None else frozenset(_WANTED["only"])


class Overtime(BaseException):
    """A test ran longer than it may. No `Exception`, so that `except Exception` in the code under test does not keep it alive."""


def tell(kind, **fields):
    """Writes one line. A process that a test forked off stays silent: its parent tells the same test's story."""
    if os.getpid() == _PID:
        fields["k"] = kind
        # A lone surrogate is no JSON; a question mark is.
        os.write(_REPORT, (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "replace"))


def shorten(text):
    """`text`, or its head and tail if it is very long."""
    if len(text) <= _TEXT_LIMIT:
        return text
    half = _TEXT_LIMIT // 2
    return text[:half] + "\n[...]\n" + text[-half:]


def tell_modules():
    """Tells where the modules came from that lie in the trees we look at, each once."""
    found = {}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__dict__", {}).get("__file__")
        if name in _told or not isinstance(path, str):
            continue
        _told.add(name)
        path = os.path.realpath(path)
        if any(path.startswith(root) for root in _ROOTS):
            found[name] = path
    if found:
        tell("modules", files=found)


# Seconds that a test has at least, and how many ran out of theirs.
SHORTEST = 1.0
_n_overtime = 0


@contextlib.contextmanager
def limit():
    """Raises `Overtime` in the main thread when the body takes too long, where the system has an alarm.

    Code that never comes back to the interpreter, like `sum(iter(int, 1))`, does not see that; after twice the time the process ends
    with a dump of its stacks. Each test that ran out leaves the next ones less time: what never ends does not end in any of them.
    """
    seconds = max(_WANTED["limit"] / 3**_n_overtime, min(_WANTED["limit"], SHORTEST))
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal, _frame):
        global _n_overtime
        _n_overtime += 1
        tell("overtime")
        raise Overtime("timeout: the test ran longer than {:g} s".format(seconds))

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    faulthandler.dump_traceback_later(2 * seconds + 1, exit=True, file=_STACKS)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_REAL, 0)
        if signal.getsignal(signal.SIGALRM) is ring:
            signal.signal(signal.SIGALRM, before)


def begin(**fields):
    """The first line, and a dump of all stacks for the moment when the whole run is ended from outside."""
    tell("begin", **fields)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGTERM, file=_STACKS, all_threads=True, chain=True)
