//! What the woven crates run with: a private module that tells which variant runs and counts steps, or notes what was hit.
//!
//! It names its own `std`, so that it also stands in a crate that is `no_std`: tests run where `std` is.

/// The module's name in each crate.
pub(super) const MODULE: &str = "__homeostasis";

/// The variable that holds the number of the variant; 0 and no number at all are the tree as it stands.
pub(super) const VARIANT: &str = "HOMEOSTASIS_VARIANT";

/// The variable that holds how many steps the copies may make.
pub(super) const FUEL: &str = "HOMEOSTASIS_FUEL";

/// The variable that names the file for counts of steps and numbers of places.
pub(super) const NOTES: &str = "HOMEOSTASIS_NOTES";

/// What a process ends with whose fuel is burnt.
pub(super) const BURNT: i32 = 86;

/// Steps below this are not told.
pub(super) const FIRST_TOLD: u64 = 1024;

const HEAD: &str = r#"
mod __homeostasis {
    extern crate std;
    use self::std::io::Write;
    use self::std::sync::atomic::{AtomicU64, AtomicU8, AtomicUsize, Ordering};
    static BURNT: AtomicU64 = AtomicU64::new(0);
    fn number(name: &str) -> u64 {
        let text = self::std::env::var(name);
        text.ok().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
    }
    fn note(mark: &str, number: u64) {
        let path = match self::std::env::var_os("HOMEOSTASIS_NOTES") {
            self::std::option::Option::Some(path) => path,
            self::std::option::Option::None => return,
        };
        let opened = self::std::fs::OpenOptions::new().append(true).create(true).open(path);
        if let self::std::result::Result::Ok(mut file) = opened {
            let _ = file.write_all(self::std::format!("{}{}\n", mark, number).as_bytes());
        }
    }
"#;

const SWITCH: &str = r#"
    static VARIANT: AtomicUsize = AtomicUsize::new(self::std::usize::MAX);
    static FUEL: AtomicU64 = AtomicU64::new(self::std::u64::MAX);
    #[inline]
    pub(crate) fn variant() -> usize {
        let variant = VARIANT.load(Ordering::Relaxed);
        if variant == self::std::usize::MAX { start() } else { variant }
    }
    #[cold]
    fn start() -> usize {
        let fuel = number("HOMEOSTASIS_FUEL");
        FUEL.store(if fuel == 0 { self::std::u64::MAX } else { fuel }, Ordering::Relaxed);
        let variant = number("HOMEOSTASIS_VARIANT") as usize;
        VARIANT.store(variant, Ordering::Relaxed);
        variant
    }
    #[inline]
    pub(crate) fn burn() {
        let burnt = BURNT.fetch_add(1, Ordering::Relaxed) + 1;
        if burnt & (burnt - 1) == 0 || burnt > FUEL.load(Ordering::Relaxed) {
            tell(burnt);
        }
    }
    #[cold]
    fn tell(burnt: u64) {
        if burnt > FUEL.load(Ordering::Relaxed) {
            note("burnt ", burnt);
            self::std::process::exit(86);
        }
        if burnt >= 1024 {
            note("steps ", burnt);
        }
    }
}
"#;

/// The module that chooses variants and burns fuel.
pub(super) fn switch() -> String {
    [HEAD, SWITCH].concat()
}

/// The module that notes which of `n_places` places were hit, each once, and how many steps were made.
pub(super) fn probes(n_places: usize) -> String {
    let body = format!(
        r#"
    const NOT_YET: AtomicU8 = AtomicU8::new(0);
    static HIT: [AtomicU8; {n_places}] = [NOT_YET; {n_places}];
    #[inline]
    pub(crate) fn hit(place: usize) {{
        let burnt = BURNT.fetch_add(1, Ordering::Relaxed) + 1;
        if burnt >= {FIRST_TOLD} && burnt & (burnt - 1) == 0 {{
            note("steps ", burnt);
        }}
        if HIT[place].load(Ordering::Relaxed) == 0 && HIT[place].swap(1, Ordering::Relaxed) == 0 {{
            note("hit ", place as u64);
        }}
    }}
}}
"#
    );
    [HEAD, &body].concat()
}

/// What a process has noted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// The number of steps, rounded down to a power of two; none below [`FIRST_TOLD`].
    pub(super) n_steps: Option<u64>,
    /// Whether the fuel was burnt.
    pub(super) is_burnt: bool,
    /// The places that were hit, in that order.
    pub(super) hit: Vec<usize>,
}

impl Notes {
    /// Reads what stands in a file of notes; other lines are a program's that found the file, and are left out.
    pub(super) fn read(text: &str) -> Notes {
        let mut notes = Notes::default();
        for line in text.lines() {
            let Some((mark, number)) = line.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match mark {
                "steps" => notes.n_steps = notes.n_steps.max(Some(number)),
                "burnt" => notes.is_burnt = true,
                "hit" => notes.hit.extend(usize::try_from(number)),
                _ => {}
            }
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_use_the_names_that_stand_here() {
        for text in [switch(), probes(3)] {
            assert!(text.contains(&format!("mod {MODULE} {{")) && text.contains(NOTES));
        }
        assert!([VARIANT, FUEL, &format!("exit({BURNT})"), &format!(">= {FIRST_TOLD}")].iter().all(|word| switch().contains(word)));
    }

    #[test]
    fn notes_are_read_back() {
        let read = Notes::read("hit 3\nsteps 1024\nsteps 2048\nx\nburnt 5\nhit y\n");
        assert_eq!(read, Notes { n_steps: Some(2048), is_burnt: true, hit: vec![3] });
    }
}
