"""What is asked of a search, and what any runner does with it."""

import json
import os
import signal
import sys
import time

import homeostasis_child as children
import homeostasis_screen as screen
import homeostasis_seed as seed
import homeostasis_trace as trace
import homeostasis_witness as witness


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

    def plant(self):
        """Prepares for variants that no warm process can try. Comes before anything of the project is imported."""
        self._seeds, self._trial = seed.plant(self.fields)
        self._known, self._began = frozenset(sys.modules), time.process_time()
        return self._trial is not None

    def grant(self, tests, recorder):
        """Traces or screens; `tests` are all that were collected."""
        if self._trial is not None:
            self._trial.run(tests)
        if self.fields["mode"] == "trace":
            follow(self.fields, tests, self.tell)
            return
        try:
            children.hush()
            nursery = screen.Nursery(self._seeds, self._known, time.process_time() - self._began)
            screen.Screen(self.fields, tests, recorder, nursery, self.tell).run()
        except screen.Cannot as reason:
            self.tell("declined", why=str(reason))
        finally:
            for one in self._seeds:
                one.end()


def follow(wish, tests, tell):
    """Runs the tests under a tracer and tells what they ran."""
    clock = children.Clock() if hasattr(signal, "setitimer") else None
    tracer = trace.Tracer(wish["root"], (lambda: clock.start(0.2 if tracer.n_endless < 2 else 0.05)) if clock else (lambda: None))
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
