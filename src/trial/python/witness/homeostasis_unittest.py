"""The witness of a `python -m unittest` run: the same program with the same arguments, whose results are told line by line."""

import os
import sys
import time
import unittest

import homeostasis_watch as watch
import homeostasis_witness as witness

_SETUP = ("setUpClass (", "setUpModule (", "tearDownClass (", "tearDownModule (")


def _whole(test):
    """The module or class that fails in the test's name before its own tests can run, if this is such a test."""
    if type(test).__name__ == "_FailedTest":
        return test._testMethodName
    name = test.id()
    return name.split("(", 1)[1].rstrip(")") if name.startswith(_SETUP) else None


def _name(test):
    """The test's name in the spelling that the runner takes."""
    return _whole(test) or test.id()


class _Told:
    """Mixed into a result class: tells what that class records."""

    def startTest(self, test):
        witness.tell("start", id=_name(test))
        self._began = time.perf_counter()
        self._limit = witness.limit()
        self._limit.__enter__()
        watch.begin()
        super().startTest(test)

    def stopTest(self, test):
        watch.end()
        self._limit.__exit__(None, None, None)
        super().stopTest(test)
        took = time.perf_counter() - self._began
        witness.tell("report", id=_name(test), when="teardown", outcome="passed", took=took)

    def _tell(self, test, outcome, err=None):
        if err is not None:
            watch.failed(err[1])
        text = "" if err is None else witness.shorten(self._exc_info_to_string(err, test))
        whole = _whole(test)
        if whole is not None:
            witness.tell("collector", id=whole, outcome=outcome, text=text)
        else:
            witness.tell("report", id=test.id(), when="call", outcome=outcome, text=text)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._tell(test, "passed")

    def addError(self, test, err):
        super().addError(test, err)
        self._tell(test, "failed", err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell(test, "failed", err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        # A subtest has a `test_case`; that one of many was skipped does not make the test a skipped one.
        if not hasattr(test, "test_case"):
            self._tell(test, "skipped")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._tell(test, "passed")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        witness.tell("report", id=_name(test), when="call", outcome="failed", text="unexpected success")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._tell(test, "failed", err)


def told(result_class):
    """`result_class`, telling."""
    return type("Told" + result_class.__name__, (_Told, result_class), {})


def _is_wanted(test):
    name = _name(test)
    return any(name == wanted or name.startswith(wanted + ".") for wanted in witness.ONLY)


def select(suite):
    """The suite with the tests of the scope alone; the nesting stays, since class fixtures hang on it."""
    if witness.ONLY is None:
        return suite
    kept = []
    for test in suite:
        if hasattr(test, "__iter__"):
            test = select(test)
            if test.countTestCases():
                kept.append(test)
        elif _is_wanted(test):
            kept.append(test)
    return type(suite)(kept)


def names(suite):
    """The names of all tests of a suite."""
    for test in suite:
        if hasattr(test, "__iter__"):
            yield from names(test)
        else:
            yield _name(test)


class Runner(unittest.TextTestRunner):
    """The usual runner; it tells, and does not stop at the first failure."""

    resultclass = told(unittest.TextTestResult)

    def __init__(self, *args, **kwargs):
        kwargs["failfast"] = False
        super().__init__(*args, **kwargs)

    def run(self, test):
        test = select(test)
        witness.tell("collected", ids=sorted(set(names(test))))
        witness.tell_modules()
        result = super().run(test)
        witness.tell_modules()
        witness.tell("end")
        return result


if __name__ == "__main__":
    # `python -m unittest` has the working directory in front of its path, not the folder of this file.
    sys.path[0] = os.getcwd()
    witness.begin()
    unittest.main(module=None, argv=["python -m unittest"] + sys.argv[1:], testRunner=Runner)
