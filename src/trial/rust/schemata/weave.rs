//! Files with copies in them, and whose each line is.

use std::ops::RangeInclusive;

use super::copies::{self, Stand};
use super::function::{Function, Seat};
use crate::syntax::Source;
use crate::text::ByteSpan;

/// Whose a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// What stands around the copies of this function, and its own.
    Function(usize),
    /// The copy of this variant.
    Variant(usize),
}

/// A function whose copies are woven in.
pub(super) struct Site<'s> {
    /// The file.
    pub(super) source: &'s Source,
    /// The function.
    pub(super) function: Function,
    /// Its body as it stands there.
    pub(super) original: copies::Copy,
}

/// A file with copies in it.
#[derive(Debug, Default)]
pub(super) struct Woven {
    /// The text.
    pub(super) text: String,
    n_lines: u32,
    owners: Vec<(RangeInclusive<u32>, Owner)>,
}

/// A place in a source and what comes there.
struct Part {
    at: ByteSpan,
    pieces: Vec<(String, Owner)>,
}

/// `source` with the copies of the sites in it, each with its number among all sites and its copies by variant.
pub(super) fn weave<'a>(source: &Source, sites: impl Iterator<Item = (usize, &'a Site<'a>, Vec<(usize, &'a copies::Copy)>)>) -> Woven {
    let mut parts: Vec<Part> = sites.flat_map(|(number, site, copies)| parts(number, site, &copies)).collect();
    parts.sort_by_key(|part| part.at.start);
    let mut woven = Woven::default();
    let mut at = 0;
    for part in parts {
        woven.push(source.text(ByteSpan::new(at, part.at.start)), None);
        for (text, owner) in part.pieces {
            woven.push(&text, Some(owner));
        }
        at = part.at.end;
    }
    woven.push(source.text(ByteSpan::new(at, source.bytes().len())), None);
    woven
}

fn parts(number: usize, site: &Site<'_>, copies: &[(usize, &copies::Copy)]) -> Vec<Part> {
    let stand = Stand { source: site.source, function: &site.function, number };
    let numbers: Vec<usize> = copies.iter().map(|(variant, _)| *variant).collect();
    let frame = Owner::Function(number);
    // Each piece ends its line, so that no line has two owners.
    let mut made = vec![(stand.copy(0, &site.original.body), frame)];
    made.extend(copies.iter().map(|(variant, copy)| (stand.copy(*variant, &copy.body), Owner::Variant(*variant))));
    let mut dispatcher = vec![("\n".to_owned(), frame), (stand.dispatcher(&numbers), frame)];
    let Seat::Extension(extension) = &site.function.seat else {
        dispatcher.append(&mut made);
        return vec![Part { at: site.function.whole, pieces: dispatcher }];
    };
    let mut behind = vec![(stand.extension(extension, &numbers), frame)];
    behind.append(&mut made);
    behind.push(("}\n".to_owned(), frame));
    vec![Part { at: site.function.whole, pieces: dispatcher }, Part { at: ByteSpan::empty(extension.at), pieces: behind }]
}

impl Woven {
    fn push(&mut self, text: &str, owner: Option<Owner>) {
        let first = self.n_lines + 1;
        self.text.push_str(text);
        self.n_lines += u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        if let Some(owner) = owner {
            self.owners.push((first..=self.n_lines.max(first), owner));
        }
    }

    /// Whose the line is.
    pub(super) fn owner(&self, line: u32) -> Option<Owner> {
        self.owners.iter().find(|(lines, _)| lines.contains(&line)).map(|(_, owner)| *owner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::function::function_at;
    use super::*;
    use crate::text::{Edit, EditSet, RepoPath};

    fn woven(text: &str, from: &str, to: &[&str]) -> Woven {
        let source = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(text.as_bytes())).unwrap();
        let start = text.find(from).unwrap();
        let span = ByteSpan::new(start, start + from.len());
        let function = function_at(&source, span).unwrap();
        let edits = |text: &str| EditSet::new(vec![Edit { span, text: text.to_owned() }]).unwrap();
        let copies: Vec<copies::Copy> = to.iter().map(|text| copies::Copy::new(&source, &function, &edits(text)).unwrap()).collect();
        let original = copies::Copy::new(&source, &function, &EditSet::default()).unwrap();
        let site = Site { source: &source, function, original };
        let copies = copies.iter().enumerate().map(|(index, copy)| (index + 1, copy)).collect();
        weave(&source, [(0, &site, copies)].into_iter())
    }

    #[test]
    fn each_line_of_a_copy_is_its_own() {
        let made = woven("fn f<T: Ord>((a, b): (T, T)) -> bool {\n    a < b\n}\nfn g() {}\n", "a < b", &["a > b", "a <= b"]);
        let lines: Vec<&str> = made.text.lines().collect();
        let line = |text: &str| u32::try_from(lines.iter().position(|line| line.trim() == text).unwrap()).unwrap() + 1;
        assert_eq!(made.owner(line("a > b")), Some(Owner::Variant(1)), "{}", made.text);
        assert_eq!(made.owner(line("a <= b")), Some(Owner::Variant(2)));
        assert_eq!(made.owner(line("a < b")), Some(Owner::Function(0)));
        assert_eq!(made.owner(line("2 => __h2_f::<T>(__a0),")), Some(Owner::Function(0)));
        assert_eq!(made.owner(line("fn g() {}")), None);
        assert!(made.text.contains("fn f<T: Ord>(__a0: (T, T)) -> bool {\nmatch crate::__homeostasis::variant() {"), "{}", made.text);
        assert!(made.text.contains("fn __h2_f<T: Ord>((a, b): (T, T)) -> bool {crate::__homeostasis::burn();\n"), "{}", made.text);
    }

    #[test]
    fn copies_of_a_method_of_a_trait_stand_in_a_trait_of_their_own() {
        let made = woven(
            "impl<T> Iterator for A<T> {\n    type Item = T;\n    fn next(&mut self) -> Option<Self::Item> { self.0.pop() }\n}\n",
            "pop",
            &["last"],
        );
        assert!(made.text.contains("trait __Homeostasis0<T>: Iterator  {\nfn __h0_next(&mut self) -> Option<T> ;"), "{}", made.text);
        assert!(made.text.contains("_ => <Self as __Homeostasis0<T>>::__h0_next(self),"), "{}", made.text);
        assert!(made.text.contains(" impl<T> __Homeostasis0<T> for A<T>"), "{}", made.text);
    }
}
