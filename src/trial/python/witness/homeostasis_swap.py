"""Makes a variant of a file into new code for the functions that live in this process.

Only the outermost function that holds an edit is compiled, at its own lines and inside a skeleton of its classes, so that name mangling
and `super()` mean what they mean in the file. What cannot be had by a function's code alone (decorators, defaults, class bodies, modules,
functions that have run while modules were imported) is not here. Works from Python 3.8 on.
"""

import __future__
import ast
import builtins
import gc
import hashlib
import os
import types
import warnings

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag

NOT_HERE, SYNTAX, SAME, CODE = "nothere", "syntax", "same", "code"


class Overrun(BaseException):
    """A test made more steps than it may. No `Exception`, so that `except Exception` in the code under test does not keep it alive."""


class Fuel:
    """The steps that the edited functions may still make: calls, and turns of loops."""

    left = 0
    is_spent = False


def _tick():
    Fuel.left -= 1
    if Fuel.left < 0:
        Fuel.is_spent = True
        raise Overrun("the edited function makes too many steps")
    return True


builtins._homeostasis_tick = _tick


class _Function:
    """An outermost function of a file."""

    def __init__(self, node, chain, starts):
        self.node, self.chain = node, chain
        self.line = min([node.lineno] + [one.lineno for one in node.decorator_list])
        self.last = node.end_lineno
        self.start, self.end = starts[self.line - 1], starts[min(self.last, len(starts) - 1)]
        self.live = None  # The function objects, their code, and what that is with ticks; found when first needed.
        self._signature = None

    def signature(self):
        if self._signature is None:
            self._signature = _signature(self.node)
        return self._signature


class _Source:
    """A file as the interpreter has read it."""

    def __init__(self, path):
        self.path, self.functions, self.imported, self.raw = path, [], [], b""
        with open(path, "rb") as file:
            raw = file.read()
        raw.decode("utf-8")
        head = b"".join(raw.split(b"\n", 2)[:2])
        if raw.startswith(b"\xef\xbb\xbf") or raw.count(b"\r") != raw.count(b"\r\n") or b"\x0c" in raw or b"coding" in head:
            return
        starts = [0]
        for line in raw.split(b"\n"):
            starts.append(starts[-1] + len(line) + 1)
        starts[-1] = len(raw)
        self.raw = raw
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(raw)
        self.functions = [_Function(node, chain, starts) for node, chain in _outermost(tree.body, ())]
        self.imported = sorted(_imported(tree.body))

    def function_of(self, start, end, text):
        """The function that holds the edit. What is put between two functions belongs to the first one if it is indented."""
        for one in self.functions:
            if one.start <= start and end <= one.end:
                if start == one.end and not (text[:1].isspace() and text.strip()):
                    continue
                return one
        return None


def _outermost(body, chain):
    for node in body:
        if isinstance(node, _FUNCTIONS):
            yield node, chain
        elif isinstance(node, ast.ClassDef):
            yield from _outermost(node.body, chain + (node.name,))
        else:
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, None)
                if isinstance(inner, list):
                    yield from _outermost(inner, chain)
            for handler in getattr(node, "handlers", ()):
                yield from _outermost(handler.body, chain)


def _imported(body):
    """The names that a module imports: calls of their attributes are compiled in a way of their own since 3.11."""
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", None) != "__future__":
            yield from (one.asname or one.name.split(".")[0] for one in node.names if one.name != "*")
        elif not isinstance(node, _FUNCTIONS + (ast.ClassDef,)):
            for name in ("body", "orelse", "finalbody"):
                inner = getattr(node, name, None)
                yield from _imported(inner if isinstance(inner, list) else ())
            for handler in getattr(node, "handlers", ()):
                yield from _imported(handler.body)


def _signature(node):
    parts = [node.args, node.returns] + node.decorator_list
    return type(node), node.name, [None if part is None else ast.dump(part) for part in parts]


def same_code(code):
    """What tells two codes apart when the lines on which they stand are left out."""
    return (
        code.co_name,
        code.co_code,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_flags,
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        getattr(code, "co_exceptiontable", None),
        tuple(map(_same_const, code.co_consts)),
    )


