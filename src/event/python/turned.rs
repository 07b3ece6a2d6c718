//! Reads failures whose exception is printed above its stack, most recent call first where blank lines stand between the entries.
//!
//! A stack alone shows where something was called; it tells of a failure only with an exception right above it.

use super::exception::{exception_line, is_surely_exception};
use super::frame::file_line;
use super::tree::{Raised, Reader};
use crate::event::Frame;
use crate::event::line::{Line, indent_of, is_blank};

/// Blank lines and headers between the exception and its stack.
const GAP: usize = 3;
/// The outermost entry of every stack that Airflow 3 prints: it sets blank lines between the entries as well, but turns nothing round.
const TASK_RUNNER: &str = "airflow/sdk/execution_time/task_runner.py\"";

/// The failure whose stack begins at `lines[at]`, the line of its exception, and the first line behind the stack.
pub(super) fn read(lines: &[Line<'_>], at: usize, margin: usize) -> Option<(Raised, usize, usize)> {
    let above = |at: usize| at.checked_sub(1);
    let mut begin = above(at)?;
    let mut order = None;
    for _ in 0..GAP {
        let text = lines[begin].text.trim();
        let is_header = text.ends_with(':') && text.to_ascii_lowercase().contains("trace");
        if !(is_blank(text) || is_header) {
            break;
        }
        if is_header {
            order = Some(!text.contains("most recent call first"));
        }
        begin = above(begin)?;
    }
    let is_task = lines.get(at).is_some_and(|line| line.text.contains(TASK_RUNNER));
    if is_task && let Some(first) = first_of_task(lines, at) {
        begin = first;
    }
    let (kind, message) = told(&lines[begin].text)?;
    // The exception below a stack belongs to that stack.
    let is_alone = above(begin).is_none_or(|before| {
        let text = &lines[before].text;
        indent_of(text) == 0 && file_line(text).is_none()
    });
    if !is_alone && !is_task {
        return None;
    }
    let mut reader = Reader::new(lines, at, margin, false);
    let mut frames = reader.frames(0);
    let is_outermost = |frame: Option<&Frame>| frame.is_some_and(|frame| frame.place.function.as_deref() == Some("<module>"));
    // Who sets the entries apart by blank lines turns them round, too.
    let is_apart = || lines[at..reader.at].iter().any(|line| is_blank(&line.text));
    let is_forward = is_task || is_outermost(frames.first()) || order.unwrap_or_else(|| !is_outermost(frames.last()) && !is_apart());
    if !is_forward {
        frames.reverse();
    }
    let raised = Raised { frames, kind: kind.to_owned(), message: message.to_owned(), ..Raised::default() };
    (!raised.frames.is_empty()).then_some((raised, begin, reader.at))
}

/// Where the exception of a task stands: behind the record that says that the task failed, however many lines its message has.
fn first_of_task(lines: &[Line<'_>], at: usize) -> Option<usize> {
    const LONGEST: usize = 60;
    let floor = at.saturating_sub(LONGEST);
    let record = lines[floor..at].iter().rposition(|line| line.text.contains("Task failed with exception"))?;
    Some(floor + record + 1).filter(|first| *first < at)
}

/// The exception that the line above a header names by itself; AWS Lambda prints none below the stack.
pub(super) fn above<'l>(lines: &'l [Line<'_>], at: usize) -> Option<(&'l str, &'l str)> {
    let text = lines[at.checked_sub(1)?].text.trim_end();
    let text = text.strip_prefix("[ERROR] ").unwrap_or(text);
    exception_line(text).filter(|(kind, message)| is_surely_exception(kind) && !message.is_empty())
}

/// The exception that a line names, from its begin or behind the words of a logger.
fn told(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let starts = std::iter::once(0).chain(text.match_indices([' ', '\t']).map(|(at, blank)| at + blank.len()));
    starts.take(12).find_map(|at| exception_line(&text[at..]).filter(|(kind, message)| is_surely_exception(kind) && !message.is_empty()))
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn an_exception_above_its_stack_is_read() {
        let text = "ERROR app: KeyError: 'a'\n\n  File \"inner.py\", line 2, in load\n    return d[key]\n\n  File \"main.py\", line 9, in <module>\n    main()\n\ndone\n";
        check(text, &["KeyError: 'a' @ inner.py:2 load"]);
        assert_eq!(read(text.as_bytes()).events[0].frames.len(), 2);
        check(
            "KeyError: 'a'\nTraceback (most recent call first):\n  File \"inner.py\", line 2, in load\n    return d[key]\n  File \"main.py\", line 9, in run\n    main()\n",
            &["KeyError: 'a' @ inner.py:2 load"],
        );
        check(
            "jinja2.exceptions.UndefinedError: 'd' is undefined\n  File \"app.py\", line 58, in index\n    return render()\n  File \"index.html\", line 41, in top-level template code\n    {% if d.x %}\n",
            &["jinja2.exceptions.UndefinedError: 'd' is undefined @ index.html:41 top-level template code"],
        );
        check(
            "app.errors.Odd: x\n\nStack Trace:\n  File \"main.py\", line 9, in run\n    main()\n  File \"inner.py\", line 2, in load\n    return 1\n",
            &["app.errors.Odd: x @ inner.py:2 load"],
        );
    }

    #[test]
    fn a_task_of_airflow_prints_its_exception_above_its_stack() {
        let stack = "File \"/venv/airflow/sdk/execution_time/task_runner.py\", line 920 in run\n\nFile \"/venv/airflow/sdk/bases/operator.py\", line 397 in wrapper\n\nFile \"/opt/airflow/dags/load.py\", line 12 in load\n";
        let record = "[2026-01-13, 11:41:32] ERROR - Task failed with exception: source=\"task\"\n";
        check(&format!("{record}ValueError: no rows\n{stack}"), &["ValueError: no rows @ /opt/airflow/dags/load.py:12 load"]);
        check(
            &format!(
                "[2026-01-13, 11:41:31] INFO - run\n{record}RuntimeError: tool stopped (exit=1)\nstdout=\n12 | started\n\nstderr=\n{stack}"
            ),
            &["RuntimeError: tool stopped (exit=1) @ /opt/airflow/dags/load.py:12 load"],
        );
    }

    #[test]
    fn the_line_above_the_header_may_name_the_exception() {
        check(
            "[ERROR] KeyError: 'x'\nTraceback (most recent call last):\n  File \"/var/task/f.py\", line 5, in handler\n    return event['x']\nEND RequestId: 1\n",
            &["KeyError: 'x' @ /var/task/f.py:5 handler"],
        );
        check(
            "[ERROR] Runtime.ImportModuleError: Unable to import module 'app'\nTraceback (most recent call last):\nEND RequestId: 1\n",
            &["Runtime.ImportModuleError: Unable to import module 'app'"],
        );
        check("KeyError: 'x' is how it ends, and this is how it begins:\n\nTraceback (most recent call last):\n  ...\n", &[]);
    }

    #[test]
    fn a_stack_alone_is_silent() {
        check("2026-01-02 INFO x\n  File \"main.py\", line 9, in run\n    main()\n", &[]);
        check("Stack (most recent call last):\n  File \"main.py\", line 9, in run\n    main()\n", &[]);
    }
}
