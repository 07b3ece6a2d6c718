"""The slow way: a variant of whatever kind, tried by a process that begins where the runner begins.

A seed is forked off before anything of the project is imported, and then imports what the project needs and is none of its own. For each
variant it forks a child, in which the runner goes on with the patched text in place of the file's.
"""

import importlib
import importlib.machinery
import json
import os
import signal
import sys
import time

import homeostasis_child as children
import homeostasis_trace as trace

MOST = 30


class Seed:
    """A seed, seen from the process that asks it."""

    def __init__(self, pid, writer, reader):
        self.pid, self.fd, self._writer = pid, reader, writer
        self.job, self.last, self._rest = None, 0.0, b""
        self._begin()

    def _begin(self):
        self.told, self.status, self._child, self.is_killed = [], None, None, False

    def ask(self, job, request):
        self._begin()
        self.job, self.last = job, time.monotonic()
        children.write(self._writer, request)

    def read(self):
        """Whether the child is still there."""
        got = os.read(self.fd, 1 << 16)
        self.last = time.monotonic()
        lines = (self._rest + got).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            told = json.loads(line)
            if told[:1] == ["pid"]:
                self._child = told[1]
            elif told[:1] == ["over"]:
                self.status = told[1]
            elif told:
                self.told.append(told)
        return bool(got) and self.status is None

    def kill(self):
        self.is_killed = True
        if self._child is not None:
            os.kill(self._child, signal.SIGKILL)

    def fate(self):
        """The fate that the child has told, or what its end says."""
        if self.told:
            return self.told[0][1:]
        is_late = self.is_killed or (self.status is not None and os.WIFSIGNALED(self.status) and os.WTERMSIG(self.status) == signal.SIGVTALRM)
        return (children.ENDLESS if is_late else children.FAILS), 0

    def close(self):
        os.close(self._writer)
        os.close(self.fd)

    def end(self):
        self.close()
        os.waitpid(self.pid, 0)


class Trial:
    """What a child of a seed has to do, in the place of the runner's own work."""

    def __init__(self, request, tell):
        self._request, self._tell = request, tell
        self.wish = request["wish"]
        self.is_cheap, self.is_failing = request["cheap"], frozenset(request["failing"])
        self._clock = children.Clock()
        _put({path: text.encode("utf-8") for path, text in request["files"]})
        self._clock.start(request["collection"])

    def seconds(self, test):
        return self._request["seconds"][test.id]

    def steps_of(self, test):
        return self._request["counts"][test.id]

    def ticks(self, _test):
        return children.MOST_TICKS

    def run(self, tests):
        """Tells the fate, and ends the process."""
        try:
            self._clock.stop()
            index = self._request["index"]
            if self._clock.has_fired:
                self._tell(index, children.ENDLESS, 0)
            elif any(name not in tests for name in self._request["failing"]):
                self._tell(index, children.FAILS, 0)
            else:
                self.failing = [tests[name] for name in self._request["failing"]]
                self.passing = [tests[name] for name in self._request["passing"] if name in tests]
                runs = children.Runs(self)
                runs.counter = trace.Counter(self.wish["root"], runs.stop_counting)
                fate, n_cured = runs.judge([], True, lambda: self._tell())
                if len(self.passing) < len(self._request["passing"]) and fate == children.PASSES:
                    fate, n_cured = children.FAILS, len(self.failing)
                self._tell(index, children.ENDLESS if fate == children.TIMER else fate, n_cured)
        finally:
            os._exit(0)


def _put(files):
    """From now on, imports see these texts in place of the files'."""
    loader = importlib.machinery.SourceFileLoader
    get_data, path_stats = loader.get_data, loader.path_stats

    def data(self, path):
        found = files.get(os.path.realpath(path))
        return get_data(self, path) if found is None else found

    def stats(self, path):
        if os.path.realpath(path) in files:
            raise OSError("the text is not that of the file")
        return path_stats(self, path)

    loader.get_data, loader.path_stats = data, stats


def plant(wish):
    """Seeds, as many as there are workers; and in the child of a seed, what it has to do."""
    seeds = []
    if wish["mode"] != "screen" or not hasattr(os, "fork") or not hasattr(signal, "setitimer"):
        return seeds, None
    for _ in range(max(1, wish["n_workers"])):
        down, up = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            # Who keeps a way to another seed keeps that seed alive.
            for earlier in seeds:
                earlier.close()
            os.close(down[1])
            os.close(up[0])
            return [], _serve(os.fdopen(down[0], "r", encoding="ascii"), up[1])
        os.close(down[0])
        os.close(up[1])
        seeds.append(Seed(pid, down[1], up[0]))
    return seeds, None


def _serve(requests, writer):
    def tell(*told):
        children.write(writer, told)

    children.hush()
    for line in iter(requests.readline, ""):
        request = json.loads(line)
        if "load" in request:
            load(request["load"])
            tell("over", 0)
            continue
        pid = os.fork()
        if pid == 0:
            return Trial(request, tell)
        tell("pid", pid)
        tell("over", os.waitpid(pid, 0)[1])
    os._exit(0)


def load(names):
    """Imports modules, as far as they can be imported."""
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:
            pass


def foreign(known, root):
    """The modules that were loaded since `known` and are none of the project's."""
    own, found = set(), []
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if not isinstance(path, str) or trace.inside(path, os.path.join(root, "")):
            own.add(name.split(".")[0])
        elif name not in known:
            found.append(name)
    return [name for name in found if name.split(".")[0] not in own]
