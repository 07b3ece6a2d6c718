//! Each function of a real package as a variant that does nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use homeostasis::judge::TestId;
use homeostasis::localize::functions;
use homeostasis::process::{Environment, Interrupt};
use homeostasis::syntax::Source;
use homeostasis::text::{ByteSpan, EditSet, RepoPath};
use homeostasis::trial::{Fate, Lab, Limits, Scope, Screening, Surroundings, Variant};

use crate::plan;
use crate::project::Copy;

/// Says what becomes of the functions of the package in `folder`.
pub(crate) fn tell(folder: &Path) -> ExitCode {
    let scratch = tempfile::tempdir().expect("there is room for files");
    let original = folder.canonicalize().expect("the folder is there");
    let mut files = read(&original);
    let (names, variants): (Vec<String>, Vec<Variant>) = variants(&files).into_iter().unzip();
    let failing = fail(&mut files);
    let mut copy = Copy { root: scratch.path().join("copy"), files };
    let surroundings = Surroundings { original, build: scratch.path().join("build"), environment: Environment::for_tests() };
    let mut lab = Lab::new(&mut copy, plan(), surroundings, Limits::default(), &Interrupt::never());
    let start = Instant::now();
    let run = lab.run(None, &Scope::All).expect("cargo runs");
    let tests: Vec<TestId> = run.tests.keys().filter(|id| !id.0.contains("::doc::")).cloned().collect();
    if let Some(distrust) = &run.distrust {
        println!("the first run is no evidence: {}", distrust.text);
    }
    println!("{} functions, {} tests; the first run took {:.1} s", names.len(), tests.len(), start.elapsed().as_secs_f64());
    let start = Instant::now();
    let spectrum = lab.trace(None, &tests).expect("cargo runs");
    let seen = spectrum.map(|spectrum| {
        let n_lines: usize = spectrum.tests.values().flat_map(|covered| covered.lines.values()).map(std::collections::BTreeSet::len).sum();
        let n_failed = spectrum.tests.values().filter(|covered| covered.has_failed).count();
        format!("{} tests, {n_failed} failed, {n_lines} lines in all", spectrum.tests.len())
    });
    println!("trace: {seen:?} in {:.1} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let screening = Screening { failing: vec![failing], variants, n_workers: 1, ..Screening::default() };
    let screened = lab.screen(None, &screening).expect("cargo runs").expect("there are tests");
    println!("screen: {} in {:.1} s", screened.how, start.elapsed().as_secs_f64());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, fate) in names.iter().zip(&screened.fates) {
        *counts.entry(format!("{fate:?}")).or_default() += 1;
        if matches!(fate, Fate::DoesNotCompile | Fate::Same(_)) || std::env::var("VERBOSE").is_ok() {
            println!("{name}: {fate:?}");
        }
    }
    println!("{counts:?}");
    ExitCode::SUCCESS
}

/// Adds a test that fails to the library; says its name.
fn fail(files: &mut BTreeMap<String, String>) -> TestId {
    let manifest: toml::Table = files["Cargo.toml"].parse().expect("the manifest is one");
    let name = manifest["package"]["name"].as_str().expect("the package has a name").to_owned();
    let lib = files.get_mut("src/lib.rs").expect("the package has a library");
    lib.push_str("\n#[cfg(test)]\nmod must_fail {\n    #[test]\n    fn always() {\n        assert!(false);\n    }\n}\n");
    TestId(format!("{name}::lib::must_fail::always"))
}

/// All text files below `root` but what was built.
fn read(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                waiting.extend((name != "target" && !name.starts_with('.')).then_some(path));
            } else if let (Ok(text), Ok(below)) = (fs::read_to_string(&path), path.strip_prefix(root)) {
                files.insert(below.to_string_lossy().into_owned(), text);
            }
        }
    }
    files
}

/// A statement more at the beginning of each function, with its name.
fn variants(files: &BTreeMap<String, String>) -> Vec<(String, Variant)> {
    let mut variants = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.starts_with("src/")) {
        let Ok(path) = RepoPath::new(path) else { continue };
        let Ok(source) = Source::parse(path.clone(), Arc::from(text.as_bytes())) else { continue };
        let tests = source.language().test_spans(&source);
        for function in functions(&source).into_iter().filter(|function| !tests.iter().any(|test| test.contains(function.span))) {
            let body = source.covering(function.span).and_then(|node| node.child_by_field_name("body"));
            let Some(body) = body else { continue };
            let edits = EditSet::one(ByteSpan::empty(body.start_byte() + 1), " let _nothing = 0; ");
            variants.push((format!("{path}:{} {}", function.first, function.name), Variant::from([(path.clone(), edits)])));
        }
    }
    variants
}
