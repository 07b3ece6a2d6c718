"""Traces or screens in place of pytest's own loop, loaded by `-p homeostasis_search_pytest`. Works with pytest 6 to 9."""

import copy
import inspect
import marshal
import os

import homeostasis_pytest as ours
import homeostasis_search as search
import homeostasis_witness as witness
import pytest

_wish = search.Wish()
_is_trial = _wish.plant()
_recorder = search.Recorder()
if not _is_trial:
    _recorder.begin()

_HOOKS = ("pytest_runtest_protocol", "pytest_runtest_setup", "pytest_runtest_call", "pytest_runtest_teardown", "pytest_pyfunc_call")
# These look at tests of their own kind alone, or limit and measure.
_HARMLESS = ("_pytest.", "homeostasis_", "anyio.", "_hypothesis_pytestplugin", "pytest_timeout", "pytest_cov.", "xdist.", "pytest_mock")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if _is_trial and config.option.basetemp:
        config.option.basetemp = "{}-{}".format(config.option.basetemp, os.getpid())
    config.pluginmanager.register(Search(), "homeostasis-search")


class Search:
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if ours._is_wanted(item.nodeid)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if not _is_trial:
            _recorder.end()
        _hasten()
        ears = _Ears()
        session.config.pluginmanager.register(ears, "homeostasis-ears")
        factory = getattr(session.config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()
        witness.tell("root", path=os.path.realpath(str(session.config.rootdir)))
        tests = {}
        for item in session.items:
            tests.setdefault(item.nodeid, _Test(item, ears))
        _wish.grant(tests, _recorder)
        return True


class _Ears:
    """Hears what becomes of the test that runs."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.has_failed, self.has_passed, self.error = False, False, None

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        yield
        if call.excinfo is not None and self.error is None:
            self.error = call.excinfo.value

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.has_failed = True
        elif report.when == "call" and not hasattr(report, "context"):
            self.has_passed = self.has_passed or report.passed or hasattr(report, "wasxfail")


class _Another:
    """Stands for a next test in another file, so that all but the session is torn down."""

    def __init__(self, item):
        self._chain = item.listchain()[:1]

    def listchain(self):
        return self._chain


class _Test:
    """A test of pytest that can be run again and again."""

    def __init__(self, item, ears):
        self.id, self._item, self._ears = item.nodeid, item, ears
        callspec = getattr(item, "callspec", None)
        self._params = callspec.params if callspec is not None else {}
        self._copy = _copier(self._params)
        self._is_direct = _is_direct(item, self._params)
        self._next = None if _has_wide_fixtures(item) else _Another(item)
        item.repr_failure = item._repr_failure_py = lambda excinfo, style=None: "failed"

    def run(self):
        if not self._is_direct:
            return self.run_whole()
        item = self._item
        try:
            function = getattr(item.cls(), item.originalname) if item.cls is not None else item.function
            function(**self._copy())
            return "passed", None
        except BaseException as error:
            return "failed", error

    def run_whole(self):
        """By pytest's own protocol."""
        self._ears.reset()
        item = self._item
        self._params.update(self._copy())
        if item.cls is not None and not hasattr(item, "_instance") and type(item) is pytest.Function:
            item.obj = item._getobj()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=self._next)
        ears = self._ears
        outcome = "failed" if ears.has_failed else "passed" if ears.has_passed else "skipped"
        return outcome, ears.error


def _hasten():
    """Nobody reads why an assertion fails, and to say it takes longer than to see it."""
    try:
        from _pytest.assertion import rewrite

        rewrite._saferepr = rewrite._format_explanation = rewrite._format_assertmsg = lambda _: ""
    except ImportError:
        pass


def _copier(params):
    """A function that gives the parameters anew each time, so that no test sees what another has made of them."""
    if all(isinstance(value, (int, float, str, bytes, type(None))) for value in params.values()):
        return lambda: params
    try:
        frozen = marshal.dumps(params)
        return lambda: marshal.loads(frozen)
    except ValueError:
        pass
    try:
        pristine = copy.deepcopy(params)
        return lambda: copy.deepcopy(pristine)
    except Exception:
        return lambda: params


def _definitions(item):
    info = getattr(item, "_fixtureinfo", None)
    return {name: found[-1] for name, found in getattr(info, "name2fixturedefs", {}).items() if found}


def _is_pseudo(definition):
    return getattr(definition.func, "__name__", "") == "get_direct_param_fixture_func"


def _is_direct(item, params):
    """Whether the test is nothing but a call of its function: no fixture, no mark, no hook has a part in it."""
    if type(item) is not pytest.Function or any(mark.name != "parametrize" for mark in item.iter_markers()):
        return False
    function = item.function
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function) or hasattr(function, "is_hypothesis_test"):
        return False
    info = getattr(item, "_fixtureinfo", None)
    if info is None or any(name not in params for name in info.names_closure):
        return False
    if not all(_is_pseudo(definition) for definition in _definitions(item).values()):
        return False
    if item.cls is not None and any(hasattr(item.cls, name) for name in ("setup_method", "teardown_method", "setup", "teardown")):
        return False
    config = item.config
    if config.getini("filterwarnings") or getattr(config.option, "pythonwarnings", None) or getattr(config.option, "doctestmodules", False):
        return False
    return all(_is_harmless(one) for name in _HOOKS for one in getattr(item.ihook, name).get_hookimpls())


def _is_harmless(implementation):
    module = getattr(implementation.function, "__module__", None) or ""
    return (module + ".").startswith(_HARMLESS) or module.startswith(_HARMLESS)


def _has_wide_fixtures(item):
    """Whether something that the project makes outlives a test."""
    if not hasattr(item, "_fixtureinfo"):
        return True
    for definition in _definitions(item).values():
        module = getattr(definition.func, "__module__", "") or ""
        if definition.scope != "function" and not module.startswith("_pytest.") and not _is_pseudo(definition):
            return True
    return False
