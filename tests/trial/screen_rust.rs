//! Quick trials of Rust: many variants in one build.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use homeostasis::judge::TestId;
use homeostasis::project::plan::{RunnerKind, TestPlan};
use homeostasis::text::{ByteSpan, EditSet, RepoPath};
use homeostasis::trial::{Fate, Scope, Screened, Screening, Variant};

use crate::stage::{Stage, id};

/// One folder of builds for all tests that run after another in it: each has a package of its own name.
static BUILDS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
});

fn plan(arguments: &[&str]) -> TestPlan {
    let argv = ["cargo", "test"].iter().chain(arguments).map(|&word| word.to_owned()).collect();
    TestPlan { runner: RunnerKind::Cargo, argv, n_launch: 2, dir: String::new(), python: None, env: Vec::new(), why: String::new() }
}

fn manifest(name: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
}

fn ids(names: &[&str]) -> Vec<TestId> {
    names.iter().map(|name| id(name)).collect()
}

/// `from`, which stands once in `text`, replaced by `to` in the file at `path`.
fn variant(path: &str, text: &str, from: &str, to: &str) -> Variant {
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let start = text.find(from).unwrap();
    BTreeMap::from([(RepoPath::new(path).unwrap(), EditSet::one(ByteSpan::new(start, start + from.len()), to))])
}

fn screen(stage: &Stage, arguments: &[&str], screening: &Screening) -> Screened {
    stage.in_lab(plan(arguments), |lab| lab.screen(None, screening).unwrap().unwrap())
}

fn fails(n_cured: usize) -> Fate {
    Fate::Fails { n_cured }
}

const SHAPES: &str = r#"#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]
//! Shapes of functions.

/// A free function with patterns for parameters.
#[must_use]
pub fn area((width, height): (u32, u32), mut scale: u32, _: &str) -> u32 {
    scale += 0;
    width + height * scale
}

/// A generic function.
pub fn largest<T: PartialOrd + Copy, const N: usize>(items: [T; N]) -> Option<T>
where
    T: std::fmt::Debug,
{
    let mut best = *items.first()?;
    for item in items {
        if item < best {
            best = item;
        }
    }
    Some(best)
}

/// A recursive function.
pub fn digits(number: u32) -> u32 {
    if number < 10 { 0 } else { 1 + digits(number / 10) }
}

/// A parser whose type only the caller knows.
pub fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim_start().parse().ok()
}

/// A stack.
#[derive(Debug, Default)]
pub struct Stack<'a, T> {
    items: Vec<T>,
    name: &'a str,
}

impl<'a, T: Clone> Stack<'a, T> {
    /// The last item.
    pub fn top(&self) -> Option<&T> {
        self.items.last()
    }

    /// Adds an item.
    pub fn push(&mut self, item: T) -> &mut Self {
        self.items.insert(0, item);
        self
    }

    /// All items, the oldest first.
    pub fn into_items(mut self) -> Vec<T> {
        self.items.reverse();
        self.items
    }
}

impl<'a, T> Iterator for Stack<'a, T>
where
    T: Clone,
{
    type Item = T;

    fn next(&mut self) -> Option<Self::Item> {
        if self.items.is_empty() { None } else { Some(self.items.remove(0)) }
    }
}

impl From<&str> for Stack<'_, char> {
    fn from(text: &str) -> Self {
        Stack { items: text.chars().rev().collect(), name: "" }
    }
}

/// What has a name.
pub trait Named {
    /// The name.
    fn name(&self) -> String;

    /// The name, loud.
    fn loud(&self) -> String {
        self.name().to_lowercase()
    }
}

impl<T> Named for Stack<'_, T> {
    fn name(&self) -> String {
        format!("{}!", self.name)
    }
}

/// A constant function.
pub const fn zero() -> u32 {
    1
}

/// Bits that a constant needs.
pub const fn bits(size: u32) -> u32 {
    size * 8
}

/// A constant of bits.
pub const WIDE: u32 = bits(4);

/// A text of its own size.
#[derive(PartialEq)]
pub struct Text(str);

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.0.len().partial_cmp(&other.0.len())
    }
}

/// Doubles later.
pub async fn later(number: u32) -> u32 {
    number + number
}

