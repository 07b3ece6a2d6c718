"""Tries many variants in children that are forked off a process which has collected the tests and has run none.

A test is an object with an `id` and a `run()` that gives `passed`, `failed` or `skipped` and the exception, if there was one. Fates do not
depend on how many children there are, nor on the load: what a clock has ended is tried again alone, by counting steps. What passes is
confirmed in a child of its own, and so is every variant of a batch after which the original code no longer behaves as it did.
"""

import collections
import gc
import json
import marshal
import os
import random
import selectors
import signal
import sys
import threading
import time

import homeostasis_child as children
import homeostasis_seed as seed
import homeostasis_state as state
import homeostasis_swap as swap
import homeostasis_trace as trace
from homeostasis_child import ENDLESS, FAILS, MOST_TICKS, PASSES, TIMER

BATCH = 64
_PIECE = 16
_STEPS, _MORE_STEPS = 50, 400000
_COUNTED_STEPS = 500000
_ENDLESS_TICKS, _UNKNOWN_TICKS, _LONG_TICKS = 100000, 1000000, 40000000
# Processor seconds that a test may take which was too long for the tracer, before it is taken for one that never ends.
_LONGEST = 4
_CHEAP_TESTS, _CHEAP_STEPS, _CHEAP_SECONDS = 40, 20000, 0.1
_LONG = 0.03
_STARTS_PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")


class Cannot(Exception):
    """This way cannot try variants here; the text says why."""


class Nursery:
    """The seeds of the slow way, the modules that they know, and the seconds that the collection of tests takes."""

    def __init__(self, seeds, known, collection):
        self.seeds, self.known, self.collection = seeds, known, collection

    def load(self, root):
        """Lets the seeds import what the tests need and is none of the project's."""
        names = seed.foreign(self.known, root)
        for one in self.seeds:
            one.ask(None, {"load": names})
        for one in self.seeds:
            while one.read():
                pass


