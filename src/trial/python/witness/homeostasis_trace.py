"""What each test runs, and the types of what names hold meanwhile. Bounded in every direction. Works from Python 3.8 on."""

import os
import sys
import threading

MOST_STEPS = 200000
FEWEST_STEPS = 20000
# So many steps are told of a test that had to be ended.
ENDLESS = 10**9
_MOST_LOOKS = 200
_MOST_NAMES = 80
_MOST_TYPES = 8
_OUTSIDE = (os.sep + "site-packages" + os.sep, os.sep + "dist-packages" + os.sep, os.sep + ".venv" + os.sep)


def inside(name, root):
    """The path of a code's file if it is the project's own, else nothing."""
    path = "" if name.startswith("<") else os.path.realpath(name)
    return path if path.startswith(root) and not any(part in path[len(root) - 1 :] for part in _OUTSIDE) else ""


class Tracer:
    """Watches one test at a time."""

    def __init__(self, root, give_up):
        self.root, self.give_up = os.path.join(os.path.realpath(root), ""), give_up
        self._paths, self._most, self.n_endless = {}, MOST_STEPS, 0
        self.reset()

    def reset(self):
        self.lines, self.types, self.n_steps = {}, {}, 0
        # By place in memory, as codes are slow to hash; `_codes` keeps the places taken.
        self._local, self._codes = {}, []

    def begin(self):
        self.reset()
        threading.settrace(self._call)
        sys.settrace(self._call)

    def end(self):
        sys.settrace(None)
        threading.settrace(None)

    def _path(self, code):
        path = self._paths.get(code.co_filename)
        if path is None:
            path = self._paths[code.co_filename] = inside(code.co_filename, self.root)
        return path

    def _call(self, frame, event, _arg):
        code = frame.f_code
        try:
            local = self._local[id(code)]
        except KeyError:
            path = self._path(code)
            local = self._local[id(code)] = self._tracer_of(path) if path else None
            self._codes.append(code)
        return None if local is None else local(frame, "call", None)

    def _tracer_of(self, path):
        lines = self.lines.setdefault(path, set())
        looks = [0]

        def local(frame, event, _arg):
            if event == "line":
                lines.add(frame.f_lineno)
                self.n_steps += 1
                if self.n_steps > self._most:
                    self._too_many(frame)
            if looks[0] < _MOST_LOOKS and event != "exception":
                looks[0] += 1
                self._look(frame, path)
            return local

        return local

    def _too_many(self, frame):
        self.end()
        # One that has no end seldom comes alone.
        self._most = max(self._most // 2, FEWEST_STEPS)
        self.n_endless += 1
        while frame is not None:
            path = self._path(frame.f_code)
            if path:
                self._look(frame, path)
            frame.f_trace = None
            frame = frame.f_back
        self.give_up()

    def _look(self, frame, path):
        code, values = frame.f_code, frame.f_locals
        # What a comprehension binds belongs to the function that it stands in.
        while code.co_name.startswith("<") and frame.f_back is not None and code in frame.f_back.f_code.co_consts:
            frame = frame.f_back
            code = frame.f_code
        if code.co_name == "<module>":
            return
        names = self.types.setdefault((path, code.co_firstlineno), {})
        for name, value in list(values.items())[:_MOST_NAMES]:
            if not name.startswith("."):
                _note(names, name, value)
        try:
            fields = object.__getattribute__(values["self"], "__dict__")
            for name, value in list(fields.items())[:_MOST_NAMES]:
                _note(names, "self." + name, value)
        except Exception:
            pass


def _note(names, name, value):
    if isinstance(name, str) and (name in names or len(names) < 2 * _MOST_NAMES):
        types = names.setdefault(name, set())
        if len(types) < _MOST_TYPES:
            types.add(type(value).__name__)


class Counter:
    """Counts the lines that a test makes in the project, and ends it after `most`."""

    def __init__(self, root, stop):
        self.root, self.stop = os.path.join(os.path.realpath(root), ""), stop
        self.n_steps, self.most, self._inside = 0, 0, {}

    def begin(self, most):
        self.n_steps, self.most = 0, most
        sys.settrace(self._call)

    def end(self):
        sys.settrace(None)

    def _call(self, frame, _event, _arg):
        name = frame.f_code.co_filename
        if name not in self._inside:
            self._inside[name] = bool(inside(name, self.root))
        return self._line if self._inside[name] else None

    def _line(self, _frame, _event, _arg):
        self.n_steps += 1
        if self.n_steps > self.most:
            self.stop()
        return self._line