def _same_const(const):
    if isinstance(const, types.CodeType):
        return same_code(const)
    if isinstance(const, tuple):
        return ("tuple",) + tuple(map(_same_const, const))
    if isinstance(const, frozenset):
        return ("frozenset",) + tuple(sorted(map(repr, const)))
    return type(const).__name__, repr(const)


def _call_of_tick(where):
    place = dict(lineno=where.lineno, col_offset=where.col_offset, end_lineno=where.lineno, end_col_offset=where.col_offset)
    return ast.Call(func=ast.Name(id="_homeostasis_tick", ctx=ast.Load(), **place), args=[], keywords=[], **place)


def _statement_of_tick(where):
    call = _call_of_tick(where)
    place = dict(lineno=call.lineno, col_offset=call.col_offset, end_lineno=call.end_lineno, end_col_offset=call.end_col_offset)
    return ast.Expr(value=call, **place)


def _add_ticks(function):
    for node in list(ast.walk(function)):
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            node.body.insert(0, _statement_of_tick(node.body[0]))
        elif isinstance(node, _FUNCTIONS):
            first = node.body[0]
            has_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
            node.body.insert(1 if has_doc else 0, _statement_of_tick(first))
        elif isinstance(node, ast.comprehension):
            node.ifs.insert(0, _call_of_tick(node.target))


def _compile(source, function, node, live):
    """The code of `node`, compiled in the place of `function`."""
    body = [node]
    for name in reversed(function.chain):
        more = {"type_params": []} if "type_params" in ast.ClassDef._fields else {}
        skeleton = ast.ClassDef(name=name, bases=[], keywords=[], body=body, decorator_list=[], **more)
        body = [ast.fix_missing_locations(ast.copy_location(skeleton, node))]
    if source.imported:
        aliases = [ast.alias(name=name, asname=None) for name in source.imported]
        body.insert(0, ast.fix_missing_locations(ast.copy_location(ast.Import(names=aliases), node)))
    module = ast.Module(body=body, type_ignores=[])
    code = compile(module, live.co_filename, "exec", live.co_flags & _FUTURES, True)
    for name in function.chain:
        code = next(one for one in code.co_consts if isinstance(one, types.CodeType) and one.co_name == name)
    is_it = lambda one: isinstance(one, types.CodeType) and one.co_name == node.name and one.co_firstlineno == live.co_firstlineno
    return next(one for one in code.co_consts if is_it(one))


def _parse(segment, line):
    """The only function of `segment`, which begins at `line` of its file; none if it is something else."""
    is_indented = segment[:1] in (b" ", b"\t")
    tree = ast.parse(b"if 1:\n" + segment if is_indented else segment)
    body = tree.body
    if is_indented:
        if len(body) != 1 or getattr(body[0], "orelse", None):
            return None
        body = body[0].body
    if len(body) != 1 or not isinstance(body[0], _FUNCTIONS) or getattr(body[0], "type_params", None):
        return None
    ast.increment_lineno(body[0], line - (2 if is_indented else 1))
    return body[0]


def _applied(raw, start, end, edits):
    out, at = [], start
    for first, last, text in sorted(edits, key=lambda edit: edit[:2]):
        out += [raw[at:first], text]
        at = last
    return b"".join(out + [raw[at:end]])


