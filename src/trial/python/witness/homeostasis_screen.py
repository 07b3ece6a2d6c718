"""Tries many variants in children that are forked off a process which has collected the tests and has run none.

A test is an object with an `id` and a `run()` that gives `passed`, `failed` or `skipped` and the exception, if there was one. Fates do not
depend on how many children there are, nor on the load: what a clock has ended is tried again alone, by counting steps. What passes is
confirmed in a child of its own, and so is every variant of a batch after which the original code no longer behaves as it did.
"""

import collections
import gc
import json
import os
import random
import selectors
import signal
import sys
import threading
import time

import homeostasis_state as state
import homeostasis_swap as swap
import homeostasis_trace as trace
import homeostasis_witness as witness

BATCH = 64
_STEPS, _MORE_STEPS = 50, 10000
_MOST_TICKS, _ENDLESS_TICKS, _UNKNOWN_TICKS = 3000000, 100000, 1000000
_CHEAP_TESTS, _CHEAP_STEPS, _CHEAP_SECONDS = 40, 20000, 0.1
_MEMORY = 1 << 30

PASSES, FAILS, ENDLESS, TIMER = "passes", "fails", "endless", "timer"
_STARTS_PROGRAMS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn")


class Cannot(Exception):
    """This way cannot try variants here; the text says why."""


class _Clock:
    """Ends a test that takes too much processor time; one that cannot be ended ends with its process."""

    def __init__(self):
        self.has_fired = False
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)

    def _ring(self, _signal, _frame):
        self.has_fired = True
        raise swap.Overrun("the test takes too long")

    def start(self, seconds):
        self.has_fired = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 1.5 * seconds + 0.05)
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.02)

    def stop(self):
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _limit_memory():
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


class _Runs:
    """Runs tests in a child."""

    def __init__(self, screen):
        self.screen, self.clock, self.counter = screen, _Clock(), None
        _limit_memory()
        gc.disable()

    def run(self, test, ticks, seconds, steps=None):
        """`passed`, `failed`, `skipped`, `ENDLESS` or `TIMER`, and the exception."""
        swap.Fuel.left, swap.Fuel.is_spent = ticks, False
        outcome, error = "failed", None
        try:
            try:
                self.clock.start(seconds)
                if steps is not None:
                    self.counter.begin(steps)
                outcome, error = test.run()
            finally:
                sys.settrace(None)
                self.clock.stop()
        except BaseException as caught:
            outcome, error = "failed", caught
        self.clock.stop()
        if swap.Fuel.is_spent or isinstance(error, MemoryError):
            return ENDLESS, error
        return (TIMER, error) if self.clock.has_fired else (outcome, error)

    def stop_counting(self):
        swap.Fuel.is_spent = True
        raise swap.Overrun("the test makes too many steps")

    def judge(self, swaps, is_counted, beat):
        """The fate of a variant and the number of failing tests that it cures."""
        screen = self.screen
        for functions, code in swaps:
            for function in functions:
                function.__code__ = code
        random.seed(0)
        n_cured = 0
        for test in screen.failing + screen.passing:
            is_failing = test.id in screen.is_failing
            if not is_failing and n_cured < len(screen.failing):
                break
            seconds = screen.seconds(test)
            steps = None
            if is_counted:
                # A step that is counted takes less than two microseconds.
                steps = screen.steps_of(test)
                seconds = 5 * seconds + 2e-6 * steps
            outcome, _ = self.run(test, screen.ticks(test), seconds, steps)
            if outcome in (ENDLESS, TIMER):
                return outcome, 0
            if outcome == "passed":
                n_cured += is_failing
            elif not (is_failing and screen.is_cheap):
                return FAILS, n_cured
            beat()
        return (PASSES if n_cured == len(screen.failing) else FAILS), n_cured

    def restore(self, swaps):
        for functions, _ in swaps:
            for function, code in zip(functions, self.screen.originals(functions)):
                function.__code__ = code

    def is_as_before(self):
        """Whether the original code still does what it did."""
        if state.picture(self.screen.workshop.root) != self.screen.picture:
            return False
        for test in self.screen.canaries:
            outcome, error = self.run(test, _MOST_TICKS, self.screen.seconds(test))
            if (outcome, type(error).__name__) != self.screen.before[test.id][:2]:
                return False
        return True


class _Child:
    """A forked process and what it has told."""

    def __init__(self, job, work):
        self.job, self.told, self.rest, self.is_killed = job, [], b"", False
        reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(reader)
                work(lambda *told: os.write(writer, (json.dumps(told) + "\n").encode("ascii")))
            except BaseException as error:
                if os.environ.get("HOMEOSTASIS_SEARCH_TRACE"):
                    raise
                os.write(writer, (json.dumps(["error", type(error).__name__]) + "\n").encode("ascii"))
            finally:
                os._exit(0)
        os.close(writer)
        self.fd, self.last = reader, time.monotonic()

    def read(self):
        """Whether the child is still there."""
        got = os.read(self.fd, 1 << 16)
        self.last = time.monotonic()
        lines = (self.rest + got).split(b"\n")
        self.rest = lines.pop()
        self.told += [json.loads(line) for line in lines if line != b"[]"]
        return bool(got)

    def end(self):
        os.close(self.fd)
        status = os.waitpid(self.pid, 0)[1]
        self.is_out_of_time = self.is_killed or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGVTALRM, signal.SIGPROF))

    def kill(self):
        self.is_killed = True
        os.kill(self.pid, signal.SIGKILL)