/// Something that only its function knows.
pub fn evens() -> impl Iterator<Item = u32> {
    (0..).map(|n| n * 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas() {
        assert_eq!(area((3, 4), 1, ""), 12);
    }

    #[test]
    fn largests() {
        assert_eq!(largest([1, 3, 2]), Some(3));
    }

    #[test]
    fn digitses() {
        assert_eq!(digits(123), 3);
    }

    #[test]
    fn parsing() {
        assert_eq!(parsed::<u8>(" 7 "), Some(7));
    }

    #[test]
    fn stacks() {
        let mut stack = Stack::default();
        stack.push(1).push(2);
        assert_eq!(stack.top(), Some(&2));
    }

    #[test]
    fn orders() {
        let mut stack = Stack::default();
        stack.push(1).push(2);
        assert_eq!(stack.into_items(), [1, 2]);
    }

    #[test]
    fn walks() {
        assert_eq!(Stack::from("ab").collect::<String>(), "ab");
    }

    #[test]
    fn names() {
        assert_eq!(Stack::<u8> { items: Vec::new(), name: "x" }.loud(), "X!");
    }

    #[test]
    fn zeros() {
        assert_eq!(zero() + evens().nth(1).unwrap(), 2);
    }
}
"#;

/// The edits of all of `variants` at once.
fn together(variants: &[&Variant]) -> Variant {
    let mut all = Variant::new();
    for (path, edits) in variants.iter().copied().flatten() {
        let known = all.entry(path.clone()).or_default();
        *known = known.union(edits).unwrap();
    }
    all
}

#[test]
fn functions_of_every_shape_are_tried_in_one_build() {
    let stage = Stage::new(&[("Cargo.toml", &manifest("shapes")), ("src/lib.rs", SHAPES)]).with_build(&BUILDS.join("shapes"));
    let edits = [
        ("width + height", "width * height", fails(1)),
        ("item < best", "item > best", fails(1)),
        ("{ 0 }", "{ 1 }", fails(1)),
        ("trim_start", "trim", fails(1)),
        ("self.items.last()", "self.items.first()", fails(1)),
        (".rev()", "", fails(1)),
        ("to_lowercase", "to_uppercase", fails(1)),
        ("insert(0, item)", "push(item); let _unused = self.items.len()", fails(1)),
        ("remove(0)", "pop()?", fails(1)),
        ("\"{}!\"", "\"{}\"", fails(0)),
        ("scale += 0", "scale += \"0\"", Fate::DoesNotCompile),
        ("self.items.reverse();\n        self.items", "let gone = self.items;\n        self.items", Fate::DoesNotCompile),
        ("self.name().to", "(self.name()).to", fails(0)),
        ("item < best {", "item < best { // note", Fate::Same(None)),
        ("width + height ", "width * height", Fate::Same(Some(0))),
        ("width + height *", "width + (height *", Fate::DoesNotCompile),
        ("\n    1\n", "\n    0\n", fails(0)),
        ("number + number", "number * 2", fails(0)),
        ("self.0.len().partial", "self.0.partial", Fate::DoesNotCompile),
        ("&other.0.len()", "&(other.0.len() + 1)", fails(0)),
        ("size * 8", "size * 9", Fate::NotHere),
        ("n * 3", "n * 2", Fate::NotHere),
        ("pub fn digits(number: u32)", "pub fn digits(number: u64)", Fate::NotHere),
        ("assert_eq!(digits(123), 3)", "assert_eq!(digits(123), 2)", Fate::NotHere),
    ];
    let mut variants: Vec<Variant> = edits.iter().map(|(from, to, _)| variant("src/lib.rs", SHAPES, from, to)).collect();
    let mut expected: Vec<Fate> = edits.iter().map(|(_, _, fate)| fate.clone()).collect();
    variants.push(together(&variants[..7].iter().collect::<Vec<_>>()));
    expected.push(Fate::Passes);
    variants.push(together(&variants[..8].iter().collect::<Vec<_>>()));
    expected.push(fails(6));
    let of = |names: &[&str]| {
        ids(&names
            .iter()
            .map(|name| format!("shapes::lib::tests::{name}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>())
    };
    let failing = of(&["areas", "digitses", "largests", "names", "parsing", "stacks", "walks"]);
    let screening = Screening { failing, passing: of(&["orders"]), variants, ..Screening::default() };
    let screened = screen(&stage, &[], &screening);
    let told: Vec<_> = screened.fates.iter().zip(&expected).enumerate().filter(|(_, (one, other))| one != other).collect();
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(screened.how, "16 variants in 1 build");
}

const LOOPS: &str = r"
pub fn sum(items: &[u32]) -> u32 {
    let mut total = 1;
    let mut at = 0;
    while at < items.len() {
        total += items[at];
        at += 1;
    }
    total
}

pub fn depth(number: u32) -> u32 {
    if number == 0 { 0 } else { 1 + depth(number - 1) }
}
";

#[test]
fn variants_that_run_for_ever_panic_or_leave_are_told_apart() {
    let test = "#[test]\nfn a() { assert_eq!(ends::sum(&[1, 2]), 3); }\n#[test]\nfn b() { assert_eq!(ends::sum(&[]), 0); }\n\
        #[test]\nfn c() { assert_eq!(ends::depth(3), 3); }\n";
    let stage =
        Stage::new(&[("Cargo.toml", &manifest("ends")), ("src/lib.rs", LOOPS), ("tests/it.rs", test)]).with_build(&BUILDS.join("ends"));
    let edits = [
        ("let mut total = 1", "let mut total = 0", Fate::Passes),
        ("at += 1", "at += 0", Fate::Endless),
        ("at < items.len()", "true", fails(0)),
        ("let mut at = 0", "let mut at = 0 - items.len()", fails(0)),
        ("total += items[at];", "std::process::exit(0);", fails(0)),
        ("total += items[at];", "std::process::abort();", fails(0)),
        ("total += items[at];", "loop {}", Fate::Endless),
        ("total += items[at];", "for _ in 0.. { (|| ())(); }", Fate::Endless),
        ("number - 1", "number", fails(0)),
        ("let mut total = 1", "let mut total = 0; if items.is_empty() { loop { total = 0; } }", Fate::Endless),
    ];
    let variants: Vec<Variant> = edits.iter().map(|(from, to, _)| variant("src/lib.rs", LOOPS, from, to)).collect();
    let expected: Vec<Fate> = edits.iter().map(|(_, _, fate)| fate.clone()).collect();
    for n_workers in [1, 2] {
        let screening = Screening {
            failing: ids(&["ends::it::a", "ends::it::b"]),
            passing: ids(&["ends::it::c", "ends::it::a"]),
            variants: variants.clone(),
            n_workers,
            ..Screening::default()
        };
        let mut plan = plan(&["--test", "it"]);
        if n_workers == 2 {
            // The names are the same, and so is the way.
            plan = TestPlan {
                runner: RunnerKind::Nextest,
                argv: ["cargo", "nextest", "run"].map(str::to_owned).to_vec(),
                n_launch: 3,
                ..plan
            };
        }
        let screened = stage.in_lab(plan, |lab| lab.screen(None, &screening).unwrap().unwrap());
        assert_eq!(screened.fates, expected);
    }
}

#[test]
fn a_variant_that_breaks_a_passing_test_of_another_target_does_not_pass() {
    let lib = "#![no_std]\npub fn clamp(n: i32) -> i32 {\n    if n > 10 { 11 } else { n }\n}\n\n#[cfg(test)]\nmod tests {\n    \
        #[test]\n    fn low() { assert_eq!(super::clamp(3), 3); }\n}\n";
    let one = "#[test]\nfn high() { assert_eq!(two::clamp(12), 10); }\n";
    let stage = Stage::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &manifest("two")),
        ("a/src/lib.rs", lib),
        ("a/tests/one.rs", one),
        ("b/Cargo.toml", &format!("{}[dependencies]\ntwo = {{ path = \"../a\" }}\n", manifest("user"))),
        ("b/src/main.rs", "fn main() {}\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn used() { assert_eq!(two::clamp(-1), -1); }\n}\n"),
    ])
    .with_build(&BUILDS.join("two"));
    let variants = vec![
        variant("a/src/lib.rs", lib, "{ 11 }", "{ 10 }"),
        variant("a/src/lib.rs", lib, "if n > 10 { 11 } else { n }", "10"),
        variant("a/src/lib.rs", lib, "{ 11 } else { n }", "{ 10 } else { n.abs() }"),
    ];
    let patch = stage.patch("a/src/lib.rs", "{ 11 }", "{ 10 }");
    let screening = Screening {
        failing: ids(&["two::one::high"]),
        passing: ids(&["two::lib::tests::low", "user::bin/user::tests::used", "two::doc::x"]),
        variants,
        ..Screening::default()
    };
    stage.in_lab(plan(&["--workspace"]), |lab| {
        assert!(!lab.run(None, &Scope::All).unwrap().is_green());
        assert_eq!(lab.screen(None, &screening).unwrap().unwrap().fates, [Fate::Passes, fails(1), fails(1)]);
        let run = lab.run(Some(&patch), &Scope::All).unwrap();
        assert!(run.is_green(), "the tree of the trials is gone: {}", run.output);
        assert!(!lab.run(None, &Scope::All).unwrap().is_green());
    });
}

#[test]
fn a_program_and_a_module_of_two_crates_are_tried() {
    let shared = "pub fn twice(n: u32) -> u32 {\n    n + 2\n}\n\n#[test]\nfn doubles() {\n    assert_eq!(twice(3), 6);\n}\n";
    let main = "mod shared;\nfn main() { println!(\"{}\", answer()); }\nfn answer() -> u32 { shared::twice(21) - 1 }\n\
        #[test]\nfn answers() { assert_eq!(answer(), 42); }\n";
    let stage = Stage::new(&[
        ("Cargo.toml", &manifest("pair")),
        ("src/main.rs", main),
        ("src/lib.rs", "pub mod shared;\n"),
        ("src/shared.rs", shared),
    ])
    .with_build(&BUILDS.join("pair"));
    let twice = variant("src/shared.rs", shared, "n + 2", "n * 2");
    let answer = variant("src/main.rs", main, " - 1", "");
    let variants = vec![twice.clone(), answer.clone(), together(&[&twice, &answer])];
    let failing = ids(&["pair::lib::shared::doubles", "pair::bin/pair::answers", "pair::bin/pair::shared::doubles"]);
    let screening = Screening { failing, variants, ..Screening::default() };
    assert_eq!(screen(&stage, &[], &screening).fates, [fails(2), fails(0), Fate::Passes]);
}

#[test]
fn nothing_can_be_tried_without_a_test_of_a_program() {
    let stage = Stage::new(&[("Cargo.toml", &manifest("none")), ("src/lib.rs", "pub fn f() {}\n")]).with_build(&BUILDS.join("none"));
    let screened = stage.in_lab(plan(&[]), |lab| {
        let screening = Screening { failing: ids(&["none::doc::src/lib.rs - f (line 1)", "none::own"]), ..Screening::default() };
        lab.screen(None, &screening).unwrap()
    });
    assert!(screened.is_none());
}

#[test]
fn the_blocks_that_each_test_runs_are_known() {
    let lib = "pub fn grade(n: u32) -> &'static str {\n    if n > 90 {\n        \"a\"\n    } else {\n        match n {\n            \
        0 => \"f\",\n            _ => other(n),\n        }\n    }\n}\n\nfn other(n: u32) -> &'static str {\n    \
        let mut left = n;\n    while left > 1 {\n        left -= 1;\n    }\n    \"c\"\n}\n\n\
        pub const fn fixed(n: u32) -> u32 {\n    n\n}\n\npub fn kept() -> [u8; { 2 }] {\n    match 1 {\n        _ => [{ 0 }; { 2 }],\n    }\n}\n";
    let it = "#[test]\nfn best() { assert_eq!(graded::grade(95), \"a\"); }\n#[test]\nfn worst() { assert_eq!(graded::grade(0), \"e\"); }\n\
        #[test]\nfn middle() { assert_eq!(graded::grade(3), \"c\"); assert_eq!(graded::kept(), [0; 2]); }\n\
        #[test]\nfn long() { assert_eq!(graded::grade(90), \"c\"); for _ in 0..99 { graded::grade(90); } }\n";
    let stage =
        Stage::new(&[("Cargo.toml", &manifest("graded")), ("src/lib.rs", lib), ("tests/it.rs", it)]).with_build(&BUILDS.join("graded"));
    let tests =
        ids(&["graded::it::best", "graded::it::worst", "graded::it::middle", "graded::it::long", "graded::it::gone", "graded::doc::x"]);
    let spectrum = stage.in_lab(plan(&[]), |lab| lab.trace(None, &tests).unwrap().unwrap());
    let lines = |name: &str| -> Vec<u32> {
        let lines = &spectrum.tests[&id(&format!("graded::it::{name}"))].lines;
        lines.get(&RepoPath::new("src/lib.rs").unwrap()).into_iter().flatten().map(|line| line.get()).collect()
    };
    assert_eq!(lines("best"), [2, 3]);
    assert_eq!(lines("worst"), [2, 5, 6, 7]);
    assert_eq!(lines("middle"), [2, 5, 6, 7, 13, 14, 15, 17]);
    let failed: Vec<bool> = tests[..4].iter().map(|test| spectrum.tests[test].has_failed).collect();
    assert_eq!(failed, [false, true, false, false]);
    assert_eq!(spectrum.tests[&tests[3]].n_steps, 8192);
    assert!(!spectrum.tests.contains_key(&tests[5]));
}
