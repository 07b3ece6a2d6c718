//! Events against a small repository: which place is meant, and when to say that none is.

use super::*;
use crate::event::{Category, Fingerprint, Frame, Label, Severity};
use crate::git::playground::Playground;
use crate::syntax::LanguageId;

const CODE: &str =
    "import json\n\n\ndef load(path):\n    text = open(path).read()\n    return json.loads(text)\n\n\ndef main():\n    load('x')\n";

fn project() -> (Playground, Project) {
    let playground = Playground::new();
    playground.write("src/shop/cart.py", CODE);
    playground.write("src/shop/util.py", "def twice(x):\n    return x + x\n");
    playground.write("src/blog/util.py", "def thrice(x):\n    return x * 3\n");
    playground.write("vendor/six.py", "x = 1\n");
    playground.write("rust/Cargo.toml", "[package]\n");
    playground.write("rust/src/lib.rs", "fn one() {\n    panic!()\n}\n");
    playground.write("homeostasis.toml", "[paths]\nmap = { '/srv/deep' = 'src/shop' }\n");
    let project = Project::open(&playground.root()).unwrap();
    (playground, project)
}

fn frame(file: &str, line: u32, source: &str) -> Frame {
    let place = Place { file: file.to_owned(), line: Some(line), column: None, function: None };
    Frame { place, source: (!source.is_empty()).then(|| source.to_owned()), marked: None }
}

fn event(frames: Vec<Frame>) -> Event {
    Event {
        language: LanguageId::PYTHON,
        kind: "ValueError".to_owned(),
        message: String::new(),
        raised_at: frames.last().map(|frame| frame.place.clone()),
        frames,
        labels: Vec::new(),
        notes: Vec::new(),
        suggestions: Vec::new(),
        causes: Vec::new(),
        within: None,
        test: None,
        service: None,
        timestamp: None,
        severity: Severity::High,
        category: Category::Code,
        fingerprint: Fingerprint(String::new()),
        count: 1,
        lines: 1..2,
        last_line: 1,
        timeline: crate::event::Timeline::default(),
    }
}

/// The places of one frame as `path:line`, or the code of the problem.
fn place(file: &str, line: u32, source: &str) -> String {
    let (_playground, project) = project();
    let located = project.locate(&event(vec![frame(file, line, source)]));
    match (located.spots.last(), located.problem) {
        (Some(spot), None) => format!("{}:{}", spot.path, spot.line),
        (_, Some(problem)) => problem.code().to_owned(),
        (None, None) => "nothing".to_owned(),
    }
}

#[test]
fn paths_of_other_machines_are_matched_from_their_end() {
    for file in
        ["/home/runner/work/x/x/src/shop/cart.py", r"C:\ci\src\shop\cart.py", "src/shop/cart.py", "./src/shop/cart.py", "/srv/deep/cart.py"]
    {
        assert_eq!(place(file, 6, "return json.loads(text)"), "src/shop/cart.py:6", "{file}");
    }
}

#[test]
fn a_shorter_suffix_counts_only_if_it_is_unique_and_the_text_stands_there() {
    assert_eq!(place("/app/shop/util.py", 2, "return x + x"), "src/shop/util.py:2");
    assert_eq!(place("/app/util.py", 2, "return x + x"), "log-of-another-project", "two files are called so");
    assert_eq!(place("/app/cart.py", 6, "return json.loads(text)"), "src/shop/cart.py:6");
    assert_eq!(place("/app/cart.py", 6, "return yaml.load(text)"), "log-of-another-project");
    assert_eq!(place("/app/cart.py", 6, ""), "log-of-another-project");
}

#[test]
fn a_function_stands_in_for_a_missing_source_line() {
    let (_playground, project) = project();
    let mut event = event(vec![frame("/app/cart.py", 6, "")]);
    event.frames[0].place.function = Some("Cart.load".to_owned());
    assert_eq!(project.locate(&event).spots.len(), 1);
    event.frames[0].place.function = Some("store".to_owned());
    assert_eq!(project.locate(&event).spots.len(), 0);
}

#[test]
fn a_line_that_moved_is_found_by_its_text_and_one_that_is_gone_is_of_another_version() {
    assert_eq!(place("src/shop/cart.py", 2, "  return   json.loads(text)"), "src/shop/cart.py:6");
    assert_eq!(place("src/shop/cart.py", 6, "return json.loads(text, strict=True)"), "log-of-another-version");
    assert_eq!(place("src/shop/cart.py", 600, ""), "log-of-another-version");
}

