//! Reads Java stack traces, whatever language they were compiled from: the exception printed first is the failure, those behind
//! `Caused by:` led to it.
//!
//! A reading begins at the first frame and looks up for its head, as the head may be any class behind any prefix. A stack without an
//! exception above it (a thread dump, `Thread.dumpStack`) is no failure.
//!
//! Source: `OpenJDK` 17, `java/lang/Throwable.java` (`printStackTrace`); logback 1.4, `ThrowableProxyUtil`.

use super::frame;
use super::head::{Head, above, is_more, opening};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::{Line, indent_of, is_blank};
use crate::event::{Cause, Event, Frame, Place};
use crate::syntax::LanguageId;

/// `java.lang.X: message` and the frames below it.
pub(in crate::event) struct Trace;

const THREAD: &str = "Exception in thread \"";
const SIGNS: &[&str] = &[".java:", ".kt:", ".scala:", ".groovy:", ".clj:", "(Native Method)", "(Unknown Source", "(SourceFile:", THREAD];
/// A trace is not longer than this.
const LONGEST: usize = 5000;
/// Frames above the one that was found, and lines of a cause's message.
const NEAR: usize = 60;

impl Dialect for Trace {
    fn hints(&self) -> &'static [&'static str] {
        SIGNS
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.as_ref();
        if frame::read(text).is_some() {
            let n_above = lines[..at].iter().rev().take(NEAR).take_while(|line| frame::read(&line.text).is_some()).count();
            return Some(reading(lines, at - n_above));
        }
        let thread = text.find(THREAD)?;
        let (kind, message) = opening(&text[thread..], false)?;
        let has_frames = lines[at + 1..].iter().take(NEAR).any(|line| frame::read(&line.text).is_some());
        let has_cause = lines.get(at + 1).is_some_and(|line| line.text.trim_start().starts_with("Caused by: "));
        if has_frames && !has_cause {
            return None; // The frames tell it all.
        }
        let head = Head { at, kind: kind.to_owned(), message: message.to_owned() };
        let mut stack = Stack::default();
        stack.read(lines, at + 1);
        Some(Reading::failure(Failure::new(event(lines, head, &mut stack)), stack.end.max(at + 1)))
    }
}

