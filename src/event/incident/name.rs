//! Failures that miss the same thing: a module, a name of a module, a fixture, a table, a program, a library, a variable, an endpoint.
//!
//! The first one stands for the thing that is missing; the others would not be there without it.

use std::collections::HashMap;

use super::{Links, quoted};
use crate::event::fingerprint::is_foreign;
use crate::event::{Event, Place};

/// Resources of a machine or a service that are short for all who ask, in the words of the evidence.
const SHARED: &[(&str, &str)] = &[
    ("disk-full", "both found the disk full"),
    ("open-files", "both met the limit of open files"),
    ("read-only", "both met a file system that is read-only"),
    ("thread-limit", "both met the limit of threads"),
    ("database-connections", "both found no connection to the database left"),
    ("file-watchers", "both met the limit of watched files"),
    ("gpu-driver", "both found no usable graphics card"),
    ("docker-daemon", "both found no daemon of Docker"),
];

/// So many frames of a stack are looked at.
const STACK: usize = 60;

/// Links between failures that miss the same.
pub(super) fn links(events: &[Event], faults: &[Option<&str>], links: &mut Links) {
    let mut first: HashMap<(&str, String, Option<&str>), usize> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Some((what, name)) = missing(event, faults[at]) {
            let evidence = format!("both miss the {what} `{name}`");
            let cause = *first.entry((what, name, None)).or_insert(at);
            links.add(at, cause, || evidence);
        }
        if let Some((fault, evidence)) = faults[at].and_then(|fault| SHARED.iter().find(|(id, _)| *id == fault)) {
            let cause = *first.entry((fault, String::new(), event.service.as_deref())).or_insert(at);
            links.add(at, cause, || (*evidence).to_owned());
        }
        if let Some(place) = at_import(event) {
            let line = place.line.unwrap_or_default();
            let key = format!("{}:{line}: {}: {}", place.base_name(), event.kind, event.headline());
            let cause = *first.entry(("import", key, None)).or_insert(at);
            links.add(at, cause, || format!("both are raised by line {line} of {} as it is imported", place.base_name()));
        }
    }
}

/// What a failure misses: the sort of thing and its name.
fn missing(event: &Event, fault: Option<&str>) -> Option<(&'static str, String)> {
    let headline = event.headline();
    match event.kind.rsplit('.').next().unwrap_or_default() {
        "ModuleNotFoundError" | "ImportError" => of_import(headline),
        "UndefinedTable" | "ProgrammingError" | "OperationalError" | "UndefinedTableError" | "PSQLException" | "DatabaseError" => {
            of_table(headline)
        }
        "KeyError" if fault == Some("variable-missing") => Some(("variable", headline.trim_matches(['\'', '"']).to_owned())),
        _ => of_fixture(headline)
            .or_else(|| of_program(headline).filter(|_| fault == Some("command-missing")))
            .or_else(|| of_host(headline).filter(|_| fault == Some("name-resolution")))
            .or_else(|| of_library(event)),
    }
}

/// `No module named 'x.y'`, `cannot import name 'x' from 'y' (path)`, `libx.so.1: cannot open shared object file`.
fn of_import(headline: &str) -> Option<(&'static str, String)> {
    if let Some((library, _)) = headline.split_once(": cannot open shared object file") {
        return Some(("library", library.to_owned()));
    }
    let mut names = quoted(headline, '\'');
    let name = names.next().filter(|name| !name.is_empty())?;
    if headline.starts_with("cannot import name ") {
        return Some(("name", format!("{}.{name}", names.next()?)));
    }
    headline.starts_with("No module named ").then(|| ("module", name.to_owned()))
}

/// `relation "x" does not exist`, `no such table: x`, `Table 'db.x' doesn't exist`.
fn of_table(headline: &str) -> Option<(&'static str, String)> {
    let of_quotes = |start: &str, quote: char, end: &str| {
        let rest = headline.split_once(start)?.1;
        let (name, rest) = rest.split_once(quote)?;
        rest.starts_with(end).then(|| name.to_owned())
    };
    let word = |rest: &str| rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).next().unwrap_or_default().to_owned();
    let name = of_quotes("relation \"", '"', " does not exist")
        .or_else(|| of_quotes("Table '", '\'', " doesn't exist"))
        .or_else(|| headline.split_once("no such table: ").map(|(_, rest)| word(rest)))
        .filter(|name| !name.is_empty())?;
    Some(("table", name))
}

/// `fixture 'x' not found` of pytest.
fn of_fixture(headline: &str) -> Option<(&'static str, String)> {
    let rest = headline.split_once("fixture '")?.1;
    let (name, rest) = rest.split_once('\'')?;
    rest.starts_with(" not found").then(|| ("fixture", name.to_owned()))
}

/// `[Errno 2] No such file or directory: 'git'`, `spawn git ENOENT`, `exec: "git": executable file not found in $PATH`.
fn of_program(headline: &str) -> Option<(&'static str, String)> {
    let of_node = || headline.strip_prefix("spawn ").and_then(|rest| rest.strip_suffix(" ENOENT"));
    let of_go = || headline.split_once("exec: \"").and_then(|(_, rest)| rest.split('"').next());
    let of_python = || quoted(headline, '\'').last().filter(|_| headline.contains("No such file or directory: '"));
    let name = of_node().or_else(of_go).or_else(of_python).filter(|name| !name.is_empty())?;
    Some(("program", name.to_owned()))
}

