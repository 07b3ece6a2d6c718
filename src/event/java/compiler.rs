//! Reads the errors of the compilers for the Java virtual machine: javac, Maven's way to print it, kotlinc, scalac.
//!
//! Warnings are no failures.
//!
//! Source: `OpenJDK` 17, `com/sun/tools/javac/util/BasicDiagnosticFormatter.java`; plexus-compiler 2.13; Kotlin 1.9, `MessageRenderer`.

use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, has_extension, split_location, split_number};
use crate::event::{Event, Place};
use crate::syntax::LanguageId;

/// `C.java:12: error: ...`.
pub(in crate::event) struct Diagnostics;

/// A message goes on below its first line for so long.
const LONGEST: usize = 8;

impl Dialect for Diagnostics {
    fn hints(&self) -> &'static [&'static str] {
        &[".java:", ".kt:", ".scala:", ".groovy:"]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim_end();
        let (place, message) = javac(text).or_else(|| maven(text)).or_else(|| kotlin(text)).or_else(|| sbt(text))?;
        let is_more = |line: &&Line<'_>| {
            let text = line.text.trim_start();
            text.starts_with("symbol:") || text.starts_with("location:") || text.starts_with("required:") || text.starts_with("found:")
        };
        let end = (at + 1..lines.len().min(at + LONGEST)).filter(|&index| is_more(&&lines[index])).max().map_or(at + 1, |last| last + 1);
        let notes = lines[at + 1..end].iter().filter(is_more).map(|line| line.text.trim().to_owned()).collect();
        let event = Event {
            raised_at: Some(place),
            notes,
            lines: lines[at].no..lines[end - 1].no + 1,
            ..Event::new(LanguageId::JAVA, "error", message)
        };
        Some(Reading::failure(Failure::new(event), end))
    }
}

fn place(file: &str, line: u32, column: Option<u32>) -> Option<Place> {
    let is_path = !file.is_empty() && !file.contains(['(', '"', '<']) && !file.starts_with("at ");
    is_path.then(|| Place { file: file.to_owned(), line: Some(line), column, function: None })
}

/// `src/C.java:12: error: cannot find symbol`.
fn javac(text: &str) -> Option<(Place, &str)> {
    let (location, message) = text.split_once(": error: ")?;
    // Ant names the task before each line.
    let (file, line, column) = split_location(location.trim_start().trim_start_matches("[javac]").trim_start())?;
    let is_ours = [".java", ".scala", ".kt", ".groovy"].iter().any(|extension| file.ends_with(extension));
    Some((place(file, line, column).filter(|_| is_ours)?, message))
}

/// `[ERROR] /x/C.java:[12,5] cannot find symbol`.
fn maven(text: &str) -> Option<(Place, &str)> {
    let (file, rest) = text.strip_prefix("[ERROR]")?.trim_start().split_once(":[")?;
    let (line, rest) = split_number(rest)?;
    let (column, message) = split_number(rest.strip_prefix(',')?)?;
    let message = message.strip_prefix(']')?.trim();
    Some((place(file, line, Some(column))?, message.strip_prefix("error: ").unwrap_or(message)))
}

/// `e: file:///x/C.kt:12:5 message`, `e: /x/C.kt: (12, 5): message`.
fn kotlin(text: &str) -> Option<(Place, &str)> {
    let rest = text.strip_prefix("e: ")?;
    let (file, rest) = rest.split_once(".kt:")?;
    let path = &text[3..3 + file.len() + 3];
    let rest = rest.trim_start_matches([' ', '(']);
    let (line, rest) = split_number(rest)?;
    let (column, message) = split_number(rest.trim_start_matches([':', ',', ' ']))?;
    Some((place(path, line, Some(column))?, message.trim_start_matches([')', ':', ' '])))
}

/// `[error] /x/C.scala:12:5: message`.
fn sbt(text: &str) -> Option<(Place, &str)> {
    let rest = text.strip_prefix("[error] ")?.trim_start_matches("-- ");
    let (location, message) = rest.split_once(": ")?;
    let (file, line, column) = split_location(location)?;
    let is_ours = has_extension(file, "scala") || has_extension(file, "java");
    Some((place(file, line, column).filter(|_| is_ours)?, message))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn compilers_name_the_place() {
        check(
            "src/C.java:12: error: cannot find symbol\n    foo();\n    ^\n  symbol:   method foo()\n  location: class C\n1 error\n",
            &["error: cannot find symbol @ src/C.java:12"],
        );
        check(
            "[ERROR] /x/C.java:[12,5] cannot find symbol\n[ERROR]   symbol: x\n[ERROR] /x/C.java:[12,5] cannot find symbol\n",
            &["error: cannot find symbol @ /x/C.java:12 x2"],
        );
        check("    [javac] /x/C.java:12: error: no\n", &["error: no @ /x/C.java:12"]);
        check("e: file:///x/C.kt:12:5 Unresolved reference: y\n", &["error: Unresolved reference: y @ file:///x/C.kt:12"]);
        check("e: /x/C.kt: (12, 5): Unresolved reference: y\n", &["error: Unresolved reference: y @ /x/C.kt:12"]);
        check("[error] /x/C.scala:12:5: not found: value y\n", &["error: not found: value y @ /x/C.scala:12"]);
    }

    #[test]
    fn warnings_are_no_failures() {
        check(
            "src/C.java:12: warning: [deprecation] x\n[WARNING] /x/C.java:[12,5] y\nw: /x/C.kt: (1, 2): z\n[warn] /x/C.scala:1:2: q\n",
            &[],
        );
    }
}
