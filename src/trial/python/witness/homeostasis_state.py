"""A picture of what the project's modules hold, to see whether a test has left something behind.

Runs no code of the project. Bounded: what lies too deep, or comes too late, is left out. Works from Python 3.8 on.
"""

import functools
import itertools
import logging
import os
import sys
import types
import unittest

import homeostasis_trace as trace

_MOST = 20000
_DEEPEST = 6
_PLAIN = (type(None), bool, int, float, complex, str, bytes)
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType)
_COUNTERS = (itertools.count, range)
_CACHE = type(functools.lru_cache(maxsize=1)(len))


class _Picture:
    def __init__(self):
        self.n, self.known, self.kept = 0, {}, []

    def of(self, value, depth=0):
        kind = type(value)
        if kind in _PLAIN:
            return value if kind is not float else repr(value)
        self.n += 1
        if self.n > _MOST or depth > _DEEPEST:
            return kind.__name__
        if id(value) in self.known:
            return self.known[id(value)]
        # The value is kept: the place of one that is gone could be another's.
        self.known[id(value)] = "seen", len(self.known)
        self.kept.append(value)
        if issubclass(kind, (list, tuple)):
            return kind.__name__, len(value), [self.of(one, depth + 1) for one in _some(kind, value)]
        if issubclass(kind, dict):
            return kind.__name__, [(self.of(key, depth + 1), self.of(one, depth + 1)) for key, one in list(dict.items(value))[:500]], dict.__len__(value)
        if issubclass(kind, (set, frozenset, bytearray)):
            return kind.__name__, len(value), sorted(repr(one) for one in value if type(one) in _PLAIN) if len(value) < 500 else ()
        if kind is _CACHE:
            return tuple(_CACHE.cache_info(value))[3], self.of(value.__dict__, depth + 1)
        if kind in _COUNTERS:
            return repr(value)
        if kind in (staticmethod, classmethod):
            return self.of(value.__func__, depth)
        if isinstance(value, types.FunctionType):
            cells = [cell.cell_contents for cell in value.__closure__ or () if not _is_empty(cell)]
            return self.of([value.__defaults__, value.__kwdefaults__, value.__dict__, cells], depth + 1)
        if isinstance(value, type):
            if issubclass(value, unittest.TestCase):
                # What such a class holds is made anew before its tests.
                return kind.__name__
            return self.of({name: one for name, one in type.__getattribute__(value, "__dict__").items() if not name.startswith("__")}, depth + 1)
        if isinstance(value, _FUNCTIONS) or isinstance(value, logging.Logger):
            return kind.__name__
        try:
            return kind.__name__, id(value), self.of(object.__getattribute__(value, "__dict__"), depth + 1)
        except Exception:
            return kind.__name__, id(value)


def _some(kind, value):
    base = list if issubclass(kind, list) else tuple
    return list(base.__iter__(value))[:500]


def _is_empty(cell):
    try:
        cell.cell_contents
    except ValueError:
        return True
    return False


def modules():
    """The names of the modules that have been loaded from files."""
    return {name for name, one in list(sys.modules.items()) if isinstance(getattr(one, "__file__", None), str) and getattr(one, "__spec__", None)}


def picture(root):
    """What can be compared with another picture of the same process, or of a child."""
    root, found = os.path.join(root, ""), {}
    for name, module in sorted(sys.modules.items()):
        values = getattr(module, "__dict__", None) or {}
        path = values.get("__file__")
        if isinstance(path, str) and trace.inside(path, root):
            one = _Picture()
            found[name] = [(key, one.of(value)) for key, value in list(values.items()) if not key.startswith(("__", "@"))]
    return found, dict(os.environ, PYTEST_CURRENT_TEST=""), os.getcwd(), list(sys.path)
