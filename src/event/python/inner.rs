//! Finds the exception that another one carries in its message: it is the cause, not a failure of its own.
//!
//! Workers of `DataLoader`, Ray and managers of multiprocessing send tracebacks to their parent as text; the runners of notebooks print
//! the traceback of the cell behind the cell.
//!
//! Source: torch 2, `torch/_utils.py`, `ExceptionWrapper.reraise`; Ray 2, `python/ray/exceptions.py`; CPython 3.13,
//! `Lib/multiprocessing/managers.py`, `RemoteError`; nbclient 0.10, `nbclient/exceptions.py`; papermill 2, `papermill/exceptions.py`.

use super::frame::{HEADER, TITLE, file_line};
use super::notebook;
use super::tree::{Chain, DEEPEST, Raised, Reader};

/// A cell that failed is not longer than this.
const LONGEST_CELL: usize = 400;
/// Java's part of a failure of Spark.
const LONGEST_JAVA: usize = 1000;

impl Reader<'_, '_> {
    /// What `raised`, whose message ends here, carries: the exceptions that led to it, nearest last.
    pub(super) fn carried(&mut self, raised: &Raised, depth: usize) -> Chain {
        if depth > 0 || self.n_boxes >= DEEPEST {
            return Chain::default();
        }
        self.n_boxes += 1;
        let chain = self.carried_here(raised);
        self.n_boxes -= 1;
        chain
    }

    fn carried_here(&mut self, raised: &Raised) -> Chain {
        let begin = self.at;
        let kind = raised.kind.rsplit('.').next().unwrap_or_default();
        if kind == "Py4JJavaError" {
            return self.of_worker();
        }
        let is_found = match kind {
            "CellExecutionError" | "PapermillExecutionError" => self.seek_cell(),
            "RemoteError" => self.skip_rule() && self.is_at(TITLE),
            _ if kind.starts_with("RayTaskError(") => self.lines.get(self.at).is_some_and(|line| file_line(&line.text).is_some()),
            _ if raised.message.lines().next().is_some_and(|first| first.starts_with(TITLE)) => {
                self.at -= 1;
                true
            }
            _ if raised.message.trim_end().ends_with(':') && self.is_blank_above(TITLE) => true,
            _ => ["Original Traceback (most recent", "Remote Traceback (most recent"].iter().any(|opening| self.is_at(opening)),
        };
        let chain = if is_found { self.chain(0) } else { Chain::default() };
        if chain.links.is_empty() {
            self.at = begin;
        } else {
            self.skip_rule();
        }
        chain
    }

    /// Spark prints the worker's traceback in the message of Java's exception, and again in its cause.
    fn of_worker(&mut self) -> Chain {
        let mut chain = Chain::default();
        let last = self.at + LONGEST_JAVA;
        let mut end = self.at;
        while let Some(text) = self.lines.get(self.at).map(|line| line.text.trim_end()).filter(|_| self.at < last) {
            let is_java = text.trim_start().starts_with("at ")
                || [": ", "Caused by: ", "Driver stacktrace:", "\t..."].iter().any(|opening| text.starts_with(opening));
            if text.contains("PythonException: Traceback (") {
                let begin = self.at;
                let inner = self.chain(0);
                if chain.links.is_empty() {
                    chain = inner;
                }
                self.at = self.at.max(begin + 1);
                end = self.at;
            } else if is_java || text.is_empty() {
                self.at += 1;
                end = if is_java { self.at } else { end };
            } else {
                break;
            }
        }
        self.at = end;
        chain
    }

    fn is_at(&self, opening: &str) -> bool {
        self.lines.get(self.at).is_some_and(|line| line.text.trim_start().starts_with(opening))
    }

    /// Whether one blank line stands before `opening`; if so, it is passed.
    fn is_blank_above(&mut self, opening: &str) -> bool {
        let is_blank = self.lines.get(self.at).is_some_and(|line| line.text.trim().is_empty());
        self.at += usize::from(is_blank);
        self.is_at(opening)
    }

    fn skip_rule(&mut self) -> bool {
        let is_rule = self.lines.get(self.at).is_some_and(|line| line.text.len() >= 60 && line.text.bytes().all(|byte| byte == b'-'));
        self.at += usize::from(is_rule);
        is_rule
    }

