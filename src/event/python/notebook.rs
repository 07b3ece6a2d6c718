//! Reads the tracebacks of `IPython`, Jupyter and their kin: a header that names the kind, entries whose line the arrow names.
//!
//! The last line says the kind again; where it is cut off, the header's word for it stands.
//!
//! Source: `IPython` 5 to 9, `IPython/core/ultratb.py`, `VerboseTB` and `ListTB`.

use super::exception::exception_line;
use super::frame::TITLE;
use crate::event::line::{Line, has_extension, indent_of, is_blank, split_location, split_number};
use crate::event::{Frame, Place};

/// The kind in `KeyError                 Traceback (most recent call last)`; a long name leaves no blank.
pub(super) fn header(text: &str) -> Option<&str> {
    let kind = text.trim().strip_suffix(TITLE)?.trim_end();
    let (name, message) = exception_line(kind)?;
    (message.is_empty() && name.len() == kind.len() && !name.is_empty()).then_some(name)
}

/// The entries from `lines[at]` on, and the first line behind them.
pub(super) fn frames(lines: &[Line<'_>], mut at: usize, margin: usize) -> (Vec<Frame>, usize) {
    let mut frames: Vec<Frame> = Vec::new();
    let mut end = at;
    while let Some(text) = lines.get(at).map(|line| line.text.trim_end()) {
        let own = indent_of(text).saturating_sub(margin);
        if let Some(frame) = entry(text) {
            frames.push(frame);
        } else if let Some((line, source)) = numbered(text) {
            if let Some(frame) = frames.last_mut()
                && text.contains("->")
            {
                frame.place.line = Some(line);
                frame.source = Some(source.trim().to_owned());
            }
        } else if !is_blank(text) && (own < 2 || frames.is_empty()) {
            break;
        }
        at += 1;
        if !is_blank(text) {
            end = at;
        }
    }
    (frames, end)
}

/// `File ~/x.py:12, in f(a)`, `Cell In[3], line 2, in f()`, `Input In [3], in <cell line: 1>()`, `~/x.py in f(a)`, `<ipython-input-3-x> in <module>`.
pub(super) fn entry(text: &str) -> Option<Frame> {
    let text = text.trim();
    if text.starts_with("File \"") {
        return None;
    }
    let is_cell = text.starts_with("Cell In") || text.starts_with("Input In");
    let (head, function) = match split_function(text) {
        Some((head, function)) => (head, Some(function)),
        None => (text, None),
    };
    let head = head.trim_end_matches(',');
    let (file, line) = if let Some(rest) = head.strip_prefix("File ") {
        match split_location(rest) {
            Some((file, line, None)) => (file, Some(line)),
            _ => (rest, None),
        }
    } else if is_cell {
        head.split_once(", line ").and_then(|(cell, line)| Some((cell, Some(line.parse().ok()?)))).unwrap_or((head, None))
    } else {
        (head, None)
    };
    let is_file = file.starts_with(['/', '~', '<', '.']) || file.contains(['/', '\\']) || has_extension(file, "py");
    let is_entry = match (is_cell, text.starts_with("File "), &function) {
        (true, ..) => line.is_some() || function.is_some(),
        (_, true, _) => is_file && (line.is_some() || function.is_some()),
        (_, _, Some(_)) => is_file && !file.contains(['"', ' ', ':']) || file.get(1..3) == Some(":\\"),
        _ => false,
    };
    let place = Place { file: file.to_owned(), line, column: None, function };
    is_entry.then_some(Frame { place, ..Frame::default() })
}

/// What stands before ` in f(a)`, and the function without what it was called with.
fn split_function(text: &str) -> Option<(&str, String)> {
    let (head, rest) = text.split_once(" in ")?;
    let name = rest.split('(').next().unwrap_or(rest);
    let is_name = !name.is_empty() && (name.starts_with('<') || !name.contains(' '));
    is_name.then(|| (head, name.to_owned()))
}

/// `----> 6     return x` and `      5 try:`: the number and the source behind it.
pub(super) fn numbered(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start();
    let rest = rest.trim_start_matches('-').strip_prefix('>').unwrap_or(rest).trim_start();
    let (line, source) = split_number(rest)?;
    (source.is_empty() || source.starts_with(' ')).then_some((line, source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn entries_of_all_versions() {
        let seen = |text: &str| {
            entry(text).map(|frame| {
                let line = frame.place.line.map_or("-".to_owned(), |line| line.to_string());
                format!("{} {line} {}", frame.place.file, frame.place.function.unwrap_or_default())
            })
        };
        for (text, expected) in [
            ("File ~/app/x.py:12, in f(a, b)", "~/app/x.py 12 f"),
            ("File C:\\app\\x.py:12, in Thing.f(self)", "C:\\app\\x.py 12 Thing.f"),
            ("File <ipython-input-1-0a>:6", "<ipython-input-1-0a> 6 "),
            ("Cell In[3], line 2, in f(x)", "Cell In[3] 2 f"),
            ("Cell In [3], line 2", "Cell In [3] 2 "),
            ("Input In [3], in <cell line: 1>()", "Input In [3] - <cell line: 1>"),
            ("~/app/x.py in f(a)", "~/app/x.py - f"),
            ("<ipython-input-3-0a> in <module>()", "<ipython-input-3-0a> - <module>"),
            ("c:\\app\\x.py in f(a)", "c:\\app\\x.py - f"),
            ("app/_libs/index.pyx in app._libs.index.get()", "app/_libs/index.pyx - app._libs.index.get"),
        ] {
            assert_eq!(seen(text).as_deref(), Some(expected), "{text}");
        }
        for not in ["File \"x.py\", line 3, in f", "He lives in Rome", "a/b was found in the cache of it", "Cell In[3]", "error in f(x)"] {
            assert_eq!(seen(not), None, "{not}");
        }
    }

    // Printed by IPython 8.12, shortened.
    #[test]
    fn a_chain_in_a_notebook_is_one_event() {
        check(
            r#"---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
File ~/app/helper.py:6, in wrap(d)
      5 try:
----> 6     return load(d, "a")
      7 except KeyError as e:

File ~/app/helper.py:2, in load(d, key)
      1 def load(d, key):
----> 2     return d[key]

KeyError: 'a'

The above exception was the direct cause of the following exception:

RuntimeError                              Traceback (most recent call last)
Cell In[1], line 5
      3     x = 1
      4     wrap(d)
----> 5 main({})

    [... skipping hidden 1 frame]

File ~/app/helper.py:8, in wrap(d)
      7 except KeyError as e:
----> 8     raise RuntimeError("cannot load") from e

RuntimeError: cannot load
"#,
            &["RuntimeError: cannot load @ ~/app/helper.py:8 wrap <- KeyError: 'a'"],
        );
    }

    // Printed by IPython 7.34 and 8.0, shortened.
    #[test]
    fn the_arrow_names_the_line_and_the_header_the_kind() {
        check(
            "ValueError                                Traceback (most recent call last)\n<ipython-input-3-0a1b> in <module>\n----> 1 f(2)\n\n/tmp/ipykernel_7/12.py in f(x)\n      1 def f(x):\n----> 2     raise ValueError('no')\n      3 \n\nValueError: no\n",
            &["ValueError: no @ /tmp/ipykernel_7/12.py:2 f"],
        );
        check(
            "ZeroDivisionError                         Traceback (most recent call last)\nInput In [1], in <cell line: 1>()\n----> 1 1/0\n",
            &["ZeroDivisionError:  @ Input In [1]:1 <cell line: 1>"],
        );
    }

    // Printed by nbconvert 7, which indents and sets blank lines between.
    #[test]
    fn a_notebook_as_markdown_is_read() {
        check(
            "    ---------------------------------------------------------------------------\n\n    TypeError                                 Traceback (most recent call last)\n\n    Input In [1], in <cell line: 8>()\n          6         pass\n    ----> 8 a = A()\n    \n\n    TypeError: Can't instantiate abstract class A\n\n\nNote: we cannot create it\n",
            &["TypeError: Can't instantiate abstract class A @ Input In [1]:8 <cell line: 8>"],
        );
        check(
            "# ---------------------------------------------------------------------------\n# TypeError                Traceback (most recent call last)\n# Input In [1], in <cell line: 1>()\n# ----> 1 42 + 'a'\n",
            &[],
        );
    }

    // Printed by IPython 8.12.
    #[test]
    fn a_syntax_error_in_a_cell_has_no_header() {
        check(
            "  Cell In[4], line 1\n    x = = 3\n        ^\nSyntaxError: invalid syntax\n",
            &["SyntaxError: invalid syntax @ Cell In[4]:1"],
        );
        check(
            "Traceback (most recent call last):\n\n  File ~/lib/interactiveshell.py:3508 in run_code\n    exec(code_obj)\n\n  File <ipython-input-1-54>:1\n    import bad\n\n  File ~/app/bad.py:2\n    if x\n        ^\nSyntaxError: expected ':'\n",
            &["SyntaxError: expected ':' @ ~/app/bad.py:2"],
        );
    }

    #[test]
    fn talk_of_tracebacks_is_silent() {
        check("The Traceback (most recent call last)\nshows what happened in f(x)\n", &[]);
        check("KeyError       Traceback (most recent call last)\n\nis how it begins\n", &[]);
    }
}
