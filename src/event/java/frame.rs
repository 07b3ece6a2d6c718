//! Reads one line of a Java stack: `at java.base/a.b.C.f(C.java:12) ~[x.jar:1.0]`.
//!
//! Node's frames have a blank before the parenthesis and .NET's have types in it; both are refused. Maven's have that blank too.
//!
//! Source: `OpenJDK` 17, `java/lang/StackTraceElement.java` (`toString`); logback 1.4, `PackagingDataCalculator`; Maven 3.9,
//! `maven-slf4j-provider`, `MavenSimpleLogger` (`printStackTrace`).

use crate::event::Place;

/// Extensions of the languages that are compiled for the virtual machine.
const EXTENSIONS: &[&str] = &["java", "kt", "kts", "scala", "groovy", "clj", "cljc", "gradle", "jsp", "sc"];
/// What stands in place of a file that is not known.
const NO_FILE: &[&str] = &["Native Method", "Unknown Source", "<generated>", "Unknown", "<Unknown>", "Compiled Code"];
/// A frame is not longer than this, so that a log in one line is no frame.
const LONGEST: usize = 1000;

/// The place that a frame names.
pub(super) fn read(text: &str) -> Option<Place> {
    let text = text.trim_start_matches("#011").trim();
    let rest = text.strip_prefix("! ").unwrap_or(text).trim_start().strip_prefix("at ").filter(|rest| rest.len() <= LONGEST)?;
    let Some(open) = rest.find('(') else { return short(rest) };
    let close = open + rest[open..].find(')')?;
    let (name, inner, after) = (without_module(rest[..open].trim_start()), &rest[open + 1..close], rest[close + 1..].trim_start());
    let name = name.strip_suffix(' ').filter(|name| is_of_maven(name, inner)).unwrap_or(name);
    let has_jar = after.starts_with('[') || after.starts_with("~[");
    if !(after.is_empty() || has_jar) || !is_name(name) {
        return None;
    }
    let (file, line) = source(inner)?;
    let class = || name.rsplit('.').nth(1).unwrap_or(name);
    let file = file.unwrap_or_else(class).to_owned();
    Some(Place { file, line, column: None, function: Some(name.to_owned()) })
}

/// `at FooTest.java:12`, as Gradle shortens it.
fn short(rest: &str) -> Option<Place> {
    let (file, line) = rest.rsplit_once(':')?;
    let is_file = has_extension(file) && !file.contains(['/', '\\', ' ']);
    let line = line.parse().ok().filter(|_| is_file)?;
    Some(Place { file: file.to_owned(), line: Some(line), column: None, function: None })
}

/// The file and line in the parentheses, if that is what they hold.
fn source(inner: &str) -> Option<(Option<&str>, Option<u32>)> {
    let inner = without_module(inner);
    if NO_FILE.contains(&inner) {
        return Some((None, None));
    }
    let (file, line) = match inner.rsplit_once(':') {
        Some((file, line)) => (file, Some(line.trim().parse().ok()?)),
        None => (inner, None),
    };
    if NO_FILE.contains(&file) {
        return Some((None, None));
    }
    let is_obfuscated =
        line.is_some() && !file.is_empty() && file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.$@".contains(&byte));
    let is_file = has_extension(file) || (is_obfuscated && !file.contains(".js") && !file.contains(".ts"));
    is_file.then_some((Some(file), line))
}

fn has_extension(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(name, extension)| !name.contains(['/', '\\', '(', '"']) && EXTENSIONS.contains(&extension))
}

/// `a.b.C.f` without the loader and module that may stand before it: `app//`, `java.base@17.0.2/`.
fn without_module(mut name: &str) -> &str {
    let is_module = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._@-+".contains(&byte));
    while let Some((module, rest)) = name.split_once('/')
        && is_module(module)
    {
        name = rest;
    }
    name
}

/// Whether `a.b.C.f (C.java:12)` is how Maven writes a frame: class and method in one word, in the file that is called after the class.
fn is_of_maven(name: &str, inner: &str) -> bool {
    let is_at_home = |(file, line): (&str, &str)| {
        let class = file.strip_suffix(".java").unwrap_or_default();
        line.bytes().all(|byte| byte.is_ascii_digit()) && name.split(['.', '$']).any(|part| part == class && !class.is_empty())
    };
    !name.contains(' ') && name.matches('.').count() > 1 && (NO_FILE[..2].contains(&inner) || inner.split_once(':').is_some_and(is_at_home))
}

/// Class and method. Kotlin's and Scala's methods may hold blanks, but none stands before the parenthesis.
fn is_name(name: &str) -> bool {
    name.contains('.') && !name.ends_with(' ') && name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$')) && {
        let first = name.split(['.', ' ']).next().unwrap_or_default();
        !first.is_empty() && !name.contains("://") && !name.starts_with("new ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(&str, Option<u32>, &str)>) {
        let place = read(text);
        let seen = place.as_ref().map(|place| (place.file.as_str(), place.line, place.function.as_deref().unwrap_or_default()));
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn frames_name_a_place() {
        check("\tat a.b.C.f(C.java:12)", Some(("C.java", Some(12), "a.b.C.f")));
        check("at java.base@17.0.2/java.lang.Thread.run(Thread.java:833)", Some(("Thread.java", Some(833), "java.lang.Thread.run")));
        check("    at app//a.C.<init>(C.kt:3) ~[a.jar!/:1.0]", Some(("C.kt", Some(3), "a.C.<init>")));
        check("\tat a.Net.bind0(Native Method)", Some(("Net", None, "a.Net.bind0")));
        check("\tat a.C$$Lambda$14/0x0800.run(Unknown Source) [?:?]", Some(("C$$Lambda$14/0x0800", None, "a.C$$Lambda$14/0x0800.run")));
        check("\tat a.b(SourceFile:7)", Some(("SourceFile", Some(7), "a.b")));
        check("\tat a.CTest.it should work(CTest.kt:9)", Some(("CTest.kt", Some(9), "a.CTest.it should work")));
        check("        at CTest.java:12", Some(("CTest.java", Some(12), "")));
        check("#011at a.b.C.f(C.java:12)", Some(("C.java", Some(12), "a.b.C.f")));
        check("    at a.b.Build.run (Build.java:12)", Some(("Build.java", Some(12), "a.b.Build.run")));
        check("    at a.b.Build$Step.run (Build.java:12)", Some(("Build.java", Some(12), "a.b.Build$Step.run")));
        check("    at a.b.Native.invoke0 (Native Method)", Some(("Native", None, "a.b.Native.invoke0")));
    }

    #[test]
    fn frames_of_other_languages_are_none() {
        check("    at f (/x/y.js:1:2)", None);
        check("    at Object.f (app.js:12)", None);
        check("    at /x/y.js:1:2", None);
        check("   at A.B.C(String s) in /x/C.cs:line 12", None);
        check("   at A.B.C(String s)", None);
        check("   at A.B.C()", None);
        check("look at the file(s) in a.b(x)", None);
        check("at startup (see Foo.java:12)", None);
        check("at a.b.other (Build.java:12)", None);
        check("at a.b.Build.run (Build.js:12)", None);
        check("at run (Build.java:12)", None);
    }
}
