//! Two or more processes that write the same traceback at once, line by line and without any prefix.
//!
//! Only lockstep is certain: as many headers in a row as there are processes, and then as many lines of the same kind each time, down to
//! the exceptions. Then the n-th line of each group belongs to the n-th process; any other mixture stays as it is.

use std::sync::Arc;

use super::Layer;
use crate::event::line::{Line, indent_of};

/// `Traceback ...` twice in a row, and each line after it twice.
pub(super) struct Lockstep;

const HEADER: &str = "Traceback (most recent call last):";
/// So many processes may write at once.
const MOST: usize = 64;
/// A traceback is not longer than this.
const LONGEST: usize = 400;

impl Layer for Lockstep {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut at = 0;
        while at < lines.len() {
            let n = lines[at..].iter().take(MOST).take_while(|line| is_header(line)).count();
            if n > 1
                && let Some(end) = end_of(&lines[at..], n)
            {
                let names: Vec<Arc<str>> = (1..=n).map(|index| Arc::from(format!("process {index}"))).collect();
                for (index, line) in lines[at..at + end].iter_mut().enumerate() {
                    line.speaker = Some(Arc::clone(&names[index % n]));
                }
                at += end;
            }
            at += n.max(1);
        }
        false
    }
}

fn is_header(line: &Line<'_>) -> bool {
    line.text.starts_with('T') && line.speaker.is_none() && line.text.trim_end() == HEADER
}

/// What a line of a traceback may be.
#[derive(PartialEq, Eq)]
enum Part {
    File,
    Source,
    Exception,
}

fn part(text: &str) -> Part {
    match indent_of(text) {
        2 if text[2..].starts_with("File \"") => Part::File,
        0 => Part::Exception,
        _ => Part::Source,
    }
}

/// The end of `n` tracebacks in lockstep whose headers begin `lines`.
fn end_of(lines: &[Line<'_>], n: usize) -> Option<usize> {
    for (index, group) in lines.chunks_exact(n).enumerate().skip(1).take(LONGEST) {
        let first = part(&group[0].text);
        let is_same = group.iter().all(|line| part(&line.text) == first && line.service == lines[0].service && line.speaker.is_none());
        match first {
            _ if !is_same || (index == 1 && first != Part::File) => return None,
            // An exception has a name.
            Part::Exception => {
                return group.iter().all(|line| line.text.starts_with(char::is_alphabetic) && !is_header(line)).then_some((index + 1) * n);
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speakers(texts: &[&str]) -> Vec<String> {
        let mut lines: Vec<Line<'_>> = texts.iter().map(|text| Line::new(*text, 1)).collect();
        Lockstep.peel(&mut lines);
        lines.iter().map(|line| line.speaker.as_deref().unwrap_or("").replace("process ", "")).collect()
    }

    #[test]
    fn lockstep_is_told_apart_and_other_mixtures_stay() {
        let file = "  File \"x.py\", line 3, in f";
        let text = ["before", HEADER, HEADER, file, file, "    g()", "    g()", "    ^", "    ^", "KeyError: 1", "KeyError: 2", "after"];
        assert_eq!(speakers(&text), ["", "1", "2", "1", "2", "1", "2", "1", "2", "1", "2", ""]);
        for text in [
            [HEADER, HEADER, file, "    g()", file, "    g()", "KeyError: 1", "KeyError: 2"],
            [HEADER, HEADER, file, file, "    g()", "KeyError: 1", "    g()", "KeyError: 2"],
            [HEADER, HEADER, "KeyError: 1", "KeyError: 2", "", "", "", ""],
            [HEADER, file, "    g()", "KeyError: 1", HEADER, file, "    g()", "KeyError: 2"],
        ] {
            assert_eq!(speakers(&text), [""; 8]);
        }
    }
}
