//! Places in real code where a fault can be planted: the parsed file, one edit, and a seeded source of chance.

use std::ops::Range;

use regex::Regex;
use tree_sitter::{Language, Node, Parser, Tree};

/// A source file of the project that faults are planted in.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    tree: Tree,
    /// Bytes that hold tests (`#[cfg(test)]` and `#[test]` items); nothing is planted there.
    pub(crate) tests: Vec<Range<usize>>,
}

/// One change of one file that plants a fault.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) at: Range<usize>,
    pub(crate) text: String,
    /// The name that the error must mention, where the fault is a wrong name.
    pub(crate) name: Option<String>,
}

/// A kind of fault: how it is planted, and what the failing run must show.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// A pattern of the error's line; `$NAME` stands for the planted name.
    pub(crate) wanted: &'static str,
    pub(crate) sites: fn(&File, &mut Chance) -> Vec<Edit>,
}

impl Kind {
    /// What the error's line must look like after `edit`.
    pub(crate) fn pattern(&self, edit: &Edit) -> Regex {
        let name = regex::escape(edit.name.as_deref().unwrap_or(""));
        Regex::new(&self.wanted.replace("$NAME", &name)).expect("the patterns of the kinds are valid")
    }
}

impl File {
    /// Parses `text`; `None` where the grammar finds an error, since a plant must be the only fault.
    pub(crate) fn parse(path: String, text: String, language: &Language) -> Option<File> {
        let mut parser = Parser::new();
        parser.set_language(language).ok()?;
        let tree = parser.parse(&text, None)?;
        (!tree.root_node().has_error()).then_some(File { path, text, tree, tests: Vec::new() })
    }

    /// Every node whose kind is `kind`, in the order of bytes, outside of tests.
    pub(crate) fn nodes(&self, kind: &str) -> Vec<Node<'_>> {
        let mut found = Vec::new();
        let mut waiting = vec![self.tree.root_node()];
        while let Some(node) = waiting.pop() {
            let is_test = self.tests.iter().any(|tests| tests.start <= node.start_byte() && node.end_byte() <= tests.end);
            if node.kind() == kind && !is_test {
                found.push(node);
            }
            waiting.extend((0..node.child_count()).rev().filter_map(|index| node.child(index)));
        }
        found
    }

    pub(crate) fn of(&self, node: Node<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    /// The text of a field of `node`; empty where there is none.
    pub(crate) fn field(&self, node: Node<'_>, name: &str) -> &str {
        node.child_by_field_name(name).map_or("", |child| self.of(child))
    }

    /// An edit that takes the whole lines of `node` away.
    pub(crate) fn without_lines(&self, node: Node<'_>) -> Edit {
        let start = self.text[..node.start_byte()].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[node.end_byte()..].find('\n').map_or(self.text.len(), |at| node.end_byte() + at + 1);
        Edit { at: start..end, text: String::new(), name: None }
    }

    pub(crate) fn with(&self, edit: &Edit) -> String {
        format!("{}{}{}", &self.text[..edit.at.start], edit.text, &self.text[edit.at.end..])
    }

    /// The line, counted from 1, where `edit` starts.
    pub(crate) fn line_of(&self, edit: &Edit) -> usize {
        self.text[..edit.at.start].matches('\n').count() + 1
    }
}

/// An edit that puts `text` where `node` stands.
pub(crate) fn replace(node: Node<'_>, text: impl Into<String>) -> Edit {
    Edit { at: node.byte_range(), text: text.into(), name: None }
}

/// The named children of `node`, comments aside.
pub(crate) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.kind().contains("comment")).collect()
}

/// The nearest node around `node` whose kind is `kind`.
pub(crate) fn around<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    std::iter::successors(node.parent(), Node::parent).find(|outer| outer.kind() == kind)
}

/// Splitmix64: the same seed gives the same plants on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("it is below a usize")
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }

    /// `name` as a hurried person types it: two letters swapped, one left out, or one doubled. `None` for names too short to recognise.
    pub(crate) fn misspelt(&mut self, name: &str) -> Option<String> {
        if name.len() < 4 || !name.is_ascii() || name.starts_with("__") {
            return None;
        }
        let mut letters: Vec<char> = name.chars().collect();
        let at = 1 + self.below(letters.len() - 2);
        match self.below(3) {
            0 => letters.swap(at, at + 1),
            1 => drop(letters.remove(at)),
            _ => letters.insert(at, letters[at]),
        }
        let typed: String = letters.into_iter().collect();
        (typed != name).then_some(typed)
    }
}