fn reading(lines: &[Line<'_>], first: usize) -> Reading {
    let mut stack = Stack::default();
    stack.read(lines, first);
    let head = above(lines, first);
    let is_dump = stack.frames.first().is_some_and(|place| place.function.as_deref() == Some("java.lang.Thread.dumpStack"));
    let is_cut = first == 0 && lines[first].no == 1 && stack.frames.len() > 1;
    let head = match head {
        Some(head) if !is_dump => head,
        None if is_cut => Head { at: first, kind: "unknown".to_owned(), message: String::new() },
        _ => return Reading::new(Vec::new(), stack.end),
    };
    let end = stack.end;
    Reading::failure(Failure::new(event(lines, head, &mut stack)), end)
}

fn event(lines: &[Line<'_>], head: Head, stack: &mut Stack) -> Event {
    let mut frames: Vec<Frame> = stack.frames.drain(..).map(|place| Frame { place, ..Frame::default() }).collect();
    frames.reverse();
    let mut event = Event {
        raised_at: frames.last().map(|frame| frame.place.clone()).or_else(|| stack.below.take()),
        frames,
        causes: std::mem::take(&mut stack.causes),
        test: test_above(lines, head.at),
        lines: lines[head.at].no..lines[stack.end.max(head.at + 1) - 1].no + 1,
        ..Event::new(LanguageId::JAVA, head.kind, head.message)
    };
    if stack.is_root_first {
        // The last one wraps all others.
        let root = Cause { kind: event.kind.clone(), message: event.message.clone(), ..Cause::default() };
        event.causes.insert(0, root);
        if let Some(top) = event.causes.pop() {
            (event.kind, event.message) = (top.kind, top.message);
        }
        event.causes.reverse();
    }
    event
}

/// What stands below the head.
#[derive(Default)]
struct Stack {
    /// The frames of the exception itself, innermost first.
    frames: Vec<Place>,
    causes: Vec<Cause>,
    /// The innermost frame of a cause, for an exception that has no frame of its own.
    below: Option<Place>,
    is_root_first: bool,
    end: usize,
}

impl Stack {
    fn read(&mut self, lines: &[Line<'_>], first: usize) {
        let mut at = first;
        let mut suppressed: Option<usize> = None;
        self.end = first;
        while at < lines.len().min(first + LONGEST) {
            let text = lines[at].text.as_ref();
            let trimmed = text.trim_start();
            let indent = indent_of(text);
            if let Some(place) = frame::read(text) {
                suppressed = suppressed.filter(|margin| indent > *margin || indent == 0);
                self.add(place, suppressed.is_some());
            } else if let Some(rest) = trimmed.strip_prefix("Caused by: ").or_else(|| trimmed.strip_prefix("Wrapped by: ")) {
                let is_inner = suppressed.is_some_and(|margin| margin > 0 && indent >= margin);
                let n_lines = self.add_cause(&lines[at..], rest, is_inner);
                self.is_root_first |= trimmed.starts_with('W');
                suppressed = suppressed.filter(|_| is_inner);
                at += n_lines;
            } else if trimmed.starts_with("Suppressed: ") {
                suppressed = Some(suppressed.map_or(indent, |margin| margin.min(indent)));
                // Its message may be long, as that of Reactor's checkpoints is.
                let is_frame = |line: &Line<'_>| frame::read(&line.text).is_some();
                at += lines[at + 1..].iter().take(NEAR).take_while(|line| !is_more(&line.text)).position(is_frame).unwrap_or(0);
            } else if !(is_more(trimmed) || (is_blank(trimmed) && goes_on(lines.get(at + 1)))) {
                break;
            }
            at += 1;
            self.end = at;
        }
    }

    fn add(&mut self, place: Place, is_suppressed: bool) {
        if is_suppressed {
            return;
        }
        if self.causes.is_empty() {
            self.frames.push(place);
        } else if self.below.is_none() {
            self.below = Some(place);
        }
    }

    /// Adds the cause that opens with `rest`; says how many more lines its message has.
    fn add_cause(&mut self, lines: &[Line<'_>], rest: &str, is_inner: bool) -> usize {
        let is_end = |line: &Line<'_>| frame::read(&line.text).is_some() || is_more(&line.text);
        let n_more = lines[1..].iter().take(NEAR).position(is_end).unwrap_or(0);
        let (kind, first) = opening(rest, true).unwrap_or_else(|| rest.trim_end().split_once(": ").unwrap_or((rest.trim_end(), "")));
        if !is_inner {
            let mut message = first.to_owned();
            for line in &lines[1..=n_more] {
                message.push('\n');
                message.push_str(line.text.trim_end());
            }
            self.causes.push(Cause { kind: kind.to_owned(), message: message.trim_end().to_owned(), ..Cause::default() });
        }
        n_more
    }
}

/// Whether a trace goes on below a blank line.
fn goes_on(line: Option<&Line<'_>>) -> bool {
    line.is_some_and(|line| frame::read(&line.text).is_some() || is_more(&line.text) || line.text.starts_with("Caused by: "))
}

/// The test that Surefire or Gradle names above the trace.
fn test_above(lines: &[Line<'_>], head: usize) -> Option<String> {
    let text = lines[..head].iter().rev().take(2).map(|line| line.text.trim()).find(|text| !text.is_empty())?;
    let text = text.strip_prefix("[ERROR]").unwrap_or(text).trim_start();
    let is_surefire = text.ends_with("<<< FAILURE!") || text.ends_with("<<< ERROR!");
    if is_surefire && !text.starts_with("Tests run:") {
        let end = text.find(" -- Time elapsed").or_else(|| text.find("  Time elapsed")).or_else(|| text.find(" Time elapsed"))?;
        return Some(text[..end].trim_end().to_owned());
    }
    text.strip_suffix(" FAILED").filter(|name| name.contains(" > ")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn the_exception_printed_first_is_the_failure() {
        check(
            "Exception in thread \"main\" a.b.OuterException: bad\nsecond line\n\tat a.b.C.f(C.java:12)\n\tat a.b.Main.main(Main.java:3)\nCaused by: java.lang.X: low\n\tat a.b.D.g(D.java:7)\n\t... 2 more\nCaused by: java.io.IOException\n\tat a.b.E.h(E.java:1)\n\t... 3 more\nnext\n",
            &["a.b.OuterException: bad @ C.java:12 a.b.C.f <- java.lang.X: low <- java.io.IOException: "],
        );
        let log = read(b"x\njava.lang.X: bad\n\tat a.B.f(B.java:2)\n\tat a.A.main(A.java:1)\n");
        assert_eq!(log.events[0].lines, 2..5);
        assert_eq!(log.events[0].frames[0].place.function.as_deref(), Some("a.A.main"));
    }

    #[test]
    fn places_without_a_file_have_the_name_of_the_class() {
        check(
            "java.net.BindException: in use\n\tat a.Net.bind0(Native Method)\n\tat a.Net.bind(Unknown Source)\n",
            &["java.net.BindException: in use @ Net a.Net.bind0"],
        );
    }

    #[test]
    fn loggers_may_put_words_before_the_class() {
        let frames = "\tat a.B.f(B.java:2) ~[b.jar:?]\n";
        check(
            &format!("2024-01-02 10:00:00 ERROR [main] a.B - failed\njava.lang.X: bad\n{frames}"),
            &["java.lang.X: bad @ B.java:2 a.B.f"],
        );
        check(&format!("2024-01-02 ERROR a.B - no luck: a.BadException: x\nmore\n{frames}"), &["a.BadException: x @ B.java:2 a.B.f"]);
        check(&format!("SEVERE: java.lang.X: bad\n{frames}"), &["java.lang.X: bad @ B.java:2 a.B.f"]);
        check(&format!("MyError\n{frames}"), &["MyError:  @ B.java:2 a.B.f"]);
        check("Exception in thread \"main\" java.lang.NoClassDefFoundError: a/B\n", &["java.lang.NoClassDefFoundError: a/B"]);
    }

    #[test]
    fn maven_sets_the_parentheses_off() {
        check(
            "[ERROR] Failed to run: no goal -> [Help 1]\na.b.RunException: no goal\n    at a.b.Runner.run (Runner.java:12)\n    at a.b.Main.invoke0 (Native Method)\nCaused by: a.b.GoalException: none\n    at a.b.Goal.find (Goal.java:7)\n[ERROR] \n",
            &["a.b.RunException: no goal @ Runner.java:12 a.b.Runner.run <- a.b.GoalException: none"],
        );
    }

    #[test]
    fn suppressed_exceptions_are_no_causes() {
        check(
            "java.lang.X: bad\n\tat a.B.f(B.java:2)\n\tSuppressed: java.lang.Y: s\n\t\tat a.B.g(B.java:3)\n\tCaused by: java.lang.Z: t\n\t\tat a.B.h(B.java:4)\nCaused by: java.lang.Q: q\n\tat a.C.f(C.java:5)\n",
            &["java.lang.X: bad @ B.java:2 a.B.f <- java.lang.Q: q"],
        );
    }

    #[test]
    fn a_suppressed_exception_may_have_a_long_message() {
        check(
            "java.lang.X: bad\n\tat a.B.f(B.java:2)\n\tSuppressed: a.SiteException: \nseen at:\n\t*__checkpoint\nOriginal Stack Trace:\n\t\tat a.B.g(B.java:3)\nCaused by: java.lang.Q: q\n\tat a.C.f(C.java:5)\n",
            &["java.lang.X: bad @ B.java:2 a.B.f <- java.lang.Q: q"],
        );
    }

    #[test]
    fn the_root_may_come_first() {
        check(
            "a.Root: low\n\tat a.B.f(B.java:2)\nWrapped by: a.Outer: high\n\tat a.C.f(C.java:3)\n",
            &["a.Outer: high @ B.java:2 a.B.f <- a.Root: low"],
        );
    }

    #[test]
    fn test_runners_name_the_test() {
        check(
            "[ERROR] Tests run: 1, Failures: 1 <<< FAILURE! - in a.FooTest\n[ERROR] bar(a.FooTest)  Time elapsed: 0.01 s  <<< FAILURE!\njava.lang.AssertionError: expected:<1> but was:<2>\n\tat a.FooTest.bar(FooTest.java:12)\n\n[ERROR] Failures: \n[ERROR]   FooTest.bar:12 expected:<1> but was:<2>\n",
            &["java.lang.AssertionError: expected:<1> but was:<2> @ FooTest.java:12 a.FooTest.bar [bar(a.FooTest)]"],
        );
        check(
            "FooTest > bar() FAILED\n    org.x.AssertionFailedError: expected: <1>\n        at FooTest.java:12\n",
            &["org.x.AssertionFailedError: expected: <1> @ FooTest.java:12 [FooTest > bar()]"],
        );
    }

    #[test]
    fn a_stack_without_its_exception_is_unknown_only_where_the_log_begins() {
        let frames = "\tat a.B.f(B.java:2)\n\tat a.C.g(C.java:3)\n";
        check(frames, &["unknown:  @ B.java:2 a.B.f"]);
        check(&format!("called from\n{frames}"), &[]);
    }

    #[test]
    fn stacks_that_are_no_failures_are_silent() {
        check(
            "\"main\" #1 prio=5 os_prio=0 tid=0x1 nid=0x2 waiting on condition [0x3]\n   java.lang.Thread.State: WAITING (parking)\n\tat jdk.internal.misc.Unsafe.park(java.base@17/Native Method)\n\t- parking to wait for  <0x4> (a x)\n\tat a.B.f(B.java:2)\n",
            &[],
        );
        check("java.lang.Exception: Stack trace\n\tat java.lang.Thread.dumpStack(Thread.java:1)\n\tat a.B.f(B.java:2)\n", &[]);
        check("see Foo.java:12 and Bar.kt:3\nINFO [Foo.java:12] started\n", &[]);
    }
}
