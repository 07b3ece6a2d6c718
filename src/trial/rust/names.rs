//! The names of targets and tests: `PACKAGE::TARGET::module::test`.
//!
//! TARGET is `lib` for a library's own tests, the name of an integration test, `bin/NAME`, `example/NAME`, `bench/NAME`, or `doc`.

use super::wire::Target;
use crate::judge::TestId;

/// The name of a package from its id, in the spelling of cargo 1.77 and after, or before.
fn package(id: &str) -> &str {
    if let Some((location, fragment)) = id.rsplit_once('#') {
        let name = fragment.split_once('@').map(|(name, _)| name);
        return name.unwrap_or_else(|| location.trim_end_matches('/').rsplit('/').next().unwrap_or(location));
    }
    id.split(' ').next().unwrap_or(id)
}

/// The name of a target: `PACKAGE::TARGET`.
pub(super) fn target(package_id: &str, target: &Target) -> String {
    let kind = target.kind.first().map_or("lib", String::as_str);
    let name = match kind {
        // An integration test may be called as the library's tests are.
        "test" if target.name != "lib" => target.name.clone(),
        "test" | "bin" | "example" | "bench" => format!("{kind}/{}", target.name),
        "custom-build" => "build-script".to_owned(),
        _ => "lib".to_owned(),
    };
    format!("{}::{name}", package(package_id))
}

/// The name of a package's doctests.
pub(super) fn doctests(package: &str) -> String {
    format!("{package}::doc")
}

/// Whether a test stands in documentation: no build compiles it, only rustdoc does when it runs it.
pub fn is_doctest(id: &TestId) -> bool {
    id.0.split("::").nth(1) == Some("doc")
}

/// The options of cargo that choose the target called `name`; none for all.
pub(super) fn selection(name: &str) -> Option<Vec<String>> {
    let words = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
    let target = name.split("::").nth(1)?;
    match target.split_once('/') {
        Some((kind @ ("test" | "bin" | "example" | "bench"), name)) => words(&[&format!("--{kind}"), name]),
        Some(_) => None,
        None if target == "lib" => words(&["--lib"]),
        None if matches!(target, "doc" | "build-script") => None,
        None => words(&["--test", target]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, kind: &str, name: &str, expected: &str, options: Option<&[&str]>) {
        let made = Target { kind: vec![kind.to_owned()], name: name.to_owned(), src_path: "x.rs".into() };
        assert_eq!(target(id, &made), expected);
        assert_eq!(
            selection(expected).as_deref(),
            options.map(|words| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>()).as_deref()
        );
    }

    #[test]
    fn targets_have_one_name_each_and_it_chooses_them() {
        check("path+file:///tmp/demo#0.1.0", "lib", "demo", "demo::lib", Some(&["--lib"]));
        check("path+file:///tmp/x#my-crate@0.1.0", "proc-macro", "my_crate", "my-crate::lib", Some(&["--lib"]));
        check("old 0.1.0 (path+file:///tmp/x)", "bin", "old", "old::bin/old", Some(&["--bin", "old"]));
        check("path+file:///tmp/demo#0.1.0", "test", "it", "demo::it", Some(&["--test", "it"]));
        check("path+file:///tmp/demo#0.1.0", "test", "lib", "demo::test/lib", Some(&["--test", "lib"]));
        check("path+file:///tmp/demo#0.1.0", "custom-build", "build-script-build", "demo::build-script", None);
        assert_eq!(selection(&doctests("demo")), None);
        assert!(is_doctest(&TestId("demo::doc::src/lib.rs - f".to_owned())) && !is_doctest(&TestId("demo::lib::doc::f".to_owned())));
    }
}
