"""A process forked off to run tests, and the limits in it."""

import gc
import json
import os
import random
import signal
import sys
import time

import homeostasis_state as state
import homeostasis_swap as swap

PASSES, FAILS, ENDLESS, TIMER = "passes", "fails", "endless", "timer"
MOST_TICKS = 3000000
_MEMORY = 1 << 30


class Clock:
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


def limit_memory():
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


class Runs:
    """Runs tests in a child."""

    def __init__(self, screen):
        self.screen, self.clock, self.counter = screen, Clock(), None
        limit_memory()
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
        n_cured, n_deep = 0, 0
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
            outcome, error = self.run(test, screen.ticks(test), seconds, steps)
            if outcome in (ENDLESS, TIMER):
                return outcome, 0
            if outcome == "passed":
                n_cured += is_failing
            else:
                n_deep += isinstance(error, RecursionError)
                # Recursion without end takes a hundred times as long as another failure, and seldom comes alone.
                if not (is_failing and screen.is_cheap) or n_deep > 1:
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
            outcome, error = self.run(test, MOST_TICKS, self.screen.seconds(test))
            if (outcome, type(error).__name__) != self.screen.before[test.id][:2]:
                return False
        return True


def write(descriptor, told):
    """Writes one line of JSON, whole."""
    line = (json.dumps(told) + "\n").encode("ascii")
    while line:
        line = line[os.write(descriptor, line) :]


class Child:
    """A forked process and what it has told."""

    def __init__(self, job, work):
        self.job, self.told, self.rest, self.is_killed = job, [], b"", False
        reader, writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(reader)
                work(lambda *told: write(writer, told))
            except BaseException as error:
                write(writer, ["error", type(error).__name__])
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
