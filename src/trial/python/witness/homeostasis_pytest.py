"""The witness of a pytest run, loaded by `-p homeostasis_pytest`. Works with pytest 6 to 9."""

import os

import homeostasis_watch as watch
import homeostasis_witness as witness
import pytest

witness.begin()


def pytest_configure(config):
    config.pluginmanager.register(Witness(config), "homeostasis-witness")


def _is_wanted(nodeid):
    """Whether a test is in the scope. A file in the scope stands for all its tests, a `conftest.py` for its whole folder."""
    path = nodeid.split("::")[0]
    if nodeid in witness.ONLY or path in witness.ONLY:
        return True
    folders = [wanted[: -len("conftest.py")] for wanted in witness.ONLY if os.path.basename(wanted) == "conftest.py"]
    return any(path.startswith(folder) for folder in folders)


class Witness:
    def __init__(self, config):
        self.config = config
        # A worker of pytest-xdist runs tests; its results are told by the process that it works for.
        self.is_worker = hasattr(config, "workerinput")
        # pytest-timeout uses the same alarm; who has set a limit keeps it.
        self.has_limit = getattr(config, "_env_timeout", None)
        if config.option.tbstyle in ("no", "line"):
            config.option.tbstyle = "short"
        if not self.is_worker:
            witness.tell("root", path=os.path.realpath(str(config.rootdir)))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        if witness.ONLY is None:
            return
        gone = [item for item in items if not _is_wanted(item.nodeid)]
        items[:] = [item for item in items if _is_wanted(item.nodeid)]
        if gone:
            config.hook.pytest_deselected(items=gone)

    def pytest_collection_finish(self, session):
        if not self.is_worker:
            witness.tell("collected", ids=[item.nodeid for item in session.items])
        witness.tell_modules()

    def pytest_collectreport(self, report):
        if self.is_worker or not report.nodeid:
            return
        text = "" if report.passed else witness.shorten(report.longreprtext)
        witness.tell("collector", id=report.nodeid, outcome=report.outcome, text=text)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        witness.tell("start", id=item.nodeid)
        watch.begin()
        try:
            if self.has_limit:
                yield
            else:
                with witness.limit():
                    yield
        finally:
            watch.end()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        # pytest's own plugin for unittest hands the exception over in this very hook.
        yield
        if call.excinfo is not None:
            watch.failed(call.excinfo.value)

    def pytest_runtest_logreport(self, report):
        if self.is_worker:
            return
        text = witness.shorten(report.longreprtext) if report.failed else ""
        witness.tell(
            "report",
            id=report.nodeid,
            when=report.when,
            outcome=report.outcome,
            xfail=hasattr(report, "wasxfail"),
            sub=hasattr(report, "context"),
            text=text,
            took=report.duration,
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        witness.tell_modules()
        if not self.is_worker:
            witness.tell("end")