/// `getaddrinfo ENOTFOUND db`, `lookup db on 10.0.0.2:53: no such host`, `Failed to resolve 'db'`, `could not translate host name "db"`.
fn of_host(headline: &str) -> Option<(&'static str, String)> {
    const BEFORE: &[&str] =
        &["ENOTFOUND ", "EAI_AGAIN ", "lookup ", "Failed to resolve '", "host name \"", "resolve host: ", "resolve hostname ", "host='"];
    let rest = BEFORE.iter().find_map(|before| headline.split_once(before))?.1;
    let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    let name = name.trim_end_matches('.');
    (name.len() > 1).then(|| ("host", name.to_owned()))
}

/// `unable to find library -lssl` of a linker, in its notes.
fn of_library(event: &Event) -> Option<(&'static str, String)> {
    let library = |text: &String| {
        let rest = text.split_once("unable to find library -l").or_else(|| text.split_once("cannot find -l"))?.1;
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '+' | '-' | '.')).collect();
        (!name.is_empty()).then(|| ("library", name.trim_end_matches('.').to_owned()))
    };
    if event.kind == "linker" { event.notes.iter().take(8).find_map(library) } else { None }
}

/// The innermost place of the project, where the failure was raised as one module imported another: all who import it fail there.
fn at_import(event: &Event) -> Option<&Place> {
    let ours = || event.frames.iter().rev().take(STACK).map(|frame| &frame.place).filter(|place| !is_foreign(place));
    let n_modules = ours().filter(|place| place.function.as_deref() == Some("<module>")).count();
    ours().next().filter(|place| n_modules > 1 && place.line.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Frame;
    use crate::event::incident::outline;
    use crate::syntax::LanguageId;

    fn event(kind: &str, message: &str, file: &str) -> Event {
        let place = Place { file: file.to_owned(), line: Some(3), function: Some("f".to_owned()), ..Place::default() };
        Event { raised_at: Some(place), ..Event::new(LanguageId::PYTHON, kind, message) }
    }

    #[track_caller]
    fn check(kind: &str, one: &str, two: &str, expected: Option<&str>) {
        let found = outline(vec![event(kind, one, "a.py"), event(kind, two, "b.py")]);
        assert_eq!(found, expected.map(|evidence| format!("1 <- 0: {evidence}")).into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_same_missing_thing_is_one_cause() {
        let module = |name: &str| format!("No module named '{name}'");
        check("ModuleNotFoundError", &module("x"), &module("x"), Some("both miss the module `x`"));
        check("ModuleNotFoundError", &module("x"), &module("y"), None);
        check("ModuleNotFoundError", &module("x"), &module("x.y"), None);
        let name = |module: &str| format!("cannot import name 'f' from '{module}' (/app/{module}.py)");
        check("ImportError", &name("m"), &name("m"), Some("both miss the name `m.f`"));
        check("ImportError", &name("m"), &name("n"), None);
        let table = |name: &str| format!("relation \"{name}\" does not exist");
        check("psycopg2.errors.UndefinedTable", &table("users"), &table("users"), Some("both miss the table `users`"));
        check("psycopg2.errors.UndefinedTable", &table("users"), &table("roles"), None);
        check("sqlite3.OperationalError", "no such table: users", "no such table: users", Some("both miss the table `users`"));
        check("unknown", "fixture 'db' not found", "fixture 'db' not found", Some("both miss the fixture `db`"));
        check("unknown", "fixture 'db' not found", "fixture 'app' not found", None);
        let library = "libGL.so.1: cannot open shared object file: No such file or directory";
        check("ImportError", library, library, Some("both miss the library `libGL.so.1`"));
        check("Error", "spawn git ENOENT", "spawn git ENOENT", Some("both miss the program `git`"));
        check("Error", "spawn git ENOENT", "spawn tar ENOENT", None);
        check("Error", "getaddrinfo ENOTFOUND db", "getaddrinfo ENOTFOUND db", Some("both miss the host `db`"));
        check("Error", "getaddrinfo ENOTFOUND db", "getaddrinfo ENOTFOUND cache", None);
    }

    #[test]
    fn what_is_short_is_short_for_all_of_a_service() {
        let full = "[Errno 28] No space left on device: '/x'";
        check("OSError", full, full, Some("both found the disk full"));
        check("OSError", full, "[Errno 13] Permission denied: '/x'", None);
        let of = |service: &str, file: &str| Event { service: Some(service.to_owned()), ..event("OSError", full, file) };
        assert!(outline(vec![of("a", "a.py"), of("b", "b.py")]).is_empty());
        check("MemoryError", "", "", None);
    }

    #[test]
    fn the_same_line_that_fails_at_import_is_one_cause() {
        let imported = |by: &str, message: &str| {
            let frame = |file: &str| Frame {
                place: Place { file: file.to_owned(), line: Some(3), function: Some("<module>".to_owned()), ..Place::default() },
                ..Frame::default()
            };
            let frames = vec![frame(by), frame("shop/models.py")];
            Event { raised_at: Some(frames[1].place.clone()), frames, ..Event::new(LanguageId::PYTHON, "NameError", message) }
        };
        let found = outline(vec![imported("a.py", "name 'x' is not defined"), imported("b.py", "name 'x' is not defined")]);
        assert_eq!(found, ["1 <- 0: both are raised by line 3 of models.py as it is imported"]);
        assert!(outline(vec![imported("a.py", "name 'x' is not defined"), imported("b.py", "name 'y' is not defined")]).is_empty());
        check("NameError", "name 'x' is not defined", "name 'x' is not defined", None);
    }
}
