"""Looks at values on the lines that `witness.json` names as watched, when an exception passes them and when none does.

Runs no code of the program under test: no property, no `__len__`, no `__repr__`, no `__eq__`. What was seen on the way of an exception
is told only if that very exception fails a test. Never raises; bounded in every direction. Works from Python 3.8 on.
"""

import ast
import dis
import inspect
import os
import sys
import threading
import types

import homeostasis_witness as witness

_ABSENT = object()
_MOST_VALUES = 60
_MOST_FAILURES = 40
_MOST_PASSES = 20
_MOST_HELD = 50
_MOST_LOOKS = 2000
_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset)
_SHOWN = (type(None), bool, int, float, str, bytes)
_LIFTERS = (object.__getattribute__, type.__getattribute__, types.ModuleType.__getattribute__)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

_lines = {}
for _path, _line in witness.WATCHED:
    _lines.setdefault(_path, set()).add(_line)

_paths = {}  # A code's own file name -> the lines that are watched there.
_codes = {}  # Code -> those of its lines.
_regions = {}  # Path and line -> what is looked at there.
_held = []  # Exceptions on their way, each with what was seen.
_passes = {}  # Path and line -> how often it was told that nothing went wrong there.
_told = [0]
_looked = [0]


class _Region:
    """The own lines of the statement at a line, and the expressions in it whose value can be had without running code."""

    def __init__(self, path, line):
        self.path, self.line, self.first, self.last, self.expressions = path, line, line, line, []
        try:
            with open(path, "rb") as file:
                raw = file.read()
            lines = raw.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
            statement = self._find(ast.parse(raw), line)
            if statement is not None:
                self._collect([one.encode("utf-8") for one in lines], statement)
        except Exception:
            self.expressions = []

    def _find(self, tree, line):
        found = None
        for node in ast.walk(tree):
            if not isinstance(node, ast.stmt):
                continue
            body = getattr(node, "body", None)
            last = node.end_lineno if not body else max(node.lineno, body[0].lineno - 1)
            # The lines of decorators run elsewhere.
            if node.lineno <= line <= last and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if found is not None or (body and body[0].lineno == node.lineno):
                    return None  # Several statements share the line: a value of one is none of the other.
                found, self.first, self.last = node, node.lineno, last
        return found

    def _collect(self, lines, statement):
        parts = [statement]
        if getattr(statement, "body", None):
            names = ("test", "iter", "items", "subject")
            values = [getattr(statement, name, None) for name in names]
            parts = [part for value in values for part in (value if isinstance(value, list) else [value]) if part is not None]
        nodes = [node for part in parts for node in ast.walk(part)]
        bound, own = {}, {}
        for node in nodes:
            if isinstance(node, _COMPREHENSIONS + (ast.Lambda,)):
                inside = set(map(id, ast.walk(node)))
                targets = [one.target for one in node.generators] if not isinstance(node, ast.Lambda) else [node.args]
                for name in (one for target in targets for one in ast.walk(target) if isinstance(one, (ast.Name, ast.arg))):
                    key = name.id if isinstance(name, ast.Name) else name.arg
                    bound[key] = bound.get(key, 0) + 1
                    own[key] = inside
            elif type(node).__name__ == "NamedExpr":
                bound[node.target.id] = 2
        seen = set()
        for node in nodes:
            root = _root(node)
            if root is None or not isinstance(getattr(node, "ctx", None), ast.Load):
                continue
            # A name that a comprehension binds means its own only if it stands nowhere else.
            is_inner = bound.get(root.id) == 1
            if bound.get(root.id, 0) > 1 or (is_inner and self._leaves(nodes, root.id, own[root.id])):
                continue
            segment = _segment(lines, node)
            if segment not in seen and len(segment) < 200 and len(seen) < _MOST_VALUES:
                seen.add(segment)
                self.expressions.append((segment, node, is_inner))

    @staticmethod
    def _leaves(nodes, name, inside):
        return any(isinstance(node, ast.Name) and node.id == name and id(node) not in inside for node in nodes)

    def values(self, frame):
        """What the expressions are now, by their text."""
        is_inner_frame = frame.f_code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")
        found, scope = {}, frame.f_locals
        for segment, node, is_inner in self.expressions:
            if is_inner and not (is_inner_frame and _root(node).id in scope):
                continue
            value = _resolve(node, scope, frame.f_globals)
            if value is not _ABSENT:
                found[segment] = _fact(value)
        return found


def _segment(lines, node):
    """The text of a node, whose columns count bytes."""
    first, last = node.lineno - 1, node.end_lineno
    taken = lines[first:last]
    taken[-1] = taken[-1][: node.end_col_offset]
    taken[0] = taken[0][node.col_offset :]
    return b"\n".join(taken).decode("utf-8")


def _root(node):
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node if isinstance(node, ast.Name) else None


