//! A source in which every block says that it runs. No line moves.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::switch::MODULE;
use crate::syntax::{Node, Source, children, span};
use crate::text::{ByteSpan, LineNo};

/// Nodes whose code runs while the program is compiled, or is no code yet.
const SILENT: &[&str] = &[
    "array_type",
    "attribute_item",
    "const_block",
    "const_item",
    "enum_variant",
    "inner_attribute_item",
    "macro_definition",
    "static_item",
    "token_tree",
    "type_arguments",
];

/// Tokens that stand alone on a line without being code.
const FRAMES: &[&str] = &["{", "}", "(", ")", "[", "]", ";", ",", "});", "else"];

/// A stretch of code that runs as a whole, as far as nothing leaves it early.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The lines on which its own code stands, without that of the places in it.
    pub(super) lines: BTreeSet<LineNo>,
}

/// The places of one source.
pub(super) struct Probes<'s> {
    source: &'s Source,
    /// The number of the first place.
    first: usize,
    /// The places in order.
    pub(super) places: Vec<Place>,
    inserted: Vec<(usize, String)>,
    tests: Vec<ByteSpan>,
    /// Where the outermost functions begin that stay as they are.
    dropped: &'s BTreeSet<usize>,
}

impl<'s> Probes<'s> {
    /// Sets probes to all functions but those that begin at a byte of `dropped`; the first place gets the number `first`.
    pub(super) fn set(source: &'s Source, first: usize, dropped: &'s BTreeSet<usize>) -> Probes<'s> {
        let tests = source.language().test_spans(source);
        let mut probes = Probes { source, first, places: Vec::new(), inserted: Vec::new(), tests, dropped };
        probes.walk(source.root(), None);
        probes
    }

    /// The text with the probes.
    pub(super) fn text(&self) -> String {
        let mut inserted: Vec<&(usize, String)> = self.inserted.iter().collect();
        inserted.sort_by_key(|(at, _)| *at);
        let mut text = String::new();
        let mut from = 0;
        for (at, probe) in inserted {
            text.push_str(self.source.text(ByteSpan::new(from, *at)));
            text.push_str(probe);
            from = *at;
        }
        text.push_str(self.source.text(ByteSpan::new(from, self.source.bytes().len())));
        text
    }

    /// Sets probes below `node`, whose code belongs to the place `owner`; none outside functions.
    fn walk(&mut self, node: Node<'_>, owner: Option<usize>) {
        if node.child_count() == 0 {
            return self.own(node, owner);
        }
        let mut cursor = node.walk();
        for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
            match child.kind() {
                "function_item" => self.function(child, owner),
                "block" if owner.is_some() => {
                    let owner = self.block(child).or(owner);
                    self.walk(child, owner);
                }
                "match_arm" if owner.is_some() => self.arm(child, owner),
                kind if SILENT.contains(&kind) => self.own(child, owner),
                _ => self.walk(child, owner),
            }
        }
    }

    fn function(&mut self, node: Node<'_>, owner: Option<usize>) {
        let is_out = owner.is_none() && self.dropped.contains(&node.start_byte());
        if is_out || is_constant(node, self.source) || self.tests.iter().any(|test| test.contains(span(node))) {
            return;
        }
        if let Some(body) = node.child_by_field_name("body")
            && let Some(owner) = self.block(body)
        {
            self.walk(body, Some(owner));
        }
    }

    /// Sets a probe behind the opening brace; none where attributes stand there.
    fn block(&mut self, block: Node<'_>) -> Option<usize> {
        let mut cursor = block.walk();
        let brace = block.children(&mut cursor).find(|child| child.kind() == "{")?;
        if children(block).first().is_some_and(|child| child.kind() == "inner_attribute_item") {
            return None;
        }
        Some(self.probe(brace.end_byte(), "", ""))
    }

    /// A match arm without a block gets one.
    fn arm(&mut self, arm: Node<'_>, owner: Option<usize>) {
        let Some(value) = arm.child_by_field_name("value").filter(|value| value.kind() != "block") else { return self.walk(arm, owner) };
        let mut cursor = arm.walk();
        let before: Vec<Node<'_>> = arm.children(&mut cursor).take_while(|child| *child != value).collect();
        for child in before.into_iter().filter(|child| !child.is_extra() && !SILENT.contains(&child.kind())) {
            self.walk(child, owner);
        }
        let place = self.probe(value.start_byte(), "{", "");
        self.walk(value, Some(place));
        self.inserted.push((value.end_byte(), "}".to_owned()));
    }

    fn probe(&mut self, at: usize, before: &str, behind: &str) -> usize {
        let place = self.places.len();
        self.inserted.push((at, format!("{before}crate::{MODULE}::hit({});{behind}", self.first + place)));
        self.places.push(Place::default());
        place
    }

    /// Gives the lines of a node without parts, or without such that are looked at, to its place.
    fn own(&mut self, node: Node<'_>, owner: Option<usize>) {
        if let Some(owner) = owner.filter(|_| !FRAMES.contains(&node.kind())) {
            self.places[owner].lines.extend(lines(node).map(LineNo::from_row));
        }
    }
}

