import sys
sys.path.pop(0)  # The working directory, which may hold modules of the same names as those below.
import importlib.util
import json

TOOLS = ("pytest", "unittest", "django", "xdist", "pytest_randomly", "pytest_cov", "pytest_rerunfailures")


def is_there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except Exception:
        return False


def editable():
    """Folders that the finders of editable installs map to: setuptools keeps them in a module-level MAPPING."""
    for finder in sys.meta_path:
        module = sys.modules.get(getattr(finder, "__module__", None))
        mapping = getattr(module, "MAPPING", None)
        if isinstance(mapping, dict):
            for name, path in mapping.items():
                # `a.b` at /x/a/b is imported from /x.
                for _ in str(name).split("."):
                    path = str(path).replace("\\", "/").rpartition("/")[0]
                yield path


json.dump(
    {
        "path": sys.executable,
        "version": sys.version_info[:3],
        "prefixes": sorted({sys.prefix, sys.base_prefix, sys.exec_prefix}),
        "module_path": [entry for entry in sys.path if entry],
        "editable": sorted(set(editable())),
        "tools": [name for name in TOOLS if is_there(name)],
    },
    sys.stdout,
)
