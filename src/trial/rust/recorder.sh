#!/bin/sh
# Stands where cargo would run a test program or rustdoc: notes how, runs nothing, and says that all is well.
records="${0%/*}/records"
set -- "$records/$(ls "$records" | wc -l)"
mkdir "$1" && cat /proc/$$/environ >"$1/environ" && cat /proc/$$/cmdline >"$1/cmdline" && pwd -P >"$1/cwd"