    /// Goes to the header behind the source of a cell.
    fn seek_cell(&mut self) -> bool {
        let below = self.lines[self.at..].iter().take(LONGEST_CELL).take_while(|line| !line.text.contains(HEADER));
        let found = below.zip(self.at..).find(|(line, _)| notebook::header(&line.text).is_some());
        self.at = found.map_or(self.at, |(_, at)| at);
        found.is_some()
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn a_trace_in_a_message_is_the_cause() {
        check(
            r#"Traceback (most recent call last):
  File "train.py", line 10, in <module>
    for x in loader:
  File "/lib/torch/_utils.py", line 706, in reraise
    raise exception
KeyError: Caught KeyError in DataLoader worker process 0.
Original Traceback (most recent call last):
  File "/lib/torch/utils/data/_utils/fetch.py", line 51, in fetch
    data = [self.dataset[idx] for idx in possibly_batched_index]
  File "ds.py", line 5, in __getitem__
    return {}["k"]
KeyError: 'k'

"#,
            &["KeyError: Caught KeyError in DataLoader worker process 0. @ /lib/torch/_utils.py:706 reraise <- KeyError: 'k'"],
        );
        check(
            "Traceback (most recent call last):\n  File \"x.py\", line 8, in <module>\n    ray.get(f.remote())\n  File \"/lib/ray/worker.py\", line 2275, in get\n    raise value.as_instanceof_cause()\nray.exceptions.RayTaskError(KeyError): ray::f() (pid=123, ip=127.0.0.1)\n  File \"x.py\", line 5, in f\n    return {}[\"k\"]\nKeyError: 'k'\n",
            &["ray.exceptions.RayTaskError(KeyError): ray::f() (pid=123, ip=127.0.0.1) @ /lib/ray/worker.py:2275 get <- KeyError: 'k'"],
        );
    }

    // Printed by Spark 3, shortened.
    #[test]
    fn the_worker_of_spark_is_the_cause() {
        let worker = "org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n  File \"/srv/job.py\", line 3, in f\n    return 1/0\nZeroDivisionError: division by zero\n\n\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:517)\n";
        check(
            &format!(
                "Traceback (most recent call last):\n  File \"/py4j/protocol.py\", line 326, in get_return_value\n    raise Py4JJavaError(\npy4j.protocol.Py4JJavaError: An error occurred while calling o55.show.\n: org.apache.spark.SparkException: Job aborted: {worker}\nDriver stacktrace:\n\tat org.apache.spark.scheduler.DAGScheduler.fail(DAGScheduler.scala:2454)\nCaused by: {worker}\t... 1 more\n"
            ),
            &[
                "py4j.protocol.Py4JJavaError: An error occurred while calling o55.show. @ /py4j/protocol.py:326 get_return_value <- ZeroDivisionError: division by zero",
            ],
        );
    }

    #[test]
    fn a_message_may_end_in_a_trace() {
        let trace = "Traceback (most recent call last):\n      File \"conf.py\", line 1, in <module>\n        import a\n    ModuleNotFoundError: No module named 'a'\n";
        check(
            &format!(
                "      File \"config.py\", line 6, in load\n        raise E\n    app.errors.ConfigError: There is an error in your file:\n    \n    {trace}"
            ),
            &["app.errors.ConfigError: There is an error in your file: @ config.py:6 load <- ModuleNotFoundError: No module named 'a'"],
        );
        let trace = trace.replace("\n    ", "\n");
        check(
            &format!(
                "Traceback (most recent call last):\n  File \"hooks.py\", line 6, in call\n    raise E\nhooks.BackendUnavailable: {trace}"
            ),
            &["hooks.BackendUnavailable: Traceback (most recent call last): @ hooks.py:6 call <- ModuleNotFoundError: No module named 'a'"],
        );
    }

    #[test]
    fn the_runner_of_a_notebook_failed_because_a_cell_failed() {
        check(
            r#"Traceback (most recent call last):
  File "/lib/nbclient/client.py", line 918, in _check_raise_for_error
    raise CellExecutionError.from_cell_and_msg(cell, exec_reply_content)
nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell:
------------------
x = {}
x["k"]
------------------


---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
Cell In[1], line 2
      1 x = {}
----> 2 x["k"]

KeyError: 'k'

"#,
            &[
                "nbclient.exceptions.CellExecutionError: An error occurred while executing the following cell: @ /lib/nbclient/client.py:918 _check_raise_for_error <- KeyError: 'k'",
            ],
        );
    }
}