class Screen:
    """One screening. `tests` are all that were collected, by their ids; the recorder knows which code ran meanwhile."""

    def __init__(self, wish, tests, recorder, nursery, tell):
        if not hasattr(os, "fork") or not hasattr(signal, "setitimer"):
            raise Cannot("processes cannot be forked here")
        if threading.active_count() > 1:
            raise Cannot("the project has started threads before its tests")
        missing = [one for one in wish["failing"] if one not in tests]
        if missing or not wish["failing"]:
            raise Cannot("the runner does not find the test {}".format(missing[:1]))
        self.wish, self.recorder, self.nursery, self.tell = wish, recorder, nursery, tell
        self.failing = [tests[one] for one in wish["failing"]]
        self.passing = [tests[one] for one in wish["passing"] if one in tests]
        self.is_failing = frozenset(wish["failing"])
        self.before, self.counted, self.swaps, self.slow, self._original = {}, None, {}, {}, {}
        self._look_around()

    def _look_around(self):
        gc.unfreeze()
        self.workshop = swap.Workshop(os.path.realpath(self.wish["root"]), self.recorder.codes)
        self.picture = state.picture(self.workshop.root)
        gc.collect()
        gc.freeze()

    def steps_known(self, test):
        return self.wish["steps"].get(test.id)

    def is_endless(self, test):
        """Whether a test does not end even without a patch; one that was too long for the tracer may."""
        if test.id in self.before:
            return self.before[test.id][0] in (TIMER, ENDLESS)
        return (self.steps_known(test) or 0) >= trace.ENDLESS

    def ticks(self, test):
        steps = self.steps_known(test)
        if self.is_endless(test):
            return _ENDLESS_TICKS
        if (steps or 0) >= trace.ENDLESS:
            return _LONG_TICKS
        return _UNKNOWN_TICKS if steps is None else min(_STEPS * steps + _MORE_STEPS, MOST_TICKS)

    def seconds(self, test):
        """Processor time that a test may take at the first try."""
        return 0.06 + (0.1 if self.is_endless(test) else min(50 * self.before[test.id][2], 5 + 2 * self.before[test.id][2]))

    def steps_of(self, test):
        """Steps in the whole project that a test may make where they are counted."""
        n = self.counted.get(test.id)
        return _ENDLESS_TICKS if n is None else min(_STEPS * n + _MORE_STEPS, 4 * n + _COUNTED_STEPS)

    def originals(self, functions):
        return [self._original[function] for function in functions]

    def run(self):
        """Tells the fate of every variant."""
        self._learn()
        with open(self.wish["variants"], encoding="utf-8") as file:
            variants = [json.loads(line) for line in file]
        self._prepare(variants)
        todo = sorted(self.swaps)
        jobs = collections.deque()
        if self.leaves_state:
            jobs.extend(("single", [index]) for index in todo)
        else:
            jobs.extend(("batch", todo[at : at + BATCH]) for at in range(0, len(todo), BATCH))
        self._work_off(jobs, collections.deque(("slow", [index]) for index in sorted(self.slow)))
        how = "{} variants in children of one warm process{}".format(len(todo), ", one each" if self.leaves_state else "")
        self.tell("done", how=how + ", {} by a run each".format(len(self.slow)) * bool(self.slow))

    def _prepare(self, variants):
        """Compiles the variants, and tells the fate of those that need no test."""
        first = {}
        for index, (kind, key, swaps) in enumerate(self._prepared(variants)):
            if kind == swap.CODE and key in first:
                self.tell("fate", i=index, fate="same", n=first[key])
            elif kind == swap.CODE:
                first[key] = index
                self.swaps[index] = [(self.workshop.functions_at(place), code) for place, code in swaps]
                for functions, _ in self.swaps[index]:
                    for function in functions:
                        self._original.setdefault(function, function.__code__)
            elif kind == swap.NOT_HERE and len(self.slow) < seed.MOST and self.workshop.text(variants[index]):
                self.slow[index] = self.workshop.text(variants[index])
            else:
                self.tell("fate", i=index, fate=kind)

    def _prepared(self, variants):
        """What the workshop makes of each variant: here, or in one child for each worker."""
        n = self.wish["n_workers"]
        if n < 2 or len(variants) < 2 * BATCH:
            return [self.workshop.prepare(one) for one in variants]

        def work(mine):
            def prepare(tell):
                for at in mine:
                    made = [self.workshop.prepare(one) for one in variants[at : at + _PIECE]]
                    tell(at, marshal.dumps(made).hex())

            return prepare

        starts = range(0, len(variants), _PIECE)
        workers = [children.Child(("prepare", []), work(starts[one::n])) for one in range(n)]
        self._await(workers, 600)
        pieces = {}
        for worker in workers:
            pieces.update((told[0], told[1]) for told in worker.told if isinstance(told[0], int))
        found = []
        for at in starts:
            # A piece whose child has died is made here.
            one = marshal.loads(bytes.fromhex(pieces[at])) if at in pieces else list(map(self.workshop.prepare, variants[at : at + _PIECE]))
            found.extend(one)
        return found

    def _run_as_is(self):
        child = children.Child(("learn", []), self._watch)
        self._await([child], 3 * self.wish["limit"] + 1)
        return child

    def _learn(self):
        """Runs all tests as they are, in a child; once more if they have loaded modules, which are loaded here then."""
        child = self._run_as_is()
        late = [told[1] for told in child.told if told[0] == "modules"]
        if any(late):
            self.recorder.begin()
            seed.load(late[0])
            self.recorder.end()
            if threading.active_count() > 1:
                raise Cannot("the project starts threads")
            self._look_around()
            child = self._run_as_is()
        programs = [told[1] for told in child.told if told[0] == "program"]
        # Tests that change what modules hold, if only a cache, would see what another variant has left there.
        self.leaves_state = ["state"] not in child.told
        for told in child.told:
            if told[0] == "test":
                self.before[told[1]] = (told[2], told[3], told[4], told[5])
        self.passing = [test for test in self.passing if self.before.get(test.id, ("",))[0] == "passed" and test.id not in programs]
        for test in self.failing:
            if test.id in programs:
                raise Cannot("the test {} starts programs".format(test.id))
            if self.before.setdefault(test.id, (ENDLESS, "", 0.0, 0.0))[0] in ("passed", "skipped"):
                raise Cannot("the test {} does not fail alone".format(test.id))
        alive = [test for test in self.failing if not self.is_endless(test)]
        self.canaries = alive[:1] + self.passing[:1]
        steps = [self.steps_known(test) for test in self.failing]
        is_short = None not in steps and sum(steps) <= _CHEAP_STEPS and sum(self.before[test.id][2] for test in self.failing) < _CHEAP_SECONDS
        self.is_cheap = is_short and len(steps) <= _CHEAP_TESTS
        self.wall = 4 + 20 * max(before[3] for before in self.before.values())

    def _watch(self, tell):
        runs, programs, known = children.Runs(self), [0], state.modules()

        def hear(event, _args):
            programs[0] += event in _STARTS_PROGRAMS

        sys.addaudithook(hear)
        has_endless = False
        for test in self.failing + self.passing:
            is_long = (self.steps_known(test) or 0) >= trace.ENDLESS
            if is_long and has_endless:
                continue
            limit = min(_LONGEST, self.wish["limit"]) if is_long else self.wish["limit"]
            programs[0] = 0
            random.seed(0)
            # The first time, modules are loaded and caches filled.
            wall, cpu = time.monotonic(), time.process_time()
            outcome, error = runs.run(test, MOST_TICKS, limit)
            if time.process_time() - cpu < _LONG:
                random.seed(0)
                wall, cpu = time.monotonic(), time.process_time()
                outcome, error = runs.run(test, MOST_TICKS, limit)
            has_endless = has_endless or (is_long and outcome in (TIMER, ENDLESS))
            cpu = time.process_time() - cpu
            if programs[0]:
                tell("program", test.id)
            tell("test", test.id, outcome, type(error).__name__, cpu, time.monotonic() - wall)
        if state.picture(self.workshop.root) == self.picture:
            tell("state")
        tell("modules", sorted(state.modules() - known))

    def _count(self, tell):
        runs = children.Runs(self)
        runs.counter = trace.Counter(self.wish["root"], runs.stop_counting)
        for test in self.failing + self.passing:
            if not self.is_endless(test):
                runs.run(test, MOST_TICKS, self.wish["limit"], trace.MOST_STEPS)
                tell(test.id, runs.counter.n_steps)

    def _try(self, job, tell):
        kind, indices = job
        runs, last = children.Runs(self), [time.monotonic()]
        runs.counter = trace.Counter(self.wish["root"], runs.stop_counting)

        def beat():
            if time.monotonic() - last[0] > 0.2:
                last[0] = time.monotonic()
                tell()

        for index in indices:
            fate, n_cured = runs.judge(self.swaps[index], kind == "count", beat)
            runs.restore(self.swaps[index])
            last[0] = time.monotonic()
            tell(index, fate, n_cured)
        gc.collect()
        tell("as before" if kind != "batch" or runs.is_as_before() else "changed")

    def _await(self, all_of, wall):
        """Hears children to their end; one that is silent for `wall` seconds is ended."""
        waiting = {child.fd: child for child in all_of}
        with selectors.DefaultSelector() as selector:
            for one in waiting:
                selector.register(one, selectors.EVENT_READ)
            while waiting:
                for key, _ in selector.select(0.5):
                    if not waiting[key.fd].read():
                        selector.unregister(key.fd)
                        waiting.pop(key.fd).end()
                _end_silent(waiting.values(), lambda _: wall)

    def _work_off(self, jobs, slow):
        """Keeps children and seeds busy until there is no job left."""
        busy, idle = {}, []
        if slow:
            idle += self.nursery.seeds
            self.nursery.load(self.workshop.root)
            self._count_steps()
        with selectors.DefaultSelector() as selector:
            while jobs or busy or (slow and idle):
                while (jobs or (slow and idle)) and len(busy) < max(1, self.wish["n_workers"]):
                    one = self._child(jobs.popleft()) if jobs else self._seed(idle.pop(), slow.popleft())
                    busy[one.fd] = one
                    selector.register(one.fd, selectors.EVENT_READ)
                for key, _ in selector.select(0.5):
                    one = busy[key.fd]
                    if not one.read():
                        selector.unregister(one.fd)
                        del busy[one.fd]
                        if isinstance(one, children.Child):
                            one.end()
                            jobs.extend(self._settle(one))
                        else:
                            idle.extend(self._settle_slow(one))
                _end_silent(busy.values(), self._patience)
        for _, (index,) in slow:
            self.tell("fate", i=index, fate=swap.NOT_HERE)

    def _patience(self, one):
        kind = one.job[0]
        return self.wall + 10 * self.nursery.collection if kind == "slow" else self.wall * (10 if kind == "count" else 1)

    def _child(self, job):
        if job[0] == "count":
            self._count_steps()
        return children.Child(job, lambda tell: self._try(job, tell))

    def _count_steps(self):
        """Counts the steps of all tests as they are, in a child."""
        if self.counted is None:
            counter = children.Child(("learn", []), self._count)
            self._await([counter], 3 * self.wish["limit"] + 1)
            self.counted = {told[0]: told[1] for told in counter.told if told[0] != "error"}

    def _seed(self, one, job):
        tests = self.failing + self.passing
        request = {
            "index": job[1][0],
            "files": self.slow[job[1][0]],
            "wish": {"root": self.wish["root"]},
            "failing": [test.id for test in self.failing],
            "passing": [test.id for test in self.passing],
            "cheap": self.is_cheap,
            "collection": 2 + 5 * self.nursery.collection,
            "seconds": {test.id: self.seconds(test) for test in tests},
            "counts": {test.id: self.steps_of(test) for test in tests},
        }
        one.ask(job, request)
        return one

    def _settle_slow(self, one):
        fate, n_cured = one.fate()
        is_gone = one.status is None
        self.tell("fate", i=one.job[1][0], fate=swap.NOT_HERE if is_gone else fate, n=n_cured)
        return [] if is_gone else [one]

    def _settle(self, child):
        """Tells the fates that are sure now; what is left to do."""
        kind, indices = child.job
        fates = [told for told in child.told if isinstance(told[0], int)]
        has_ended = bool(child.told) and child.told[-1][0] in ("as before", "changed")
        if kind != "batch":
            return self._settle_one(kind, indices[0], fates, child.is_out_of_time)
        if has_ended and child.told[-1][0] == "as before":
            more = []
            for index, fate, n_cured in fates:
                if fate == PASSES:
                    more.append(("single", [index]))
                elif fate == TIMER:
                    more.append(("count", [index]))
                else:
                    self.tell("fate", i=index, fate=fate, n=n_cured)
            return more
        done = len(fates)
        if has_ended or done == len(indices):
            return [("single", [index]) for index in indices]
        parts = [("batch", indices[:done]), ("single", [indices[done]]), ("batch", indices[done + 1 :])]
        return [part for part in parts if part[1]]

    def _settle_one(self, kind, index, fates, is_out_of_time):
        fate, n_cured = fates[0][1:] if fates else (TIMER if is_out_of_time else FAILS, 0)
        if fate == TIMER and kind == "single":
            return [("count", [index])]
        self.tell("fate", i=index, fate=ENDLESS if fate == TIMER else fate, n=n_cured)
        return []


def _end_silent(processes, patience):
    now = time.monotonic()
    for one in processes:
        if not one.is_killed and now - one.last > patience(one):
            one.kill()