#[test]
fn dependencies_and_made_up_files_are_set_aside() {
    assert_eq!(place("/x/lib/python3.12/site-packages/src/shop/cart.py", 6, "return json.loads(text)"), "fault-in-dependency");
    assert_eq!(place("<frozen importlib._bootstrap>", 1, ""), "fault-in-dependency");
    assert_eq!(place("/app/vendor/six.py", 1, "x = 1"), "fault-in-dependency");
    let (_playground, project) = project();
    let frames = vec![
        frame("src/shop/cart.py", 10, "load('x')"),
        frame("/usr/lib/python3.11/json/decoder.py", 9, "raise"),
        frame("<string>", 1, ""),
    ];
    let located = project.locate(&event(frames));
    assert_eq!((located.foreign, located.problem), (vec![1, 2], None));
    assert_eq!(located.spots[0].frame, Some(0));
}

#[test]
fn where_the_project_lies_does_not_make_it_a_dependency() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("lib/python3.12/site-packages/mine");
    std::fs::create_dir_all(root.join(".venv/lib/python3.12/site-packages")).unwrap();
    std::fs::write(root.join("a.py"), "x = 1\n").unwrap();
    let project = Project::open(&root).unwrap();
    let printed = |path: &str| project.root().join(path).to_str().unwrap().to_owned();
    assert_eq!(project.locate(&event(vec![frame(&printed("a.py"), 1, "x = 1")])).spots.len(), 1);
    let inside = project.locate(&event(vec![frame(&printed(".venv/lib/python3.12/site-packages/a.py"), 1, "x = 1")]));
    assert_eq!(inside.problem.unwrap().code(), "fault-in-dependency");
}

#[test]
fn hostile_paths_are_nobodys() {
    for file in ["../../etc/passwd", "/etc/passwd", "/proc/self/fd/3", ".git/config", "a\0b", "~/.ssh/id_rsa", "%2e%2e/app.py%00", "C:x"] {
        assert_eq!(place(file, 1, ""), "log-of-another-project", "{file:?}");
    }
}

#[test]
fn spots_are_innermost_last_and_the_innermost_decides_about_the_version() {
    let (_playground, project) = project();
    let gone_outside = vec![frame("src/shop/cart.py", 10, "gone()"), frame("src/shop/util.py", 2, "return x + x")];
    let located = project.locate(&event(gone_outside.clone()));
    assert_eq!((located.spots.len(), located.problem), (1, None));
    let gone_inside: Vec<_> = gone_outside.into_iter().rev().collect();
    let located = project.locate(&event(gone_inside));
    assert_eq!(located.problem.unwrap().code(), "log-of-another-version");
}

#[test]
fn a_compilers_primary_label_is_the_innermost_place() {
    let (_playground, project) = project();
    let label = |line, is_primary| Label {
        place: Place { file: "src/lib.rs".to_owned(), line: Some(line), column: Some(1), function: None },
        is_primary,
        ..Label::default()
    };
    let mut event = event(Vec::new());
    event.labels = vec![label(2, true), label(1, false)];
    event.raised_at = Some(event.labels[0].place.clone());
    let spots = project.locate(&event).spots;
    let shown: Vec<_> = spots.iter().map(|spot| format!("{}:{}", spot.path, spot.line)).collect();
    assert_eq!(shown, ["rust/src/lib.rs:1", "rust/src/lib.rs:2"], "relative to the only project that has such a file");
}

#[test]
fn an_event_without_places_has_none_and_no_problem() {
    let (_playground, project) = project();
    let located = project.locate(&event(Vec::new()));
    assert!(located.spots.is_empty() && located.problem.is_none());
}

#[test]
fn a_link_inside_the_project_leads_to_its_file_and_one_outside_is_told() {
    let playground = Playground::new();
    let symlink = |to: &str, name: &str| std::os::unix::fs::symlink(to, playground.path(name)).unwrap();
    playground.write("shared/pkg/a.py", "x = 1\n");
    symlink("shared/pkg", "pkg2");
    symlink("shared/pkg/a.py", "b.py");
    symlink("/etc", "outside");
    symlink("nowhere", "broken.py");
    let project = Project::open(&playground.root()).unwrap();
    let locate = |file: &str| project.locate(&event(vec![frame(file, 1, "x = 1")]));
    for file in ["/ci/my app/pkg2/a.py", "b.py"] {
        assert_eq!(locate(file).spots[0].path.as_str(), "shared/pkg/a.py", "{file}");
    }
    for file in ["/ci/outside/passwd", "broken.py"] {
        assert_eq!(locate(file).problem.unwrap().code(), "source-behind-link", "{file}");
    }
}

#[test]
fn a_file_that_cannot_be_read_keeps_its_place() {
    let playground = Playground::new();
    playground.write("big.py", &"x = 1\n".repeat(1 << 20));
    let project = Project::open(&playground.root()).unwrap();
    let spots = project.locate(&event(vec![frame("big.py", 7, "y = 2")])).spots;
    assert_eq!((spots[0].path.as_str(), spots[0].line.get()), ("big.py", 7));
}