def _resolve(node, scope, module):
    if isinstance(node, ast.Name):
        return scope[node.id] if node.id in scope else module.get(node.id, _ABSENT)
    if isinstance(node, ast.Attribute):
        value = _resolve(node.value, scope, module)
        return value if value is _ABSENT else _attribute(value, node.attr)
    if isinstance(node, ast.Subscript):
        value, key = _resolve(node.value, scope, module), _key(node.slice, scope, module)
        if type(value) is dict and type(key) in (str, int):
            return value.get(key, _ABSENT)
        if type(value) in (list, tuple) and type(key) is int and -len(value) <= key < len(value):
            return value[key]
    return _ABSENT


def _key(node, scope, module):
    if type(node).__name__ == "Index":  # Before Python 3.9.
        node = node.value
    if isinstance(node, ast.Constant):
        return node.value
    return _resolve(node, scope, module)


def _attribute(value, name):
    kind = type(value)
    lifter = inspect.getattr_static(kind, "__getattribute__")
    if not any(lifter is plain for plain in _LIFTERS):
        return _ABSENT
    found = inspect.getattr_static(value, name, _ABSENT)
    if type(found) is types.MemberDescriptorType and not issubclass(kind, type):
        try:
            return found.__get__(value)
        except AttributeError:
            return _ABSENT
    is_computed = inspect.getattr_static(type(found), "__get__", _ABSENT) is not _ABSENT
    return _ABSENT if is_computed else found


def _fact(value):
    kind = type(value)
    fact = {"t": type.__dict__["__name__"].__get__(kind)}
    if kind in _SIZED:
        fact["n"] = len(value)
    if kind in _SHOWN and (kind is not int or value.bit_length() < 100):
        text = value[:40] if kind in (str, bytes) else value
        fact["r"] = repr(text) + ("..." if text is not value and len(text) < len(value) else "")
    return fact


def _watched(code):
    """The watched lines of a code."""
    found = _codes.get(code)
    if found is None:
        lines = _paths.get(code.co_filename)
        if lines is None:
            path = os.path.realpath(code.co_filename)
            lines = _paths[code.co_filename] = (path, _lines.get(path, ()))
        path, watched = lines
        own = {line for _, line in dis.findlinestarts(code)} if watched else ()
        found = _codes[code] = (path, frozenset(line for line in watched if line in own))
    return found


def _look(path, line, frame):
    region = _regions.get((path, line))
    if region is None:
        region = _regions[(path, line)] = _Region(path, line)
    return region, region.values(frame)


class _Local:
    """Follows one frame of a watched code."""

    __slots__ = ("path", "lines", "passing")

    def __init__(self, path, lines):
        self.path, self.lines, self.passing = path, lines, None

    def __call__(self, frame, event, arg):
        try:
            self._hear(frame, event, arg)
        except Exception:
            pass
        return self

    def _hear(self, frame, event, arg):
        if event == "exception":
            self.passing = None
            if frame.f_lineno in self.lines and _looked[0] < _MOST_LOOKS:
                _looked[0] += 1
                _hold(arg[1], frame, _look(self.path, frame.f_lineno, frame))
            return
        if self.passing is not None:
            _passed(*self.passing)
            self.passing = None
        if event == "line" and frame.f_lineno in self.lines:
            if _passes.get((self.path, frame.f_lineno), 0) < _MOST_PASSES:
                self.passing = _look(self.path, frame.f_lineno, frame)
            elif len(self.lines) == 1:
                frame.f_trace_lines = False


def _hold(error, frame, seen):
    if not isinstance(error, BaseException):
        return
    # One that is raised again on its way passes the same frame twice; what it met first counts.
    if not any(held is error and at is frame.f_code and line == seen[0].line for held, at, line, _ in _held):
        _held.append((error, frame.f_code, seen[0].line, seen))
    if len(_held) > _MOST_HELD:
        del _held[0]


def _passed(region, values):
    key = (region.path, region.line)
    _passes[key] = _passes.get(key, 0) + 1
    _tell(region, values, False)


def _tell(region, values, is_failure):
    witness.tell("seen", path=region.path, line=region.line, first=region.first, last=region.last, failed=is_failure, values=values)


def _trace(frame, event, _arg):
    try:
        path, lines = _watched(frame.f_code)
        if lines:
            return _Local(path, lines)
    except Exception:
        pass
    return None


def _chain(error):
    """An exception and those that it came from."""
    found, waiting = [], [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if one is not None and not any(one is known for known in found):
            found.append(one)
            waiting += [one.__cause__, one.__context__]
            waiting += getattr(one, "exceptions", ()) if type(one).__name__ in ("ExceptionGroup", "BaseExceptionGroup") else ()
    return found


def failed(error):
    """A test has failed with `error`: what was seen on its way is told."""
    if not witness.WATCHED:
        return
    try:
        chain = _chain(error)
        for held, _, _, (region, values) in _held:
            if _told[0] < _MOST_FAILURES and any(held is one for one in chain):
                _told[0] += 1
                _tell(region, values, True)
    except Exception:
        pass
    finally:
        del _held[:]


def begin():
    """A test starts: from now on the watched lines are looked at, unless somebody else traces."""
    if witness.WATCHED and sys.gettrace() is None:
        threading.settrace(_trace)
        sys.settrace(_trace)


def end():
    """The test is over."""
    del _held[:]
    if witness.WATCHED and sys.gettrace() is _trace:
        sys.settrace(None)
        threading.settrace(None)