fn lines(node: Node<'_>) -> RangeInclusive<usize> {
    node.start_position().row..=node.end_position().row
}

fn is_constant(node: Node<'_>, source: &Source) -> bool {
    let modifiers = children(node).into_iter().find(|child| child.kind() == "function_modifiers");
    modifiers.is_some_and(|modifiers| source.text_of(modifiers).split_whitespace().any(|word| word == "const"))
}

/// The first byte of the outermost function on `line`.
pub(super) fn function_on(source: &Source, line: u32) -> Option<usize> {
    let row = usize::try_from(line).ok()?.checked_sub(1)?;
    let mut waiting = vec![source.root()];
    while let Some(node) = waiting.pop() {
        let on_line: Vec<Node<'_>> = children(node).into_iter().filter(|child| lines(*child).contains(&row)).collect();
        if let Some(function) = on_line.iter().find(|child| child.kind() == "function_item") {
            return Some(function.start_byte());
        }
        waiting.extend(on_line);
    }
    None
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    const TEXT: &str = "const A: [u8; { 1 }] = [0];\nfn f(n: u8) -> u8 {\n    if n > 1 {\n        return 1;\n    }\n    match n {\n        0 => 2,\n        _ => {\n            3\n        }\n    }\n}\nconst fn g() -> u8 { 1 }\n#[test]\nfn t() {}\n";

    fn shown(dropped: &BTreeSet<usize>) -> (String, Vec<Vec<u32>>) {
        let source = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(TEXT.as_bytes())).unwrap();
        let probes = Probes::set(&source, 7, dropped);
        (probes.text(), probes.places.iter().map(|place| place.lines.iter().map(|line| line.get()).collect()).collect())
    }

    #[test]
    fn every_block_and_arm_has_its_own_lines_and_no_line_moves() {
        let (text, lines) = shown(&BTreeSet::new());
        assert_eq!(lines, [vec![3, 6, 7, 8], vec![4], vec![7], vec![9]], "{text}");
        assert!(text.contains("0 => {crate::__homeostasis::hit(9);2},\n        _ => {crate::__homeostasis::hit(10);\n"), "{text}");
        assert_eq!(text.lines().count(), TEXT.lines().count());
        assert_eq!(text.matches("hit(").count(), 4, "constants and tests stay as they are");
    }

    #[test]
    fn a_function_that_is_dropped_stays_as_it_is() {
        let source = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(TEXT.as_bytes())).unwrap();
        let start = function_on(&source, 9).unwrap();
        assert_eq!(start, TEXT.find("fn f").unwrap());
        assert_eq!(shown(&BTreeSet::from([start])).0, TEXT);
        assert_eq!(function_on(&source, 1), None);
    }
}
