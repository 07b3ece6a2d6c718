//! A package of about 2,000 lines with 40 tests, of which one fails, and variants of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use homeostasis::text::{ByteSpan, EditSet, Patch, RepoPath};
use homeostasis::trial::{Ground, GroundError, Variant};

/// Modules, with one test each.
const MODULES: usize = 40;

/// The module with the fault.
const FAULTY: usize = 7;

/// The test that fails.
pub(crate) const FAILING: &str = "shop::lib::module_7::tests::the_module_works";

const MODULE: &str = r#"//! Things of kind NUMBER.

use std::collections::BTreeMap;

/// One thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Thing {
    pub name: String,
    pub price: i64,
    pub count: usize,
}

/// Things by name.
#[derive(Debug, Default)]
pub struct Shelf {
    things: BTreeMap<String, Thing>,
    limit: usize,
}

impl Shelf {
    pub fn new(limit: usize) -> Shelf {
        Shelf { things: BTreeMap::new(), limit }
    }

    pub fn put(&mut self, name: &str, price: i64, count: usize) -> Result<usize, String> {
        let total = self.count() + count;
        if total > self.limit {
            return Err(format!("{name}: {total} are more than {}", self.limit));
        }
        let thing = self.things.entry(name.to_owned()).or_insert_with(|| Thing { name: name.to_owned(), price, count: 0 });
        thing.count += count;
        thing.price = price.max(NUMBER);
        Ok(total)
    }

    pub fn count(&self) -> usize {
        self.things.values().map(|thing| thing.count).sum()
    }

    pub fn worth(&self, discount: i64) -> i64 {
        let mut worth = 0;
        for thing in self.things.values() {
            let mut price = thing.price * thing.count as i64;
            if thing.count > 10 {
                price -= price * discount / 100;
            }
            worth = worth FAULT price;
        }
        worth
    }

    pub fn dearest(&self) -> Option<&Thing> {
        let mut best: Option<&Thing> = None;
        for thing in self.things.values() {
            match best {
                Some(other) if other.price >= thing.price => {}
                _ => best = Some(thing),
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_works() {
        let mut shelf = Shelf::new(100);
        assert_eq!(shelf.put("a", 100, 20), Ok(20));
        assert_eq!(shelf.put("b", 50, 2), Ok(22));
        assert!(shelf.put("c", 1, 79).is_err());
        assert_eq!(shelf.worth(10), 1900);
        assert_eq!(shelf.dearest().map(|thing| thing.name.as_str()), Some("a"));
    }
}
"#;

/// What becomes of what, wherever it stands.
const CHANGES: &[(&str, &[&str])] = &[
    (" + ", &[" - ", " * ", " / ", " % "]),
    (" - ", &[" + ", " * "]),
    (" * ", &[" + ", " - ", " / "]),
    (" / ", &[" * ", " % "]),
    (" > ", &[" < ", " >= ", " <= ", " == ", " != "]),
    (" >= ", &[" > ", " < ", " == "]),
    (" += ", &[" -= ", " *= ", " = "]),
    (" -= ", &[" += ", " = "]),
    ("10", &["9", "11", "0", "count"]),
    ("100", &["99", "101", "1"]),
    ("count", &["price", "name", "limit", "total", "count + 1", "count - 1"]),
    ("price", &["count", "discount", "worth", "name", "price + 1", "-price"]),
    ("total", &["count", "price", "total + 1"]),
    ("thing", &["other", "best", "self", "&thing"]),
    ("None", &["Some(1)", "Default::default()"]),
    ("worth", &["price", "discount", "0", "1"]),
];

/// The files of the package.
pub(crate) fn files() -> BTreeMap<String, String> {
    let mut lib = String::from("//! A shop.\n");
    let mut files = BTreeMap::new();
    for number in 0..MODULES {
        let _ = writeln!(lib, "pub mod module_{number};");
        let fault = if number == FAULTY { "-" } else { "+" };
        let text = MODULE
            .replace("NUMBER", &number.to_string())
            .replace("FAULT", fault)
            .replace("dearest().map(|thing|", "dearest().map(|thing: &Thing|");
        files.insert(format!("src/module_{number}.rs"), text);
    }
    files.insert("src/lib.rs".to_owned(), lib);
    files.insert("Cargo.toml".to_owned(), "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n".to_owned());
    files
}

/// Variants of the module with the fault and of `n_others` others, all that [`CHANGES`] makes.
pub(crate) fn variants(files: &BTreeMap<String, String>, n_others: usize) -> Vec<Variant> {
    let mut variants = Vec::new();
    for number in (FAULTY..MODULES).take(n_others + 1) {
        let path = format!("src/module_{number}.rs");
        let text = &files[&path];
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let from = code.find("pub fn put").unwrap_or_default();
        for (old, new) in CHANGES {
            for (at, _) in code[from..].match_indices(old) {
                let span = ByteSpan::new(from + at, from + at + old.len());
                let edits = new.iter().map(|new| EditSet::one(span, *new));
                variants.extend(edits.map(|edits| Variant::from([(RepoPath::new(&path).expect("the path is plain"), edits)])));
            }
        }
    }
    variants
}

/// A copy of the package.
pub(crate) struct Copy {
    pub(crate) root: PathBuf,
    pub(crate) files: BTreeMap<String, String>,
}

impl Copy {
    /// Writes every file that is not as it should be.
    pub(crate) fn write(&self) -> io::Result<()> {
        for (path, text) in &self.files {
            let path = self.root.join(path);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
            if fs::read_to_string(&path).ok().as_ref() != Some(text) {
                fs::write(&path, text)?;
            }
        }
        Ok(())
    }
}

impl Ground for Copy {
    fn root(&self) -> &Path {
        &self.root
    }

    fn reset(&mut self) -> Result<(), GroundError> {
        self.write().expect("the folder is ours");
        Ok(())
    }

    fn put(&mut self, patch: &Patch) -> Result<(), GroundError> {
        for file in patch.files() {
            fs::write(file.path.below(&self.root), &file.after).expect("the folder is ours");
        }
        Ok(())
    }
}
