"""Traces or screens in place of `python -m unittest`, with the same arguments and the same search for tests."""

import os
import sys
import unittest

import homeostasis_search as search

if __name__ == "__main__":
    _wish = search.Wish()
    _is_trial = _wish.plant()
    _recorder = search.Recorder()
    if not _is_trial:
        _recorder.begin()

import homeostasis_unittest as ours


class _Heard(unittest.TestResult):
    """What became of one test."""

    def __init__(self):
        super().__init__()
        self.has_failed, self.has_passed, self.error = False, False, None

    def _bad(self, err):
        self.has_failed = True
        self.error = self.error or err[1]

    def addSuccess(self, test):
        self.has_passed = True

    def addError(self, test, err):
        self._bad(err)

    def addFailure(self, test, err):
        self._bad(err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self._bad(err)

    def addExpectedFailure(self, test, err):
        self.has_passed = True

    def addUnexpectedSuccess(self, test):
        self.has_failed = True

    def addSkip(self, test, reason):
        pass


class _Test:
    """A test of unittest that can be run again and again."""

    def __init__(self, test):
        self.id, self._test = ours._name(test), test
        module = sys.modules.get(type(test).__module__)
        own = getattr(type(test).setUpClass, "__func__", None) is not unittest.TestCase.setUpClass.__func__
        own_end = getattr(type(test).tearDownClass, "__func__", None) is not unittest.TestCase.tearDownClass.__func__
        self._has_frame = own or own_end or hasattr(module, "setUpModule") or hasattr(module, "tearDownModule")

    def run(self):
        heard = _Heard()
        test = self._test
        try:
            test = type(test)(test._testMethodName)
        except Exception:
            pass
        if self._has_frame:
            unittest.TestSuite([test]).run(heard)
        else:
            test.run(heard)
        return "failed" if heard.has_failed else "passed" if heard.has_passed else "skipped", heard.error

    run_whole = run


def _all(suite):
    for test in suite:
        if hasattr(test, "__iter__"):
            yield from _all(test)
        else:
            yield test


class Runner:
    """Takes the place of the runner that the program would start."""

    def __init__(self, *_args, **_kwargs):
        pass

    def run(self, suite):
        if not _is_trial:
            _recorder.end()
        tests = {}
        for test in _all(ours.select(suite)):
            tests.setdefault(ours._name(test), _Test(test))
        _wish.grant(tests, _recorder)
        return unittest.TestResult()


if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    unittest.main(module=None, argv=["python -m unittest"] + sys.argv[1:], testRunner=Runner)