class Workshop:
    """Knows the functions of the project that live in this process. `ran_before` holds the codes that have run at import."""

    def __init__(self, root, ran_before):
        self.root, self._sources, self._by_place, self._ran_before = root, {}, {}, set()
        below = os.path.join(root, "")
        paths = {}
        for one in gc.get_objects():
            if isinstance(one, types.FunctionType):
                code = one.__code__
                path = paths.get(code.co_filename)
                if path is None:
                    path = paths[code.co_filename] = os.path.realpath(code.co_filename)
                if path.startswith(below):
                    self._by_place.setdefault(path, []).append(one)
        for code in ran_before:
            self._ran_before.add((os.path.realpath(code.co_filename), code.co_firstlineno, code.co_name))

    def functions_at(self, place):
        """The functions that live here and are defined at a place: a file and a line."""
        path, line = place
        source = self._source(path)
        function = next(one for one in source.functions if one.line == line)
        self._find(source, function)
        return function.live[0]

    def text(self, edits):
        """The files of a variant, as paths and texts; none if one cannot be read."""
        found = []
        for path in sorted({edit[0] for edit in edits}):
            source = self._source(os.path.join(self.root, path))
            if source is None or not source.raw:
                return None
            parts = [(first, last, new.encode("utf-8")) for other, first, last, new in edits if other == path]
            found.append((source.path, _applied(source.raw, 0, len(source.raw), parts).decode("utf-8")))
        return found

    def prepare(self, edits):
        """What to swap for a variant: a kind, what tells it from others, and pairs of a place and its new code."""
        by_function = {}
        for path, start, end, text in edits:
            source = self._source(os.path.join(self.root, path))
            function = source and source.function_of(start, end, text)
            if function is None:
                parts = [(first, last, new.encode("utf-8")) for other, first, last, new in edits if other == path]
                return self._else(source, parts) if source else (NOT_HERE, None, None)
            by_function.setdefault((source.path, function.line), (source, function, []))[2].append((start, end, text.encode("utf-8")))
        keys, swaps = [], []
        for place, (source, function, parts) in sorted(by_function.items(), key=lambda item: item[0]):
            kind, key, swap = self._prepare_one(source, function, parts)
            if kind in (NOT_HERE, SYNTAX):
                return kind, None, None
            if kind == CODE:
                keys.append((place, key))
                swaps.append((place, swap))
        if not swaps:
            return SAME, None, None
        return CODE, hashlib.blake2b(repr(keys).encode("utf-8", "surrogatepass")).digest(), swaps

    def _source(self, path):
        path = os.path.realpath(path)
        if path not in self._sources:
            try:
                self._sources[path] = _Source(path)
            except (OSError, SyntaxError, ValueError, RecursionError):
                self._sources[path] = None
        return self._sources[path]

    def _prepare_one(self, source, function, parts):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                node = _parse(_applied(source.raw, function.start, function.end, parts), function.line)
                if node is None or _signature(node) != function.signature() or not self._find(source, function):
                    return self._else(source, parts)
                _, live, ticking = function.live
                code = self._compile_ticking(source, function, node, live)
                key = same_code(code)
                if key == ticking:
                    return SAME, None, None
                return (CODE, key, code) if code.co_freevars == live.co_freevars else (NOT_HERE, None, None)
            except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
                return self._else(source, parts)

    def _else(self, source, parts):
        """What an edit is that is none of a function's code: none of the language, or not here."""
        if not source.raw:
            return NOT_HERE, None, None
        try:
            compile(_applied(source.raw, 0, len(source.raw), parts), source.path, "exec", 0, True)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return SYNTAX, None, None
        return NOT_HERE, None, None

    def _find(self, source, function):
        """Whether the function lives here, is what its file says, and nothing that it made at import lives on."""
        if function.live is None:
            function.live = ()
            all_here = self._by_place.get(source.path, ())
            name = function.node.name
            own = [one for one in all_here if one.__code__.co_firstlineno == function.line and one.__code__.co_name == name]
            inner = [one for one in all_here if function.line <= one.__code__.co_firstlineno <= function.last and one not in own]
            has_run = (source.path, function.line, name) in self._ran_before
            if own and not has_run and all(one.__code__ == own[0].__code__ for one in own):
                inner = [one for one in inner if not _is_of_signature(one, function.node)]
                code = own[0].__code__
                original = _parse(source.raw[function.start : function.end], function.line)
                if not inner and original is not None and same_code(_compile(source, function, original, code)) == same_code(code):
                    function.live = (own, code, same_code(self._compile_ticking(source, function, original, code)))
        return bool(function.live)

    def _compile_ticking(self, source, function, node, live):
        _add_ticks(node)
        if "__class__" in live.co_freevars:
            # Code that no longer says `super()` must still take the cell that the function has for it.
            node.body.append(ast.increment_lineno(ast.parse("if 0: __class__").body[0], node.end_lineno - 1))
        return _compile(source, function, node, live)


def _is_of_signature(function, node):
    """Whether a function stands in the head of `node`: a lambda as a default or in a decorator."""
    return function.__code__.co_firstlineno < node.body[0].lineno
