# Compiles files without running or writing anything: `compile.py FILE NAME [FILE NAME ...]`. Prints the first error and ends with 1.
import sys

pairs = iter(sys.argv[1:])
for path, name in zip(pairs, pairs):
    with open(path, "rb") as file:
        source = file.read()
    try:
        compile(source, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        line = getattr(error, "lineno", None)
        message = getattr(error, "msg", None) or error
        print("{}{}: {}: {}".format(name, ":%d" % line if line else "", type(error).__name__, message))
        sys.exit(1)