class Screen:
    """One screening. `tests` are all that were collected, by their ids; `ran_before` the codes that ran meanwhile."""

    def __init__(self, wish, tests, ran_before, tell):
        if not hasattr(os, "fork") or not hasattr(signal, "setitimer"):
            raise Cannot("processes cannot be forked here")
        if threading.active_count() > 1:
            raise Cannot("the project has started threads before its tests")
        missing = [one for one in wish["failing"] if one not in tests]
        if missing or not wish["failing"]:
            raise Cannot("the runner does not find the test {}".format(missing[:1]))
        self.wish, self.tell = wish, tell
        self.failing = [tests[one] for one in wish["failing"]]
        self.passing = [tests[one] for one in wish["passing"] if one in tests]
        self.is_failing = frozenset(wish["failing"])
        self.before, self.counted, self._original = {}, None, {}
        self.workshop = swap.Workshop(os.path.realpath(wish["root"]), ran_before)
        self.picture = state.picture(self.workshop.root)
        gc.collect()
        gc.freeze()

    def steps_known(self, test):
        return self.wish["steps"].get(test.id)

    def is_endless(self, test):
        """Whether a test does not end even without a patch."""
        return (self.steps_known(test) or 0) >= trace.ENDLESS or self.before.get(test.id, ("",))[0] in (TIMER, ENDLESS)

    def ticks(self, test):
        steps = self.steps_known(test)
        if self.is_endless(test):
            return _ENDLESS_TICKS
        return _UNKNOWN_TICKS if steps is None else min(_STEPS * steps + _MORE_STEPS, _MOST_TICKS)

    def seconds(self, test):
        """Processor time that a test may take at the first try."""
        return 0.06 + (0.1 if self.is_endless(test) else min(50 * self.before[test.id][2], 5 + 2 * self.before[test.id][2]))

    def steps_of(self, test):
        return _STEPS * self.counted[test.id] + _MORE_STEPS if test.id in self.counted else _ENDLESS_TICKS

    def originals(self, functions):
        return [self._original[function] for function in functions]

    def run(self):
        """Tells the fate of every variant."""
        self._learn()
        jobs, n = collections.deque(), 0
        self.swaps = {}
        first = {}
        with open(self.wish["variants"], encoding="utf-8") as file:
            for index, line in enumerate(file):
                kind, key, swaps = self.workshop.prepare(json.loads(line))
                if kind == swap.CODE and key in first:
                    self.tell("fate", i=index, fate="same", n=first[key])
                elif kind == swap.CODE:
                    first[key] = index
                    self.swaps[index] = swaps
                    for functions, _ in swaps:
                        for function in functions:
                            self._original.setdefault(function, function.__code__)
                else:
                    self.tell("fate", i=index, fate=kind)
                n += 1
        todo = sorted(self.swaps)
        if self.leaves_state:
            jobs.extend(("single", [index]) for index in todo)
        else:
            jobs.extend(("batch", todo[at : at + BATCH]) for at in range(0, len(todo), BATCH))
        self._work_off(jobs)
        self.tell("done", how="{} variants in children of one warm process{}".format(n, ", one each" if self.leaves_state else ""))

    def _learn(self):
        """Runs all tests once as they are, in a child."""
        child = _Child(("learn", []), self._watch)
        self._await(child, lambda: 3 * self.wish["limit"] + 1)
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
        self.wall = 4 + 20 * sum(before[3] for before in self.before.values())

    def _watch(self, tell):
        runs, programs = _Runs(self), [0]

        def hear(event, _args):
            programs[0] += event in _STARTS_PROGRAMS

        sys.addaudithook(hear)
        for test in self.failing + self.passing:
            if (self.steps_known(test) or 0) >= trace.ENDLESS:
                continue
            programs[0] = 0
            random.seed(0)
            # The first time, modules are loaded and caches filled.
            runs.run(test, _MOST_TICKS, self.wish["limit"])
            wall, cpu = time.monotonic(), time.process_time()
            random.seed(0)
            outcome, error = runs.run(test, _MOST_TICKS, self.wish["limit"])
            cpu = time.process_time() - cpu
            if programs[0]:
                tell("program", test.id)
            tell("test", test.id, outcome, type(error).__name__, cpu, time.monotonic() - wall)
        if state.picture(self.workshop.root) == self.picture:
            tell("state")

    def _count(self, tell):
        runs = _Runs(self)
        runs.counter = trace.Counter(self.wish["root"], runs.stop_counting)
        for test in self.failing + self.passing:
            if not self.is_endless(test):
                runs.run(test, _MOST_TICKS, self.wish["limit"], trace.MOST_STEPS)
                tell(test.id, runs.counter.n_steps)

    def _try(self, job, tell):
        kind, indices = job
        runs, last = _Runs(self), [time.monotonic()]
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

    def _await(self, child, wall):
        while True:
            with selectors.DefaultSelector() as selector:
                selector.register(child.fd, selectors.EVENT_READ)
                ready = selector.select(0.5)
            if ready and not child.read():
                break
            if time.monotonic() - child.last > wall() and not child.is_killed:
                child.kill()
        child.end()

    def _work_off(self, jobs):
        """Keeps children busy until there is no job left."""
        children = {}
        with selectors.DefaultSelector() as selector:
            while jobs or children:
                while jobs and len(children) < max(1, self.wish["n_workers"]):
                    job = jobs.popleft()
                    if job[0] == "count" and self.counted is None:
                        counter = _Child(("learn", []), self._count)
                        self._await(counter, lambda: 3 * self.wish["limit"] + 1)
                        self.counted = {told[0]: told[1] for told in counter.told if told[0] != "error"}
                    child = _Child(job, lambda tell, job=job: self._try(job, tell))
                    children[child.fd] = child
                    selector.register(child.fd, selectors.EVENT_READ)
                for key, _ in selector.select(0.5):
                    child = children[key.fd]
                    if not child.read():
                        selector.unregister(child.fd)
                        del children[child.fd]
                        child.end()
                        jobs.extend(self._settle(child))
                now = time.monotonic()
                for child in children.values():
                    if not child.is_killed and now - child.last > self.wall * (10 if child.job[0] == "count" else 1):
                        child.kill()

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


