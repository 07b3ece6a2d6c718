"""Runs a Python program as the interpreter would, with the watcher of values; its traceback looks as if nobody stood above it."""

import os
import runpy
import sys

import homeostasis_watch as watch
import homeostasis_witness as witness


def _run(words):
    watch.begin()
    if words[0] == "-m":
        sys.path[0] = os.getcwd()
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


def _own(trace):
    """The part of a traceback that is the program's own."""
    ours = (__file__, runpy.__file__, "<frozen runpy>")
    while trace.tb_next is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    return trace


if __name__ == "__main__":
    witness.begin()
    try:
        _run(sys.argv[1:])
    except SystemExit:
        raise
    except BaseException as error:
        watch.failed(error)
        sys.excepthook(type(error), error, _own(error.__traceback__))
        sys.exit(1)
    finally:
        watch.end()
