"""The witness of `manage.py test`: the project's own test runner, whose results are told line by line."""

import os

import homeostasis_unittest as ours
import homeostasis_witness as witness
from django.conf import settings
from django.test.utils import get_runner

witness.begin()


def _project_runner():
    """The runner that the project's settings name."""
    return get_runner(settings, os.environ.get("HOMEOSTASIS_DJANGO_RUNNER") or settings.TEST_RUNNER)


class Runner(_project_runner()):
    """The project's runner; it tells, runs in one process, and does not stop at the first failure."""

    def __init__(self, *args, **kwargs):
        kwargs.update(failfast=False, parallel=0)
        super().__init__(*args, **kwargs)

    def get_resultclass(self):
        return ours.told(super().get_resultclass() or ours.unittest.TextTestResult)

    def run_suite(self, suite, **kwargs):
        suite = ours.select(suite)
        witness.tell("collected", ids=sorted(set(ours.names(suite))))
        witness.tell_modules()
        result = super().run_suite(suite, **kwargs)
        witness.tell_modules()
        witness.tell("end")
        return result