def hush():
    """From now on, what is written to standard output and error goes nowhere, also by who has kept a copy of them."""
    kinds = set()
    for number in (1, 2):
        try:
            found = os.fstat(number)
            kinds.add((found.st_dev, found.st_ino))
        except OSError:
            pass
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in range(1, 64):
        try:
            found = os.fstat(number)
        except OSError:
            continue
        if number in (1, 2) or (found.st_dev, found.st_ino) in kinds:
            os.dup2(nowhere, number)


class Wish:
    """What is asked, and where the answer goes."""

    def __init__(self):
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "search.json"), encoding="utf-8") as file:
            self.fields = json.load(file)
        self._answer = open(self.fields["answer"], "a", encoding="utf-8")

    def tell(self, kind, **fields):
        fields["k"] = kind
        self._answer.write(json.dumps(fields) + "\n")
        self._answer.flush()

    def grant(self, tests, ran_before):
        """Traces or screens; `tests` are all that were collected."""
        if self.fields["mode"] == "trace":
            follow(self.fields, tests, self.tell)
            return
        try:
            hush()
            Screen(self.fields, tests, ran_before, self.tell).run()
        except Cannot as reason:
            self.tell("declined", why=str(reason))


def follow(wish, tests, tell):
    """Runs the tests under a tracer and tells what they ran."""
    clock = _Clock() if hasattr(signal, "setitimer") else None
    tracer = trace.Tracer(wish["root"], (lambda: clock.start(0.2)) if clock else (lambda: None))
    base = os.path.join(os.path.realpath(wish["root"]), "")
    types = {}
    for name in wish["failing"]:
        if name not in tests:
            continue
        outcome, is_ended = "failed", False
        try:
            with witness.limit():
                tracer.begin()
                try:
                    outcome = tests[name].run_whole()[0]
                finally:
                    tracer.end()
                    if clock:
                        clock.stop()
        except BaseException:
            pass
        if clock:
            clock.stop()
            is_ended, clock.has_fired = clock.has_fired, False
        lines = {path[len(base) :].replace(os.sep, "/"): sorted(found) for path, found in tracer.lines.items() if found}
        tell("covered", id=name, failed=outcome == "failed" or is_ended, steps=trace.ENDLESS if is_ended else tracer.n_steps, lines=lines)
        if outcome == "failed" or is_ended:
            for scene, names in tracer.types.items():
                known = types.setdefault(scene, {})
                for one, kinds in names.items():
                    known.setdefault(one, set()).update(kinds)
    for (path, line), names in sorted(types.items()):
        path = path[len(base) :].replace(os.sep, "/")
        tell("types", path=path, line=line, names={one: sorted(kinds) for one, kinds in sorted(names.items())})
    tell("done", how="")


class Recorder:
    """Remembers which code runs while modules are imported: its effects live on, whatever becomes of it later."""

    def __init__(self):
        self.codes = set()

    def begin(self):
        if hasattr(sys, "monitoring"):
            watch = sys.monitoring
            watch.use_tool_id(4, "homeostasis")
            watch.register_callback(4, watch.events.PY_START, self._started)
            watch.set_events(4, watch.events.PY_START)
        else:
            sys.setprofile(self._called)

    def _started(self, code, _offset):
        self.codes.add(code)
        return sys.monitoring.DISABLE

    def _called(self, frame, event, _arg):
        if event == "call":
            self.codes.add(frame.f_code)

    def end(self):
        if hasattr(sys, "monitoring"):
            sys.monitoring.set_events(4, 0)
            sys.monitoring.register_callback(4, sys.monitoring.events.PY_START, None)
            sys.monitoring.free_tool_id(4)
        else:
            sys.setprofile(None)
