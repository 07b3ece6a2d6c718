//! Where a new import of a Python file belongs: in the group of its sort, in the order that the file keeps, within a statement of its module.
//!
//! The file is the style guide: what is sorted stays sorted, what is grouped stays grouped, and a block that mixes groups is left mixed.
//! Refuses to place what it does not read (a first import, `from __future__`, a line shared with code): others do that in a plain way.
//!
//! Source: isort 5, `docs/configuration/options.md` (sections, `force_sort_within_sections`, `order_by_type`); PEP 8, "Imports".

use crate::syntax::{Node, Source, children, descendants};
use crate::text::{ByteSpan, Edit};

/// No import statement is made longer than this, unless the file has longer ones.
const WIDTH: usize = 88;

/// What becomes of a new import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placing {
    /// The file has it.
    Present,
    /// Where it goes, with its line end.
    At(Edit),
}

/// Groups in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Standard,
    Third,
    First,
    Relative,
}

/// A line of imports, written or new.
struct Line<'l> {
    module: &'l str,
    is_from: bool,
    section: Section,
}

struct Statement<'s> {
    node: Node<'s>,
    line: Line<'s>,
}

/// The modules of Python's standard library.
pub(in crate::symbols) fn modules() -> impl Iterator<Item = &'static str> {
    let text = include_str!("../../../templates/python/tables/std-modules.txt");
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// Modules that the standard library had once: they stand among its imports until somebody moves on.
const GONE: &[&str] = &[
    "ConfigParser",
    "Queue",
    "StringIO",
    "Tkinter",
    "aifc",
    "asynchat",
    "asyncore",
    "audioop",
    "binhex",
    "cPickle",
    "cStringIO",
    "cgi",
    "cgitb",
    "chunk",
    "crypt",
    "distutils",
    "dummy_threading",
    "formatter",
    "imghdr",
    "imp",
    "lib2to3",
    "mailcap",
    "msilib",
    "nis",
    "nntplib",
    "ossaudiodev",
    "parser",
    "pipes",
    "smtpd",
    "sndhdr",
    "spwd",
    "sunau",
    "symbol",
    "telnetlib",
    "urllib2",
    "urlparse",
    "uu",
    "xdrlib",
];

/// Where the import `text` goes that the code at `used` needs.
pub(in crate::symbols) fn place(source: &Source, text: &str, used: ByteSpan) -> Option<Placing> {
    let text = text.trim();
    let new = Line::read(source, text)?;
    if text.contains('\n') || new.module == "__future__" {
        return None;
    }
    let name = text.rsplit([' ', '.']).next().unwrap_or_default();
    let typing = typing_block(source).filter(|_| new.is_from && is_of_annotations(source, name, used));
    let items = children(typing.unwrap_or(source.root()));
    let all = statements(source, &items);
    let wanted = text.split_once("import ").map_or(text, |(_, names)| names).trim();
    let is_alike = |other: &&Statement<'_>| other.line.is_from == new.is_from && (!new.is_from || other.line.module == new.module);
    let has_it = |other: &Statement<'_>| names(other.node).iter().any(|name| source.text_of(*name) == wanted);
    if all.iter().filter(is_alike).any(has_it) {
        return Some(Placing::Present);
    }
    if let Some(edit) = all.iter().find(is_alike).filter(|_| new.is_from).and_then(|found| merged(source, found.node, wanted)) {
        return Some(Placing::At(edit));
    }
    beside(source, &all, &new, text).map(Placing::At)
}

impl<'l> Line<'l> {
    fn read(source: &Source, text: &'l str) -> Option<Line<'l>> {
        let (is_from, rest) = match text.strip_prefix("from ") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix("import ")?),
        };
        let module = rest.trim_start().split([' ', ',', ';']).next().filter(|module| !module.is_empty())?;
        Some(Line { module, is_from, section: section(source, module) })
    }

    fn key(&self, is_mixed: bool) -> (bool, String, bool) {
        (self.is_from && !is_mixed, self.module.to_lowercase(), self.is_from)
    }
}

fn section(source: &Source, module: &str) -> Section {
    let top = module.split('.').next().unwrap_or(module);
    let path = source.path();
    let is_own = path.parent().split('/').any(|part| part == top) || path.file_name().strip_suffix(".py") == Some(top);
    match top {
        "" => Section::Relative,
        _ if GONE.contains(&top) || modules().any(|known| known == top) => Section::Standard,
        _ if is_own => Section::First,
        _ => Section::Third,
    }
}

/// The imports at the top; code between them ends the top, but for what guards an import.
fn statements<'s>(source: &'s Source, items: &[Node<'s>]) -> Vec<Statement<'s>> {
    let is_import = |node: &&Node<'s>| matches!(node.kind(), "import_statement" | "import_from_statement");
    let is_of_top =
        |node: &&Node<'s>| is_import(node) || matches!(node.kind(), "try_statement" | "if_statement" | "future_import_statement");
    let heading = items.iter().skip_while(|node| !is_of_top(node));
    let read = |node: &Node<'s>| Some(Statement { node: *node, line: Line::read(source, source.text_of(*node))? });
    heading.take_while(is_of_top).filter(is_import).filter_map(read).collect()
}

/// The edit for a line of its own among `all`.
fn beside(source: &Source, all: &[Statement<'_>], new: &Line<'_>, text: &str) -> Option<Edit> {
    let is_apart = |one: &Statement<'_>, two: &Statement<'_>| {
        let between = source.text(ByteSpan::new(one.node.end_byte(), two.node.start_byte()));
        let lines: Vec<&str> = between.split('\n').collect();
        (lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|line| line.trim().is_empty()))
            || one.node.next_named_sibling().is_some_and(|next| next != two.node && !next.is_extra())
    };
    let blocks: Vec<&[Statement<'_>]> = all.chunk_by(|one, two| !is_apart(one, two)).collect();
    let top = |line: &Line<'_>| line.module.split('.').next().unwrap_or_default().to_owned();
    let is_pure = |block: &[Statement<'_>]| block.iter().all(|one| one.line.section == block[0].line.section);
    let of_package = blocks.iter().find(|block| !top(new).is_empty() && block.iter().any(|one| top(&one.line) == top(new)));
    let has_section = |block: &&&[Statement<'_>]| block.iter().any(|one| one.line.section == new.section);
    let of_section = || {
        let all = || blocks.iter().filter(has_section);
        all().find(|block| is_pure(block)).or_else(|| all().next())
    };
    let mixed = || blocks.iter().find(|block| !is_pure(block));
    if let Some(block) = of_package.or_else(of_section).or_else(mixed) {
        return within(source, block, new, text, blocks.iter().any(|block| is_sorted_across(block)));
    }
    let eol = line_end(source);
    let first = |block: &&[Statement<'_>]| block[0].line.section;
    if let Some(above) = blocks.iter().rfind(|block| first(block) < new.section) {
        let edit = behind(source, above.last()?.node, text)?;
        return Some(Edit { text: format!("{eol}{}", edit.text), ..edit });
    }
    let edit = before(source, blocks.first()?.first()?.node, text)?;
    Some(Edit { text: format!("{}{eol}", edit.text), ..edit })
}

/// The edit for a line in a block: in its order, or at its end where it has none.
fn within(source: &Source, block: &[Statement<'_>], new: &Line<'_>, text: &str, is_across: bool) -> Option<Edit> {
    let key = |line: &Line<'_>| line.key(is_across);
    let lines: Vec<&Statement<'_>> = block.iter().filter(|one| is_across || one.line.is_from == new.is_from).collect();
    if !lines.is_sorted_by_key(|one| key(&one.line)) {
        return behind(source, block.last()?.node, text);
    }
    let at = lines.partition_point(|one| key(&one.line) <= key(new));
    match (at.checked_sub(1).map(|at| lines[at]), lines.get(at)) {
        (Some(previous), _) => behind(source, previous.node, text),
        (None, Some(next)) => before(source, next.node, text),
        // The first of its form: modules stand before the names of modules.
        (None, None) if new.is_from => behind(source, block.last()?.node, text),
        (None, None) => before(source, block.first()?.node, text),
    }
}

/// Whether the block is sorted by the modules whatever the form.
fn is_sorted_across(block: &[Statement<'_>]) -> bool {
    let is_turned = block.windows(2).any(|pair| pair[0].line.is_from && !pair[1].line.is_from);
    is_turned && block.is_sorted_by_key(|one| one.line.key(true))
}

/// The names that a `from` import takes; none of a wildcard.
fn names(statement: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = statement.walk();
    statement.children_by_field_name("name", &mut cursor).collect()
}

/// `name` within an import of its module; none where it has no room.
fn merged(source: &Source, statement: Node<'_>, name: &str) -> Option<Edit> {
    let all = names(statement);
    let (first, last) = (all.first()?, all.last()?);
    let texts: Vec<&str> = all.iter().map(|node| source.text_of(*node)).collect();
    // Names under others stand on lines of their own.
    if name.contains(" as ") || texts.iter().any(|text| text.contains(" as ")) || name.contains(',') {
        return None;
    }
    let by_type = |text: &str| (rank(text), text.to_owned());
    let at = if texts.is_sorted_by_key(|text| by_type(text)) {
        texts.partition_point(|text| by_type(text) < by_type(name))
    } else if texts.is_sorted_by_key(|text| text.to_lowercase()) {
        texts.partition_point(|text| text.to_lowercase() < name.to_lowercase())
    } else {
        texts.len()
    };
    let whole = source.text_of(statement);
    let row = |node: &Node<'_>| source.line_of(*node);
    let put = |at: usize, text: String| Some(Edit { span: ByteSpan::empty(at), text });
    if row(first) == row(last) && row(first) == source.line_of(statement) {
        let longest = source.whole_text().lines().filter(|line| line.starts_with("from ")).map(str::len).max().unwrap_or_default();
        if whole.len() + name.len() + 2 > WIDTH.max(longest) && !whole.contains('(') {
            let mut texts = texts;
            texts.insert(at, name);
            let eol = line_end(source);
            let lines: Vec<String> = texts.iter().map(|text| format!("    {text},{eol}")).collect();
            let has_comment = source.whole_text()[statement.end_byte()..].lines().next().is_some_and(|rest| !rest.trim().is_empty());
            let text = format!("({eol}{})", lines.concat());
            return (!has_comment).then_some(Edit { span: ByteSpan::new(first.start_byte(), last.end_byte()), text });
        }
        return match all.get(at) {
            Some(next) => put(next.start_byte(), format!("{name}, ")),
            None => put(last.end_byte(), format!(", {name}")),
        };
    }
    // One name a line, or as many as there is room for: only the first form is clear.
    if !all.windows(2).all(|pair| row(&pair[0]) != row(&pair[1])) || row(first) == source.line_of(statement) {
        return None;
    }
    let indent = indent(source, first.start_byte());
    let eol = line_end(source);
    if let Some(next) = all.get(at) {
        return put(next.start_byte(), format!("{name},{eol}{indent}"));
    }
    let rest = source.whole_text()[last.end_byte()..].lines().next()?;
    match rest.trim() {
        "," => put(last.end_byte() + rest.find(',')? + 1, format!("{eol}{indent}{name},")),
        "" => put(last.end_byte(), format!(",{eol}{indent}{name}")),
        _ => None,
    }
}

/// isort's order of names: constants, classes, the rest.
fn rank(name: &str) -> u8 {
    let is_constant = name.len() > 1 && name.chars().all(|c| !c.is_lowercase());
    if is_constant { 0 } else { 1 + u8::from(!name.starts_with(char::is_uppercase)) }
}

/// The lines of `if TYPE_CHECKING:` in a file whose annotations are never computed.
fn typing_block(source: &Source) -> Option<Node<'_>> {
    let items = children(source.root());
    let is_lazy = |node: &Node<'_>| node.kind() == "future_import_statement" && source.text_of(*node).contains("annotations");
    let is_typing = |node: &Node<'_>| {
        let condition = node.child_by_field_name("condition").map(|condition| source.text_of(condition)).unwrap_or_default();
        node.kind() == "if_statement" && matches!(condition, "TYPE_CHECKING" | "typing.TYPE_CHECKING" | "t.TYPE_CHECKING")
    };
    let block = items.iter().find(|node| is_typing(node))?.child_by_field_name("consequence")?;
    let is_plain = children(block).iter().all(|item| matches!(item.kind(), "import_statement" | "import_from_statement"));
    (is_plain && items.iter().any(is_lazy)).then_some(block)
}

/// Whether every use of `name`, the one at `used` among them, is in an annotation of a function or a variable.
fn is_of_annotations(source: &Source, name: &str, used: ByteSpan) -> bool {
    let is_use = |node: &Node<'_>| node.kind() == "identifier" && source.text_of(*node) == name;
    let is_annotation = |node: Node<'_>| {
        let above = source.ancestors(node);
        let is_type = above.iter().position(|around| around.kind() == "type");
        is_type
            .and_then(|at| above.get(at + 1))
            .is_some_and(|owner| matches!(owner.kind(), "typed_parameter" | "typed_default_parameter" | "function_definition"))
    };
    let all: Vec<Node<'_>> = descendants(source.root()).filter(is_use).collect();
    all.iter().any(|node| used.contains(ByteSpan::new(node.start_byte(), node.end_byte()))) && all.into_iter().all(is_annotation)
}

/// `text` on a line behind a statement that has its line to itself.
fn behind(source: &Source, statement: Node<'_>, text: &str) -> Option<Edit> {
    let whole = source.whole_text();
    let end = whole[statement.end_byte()..].find('\n').map_or(whole.len(), |at| statement.end_byte() + at + 1);
    let rest = whole[statement.end_byte()..end].trim();
    if !(rest.is_empty() || rest.starts_with('#')) || !is_first(source, statement) {
        return None;
    }
    let (eol, indent) = (line_end(source), indent(source, statement.start_byte()));
    let is_ended = whole[..end].ends_with('\n');
    let text = if is_ended { format!("{indent}{text}{eol}") } else { format!("{eol}{indent}{text}") };
    Some(Edit { span: ByteSpan::empty(end), text })
}

/// `text` on a line before a statement and the comments that belong to it; comments at the very top belong to the file.
fn before(source: &Source, statement: Node<'_>, text: &str) -> Option<Edit> {
    if !is_first(source, statement) {
        return None;
    }
    let mut first = statement;
    while let Some(comment) = first.prev_sibling().filter(Node::is_extra) {
        let gap = source.text(ByteSpan::new(comment.end_byte(), first.start_byte()));
        if gap.matches('\n').count() > 1 || !is_first(source, comment) {
            break;
        }
        first = comment;
    }
    let first = if first.start_byte() == 0 { statement } else { first };
    let indent = indent(source, first.start_byte());
    Some(Edit { span: ByteSpan::empty(first.start_byte() - indent.len()), text: format!("{indent}{text}{}", line_end(source)) })
}

fn is_first(source: &Source, node: Node<'_>) -> bool {
    source.whole_text()[..node.start_byte()].rsplit('\n').next().is_some_and(|head| head.trim().is_empty())
}

fn indent(source: &Source, at: usize) -> &str {
    let line = source.whole_text()[..at].rsplit('\n').next().unwrap_or_default();
    &line[..line.len() - line.trim_start().len()]
}

fn line_end(source: &Source) -> &'static str {
    let text = source.whole_text();
    if text.matches("\r\n").count() * 2 > text.matches('\n').count() { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{EditSet, RepoPath};

    /// Adds `text` for the name at the last `name` of the file `src/shop/app.py`.
    #[track_caller]
    fn check(text: &str, before: &str, after: &str) {
        for (before, after) in [(before.to_owned(), after.to_owned()), (before.replace('\n', "\r\n"), after.replace('\n', "\r\n"))] {
            let source = Source::parse(RepoPath::new("src/shop/app.py").unwrap(), before.as_bytes().into()).unwrap();
            let name = text.rsplit([' ', '.']).next().unwrap();
            let at = before.rfind(name).unwrap_or_default();
            let made = match place(&source, text, ByteSpan::new(at, at + name.len())) {
                Some(Placing::At(edit)) => source.after(&EditSet::new(vec![edit]).unwrap()).unwrap().whole_text().to_owned(),
                Some(Placing::Present) => "present".to_owned(),
                None => "none".to_owned(),
            };
            assert_eq!(made, after);
        }
    }

    #[test]
    fn each_group_keeps_to_itself() {
        let body = "\n\nprint(json, yaml, shop)\n";
        let two = format!("import os\n\nimport requests{body}");
        check("import json", &two, &format!("import json\nimport os\n\nimport requests{body}"));
        check("import yaml", &two, &format!("import os\n\nimport requests\nimport yaml{body}"));
        check("from shop.tax import rate", &two, &format!("import os\n\nimport requests\n\nfrom shop.tax import rate{body}"));
        check("from .tax import rate", &two, &format!("import os\n\nimport requests\n\nfrom .tax import rate{body}"));
        check("import json", &format!("import requests{body}"), &format!("import json\n\nimport requests{body}"));
        check(
            "import yaml",
            &format!("import os\n\nfrom . import tax{body}"),
            &format!("import os\n\nimport yaml\n\nfrom . import tax{body}"),
        );
        check(
            "import json",
            &format!("from __future__ import annotations\n\nimport os{body}"),
            &format!("from __future__ import annotations\n\nimport json\nimport os{body}"),
        );
    }

    #[test]
    fn the_order_of_the_file_is_kept() {
        check(
            "from json import loads",
            "import os\nimport sys\n\nloads(1)\n",
            "import os\nimport sys\nfrom json import loads\n\nloads(1)\n",
        );
        check(
            "import json",
            "from abc import ABC\nfrom os import path\n\njson\n",
            "import json\nfrom abc import ABC\nfrom os import path\n\njson\n",
        );
        check(
            "import json",
            "from abc import ABC\nimport os\nfrom re import sub\n\njson\n",
            "from abc import ABC\nimport json\nimport os\nfrom re import sub\n\njson\n",
        );
        check("import json", "import sys\nimport os\n\njson\n", "import sys\nimport os\nimport json\n\njson\n");
        check("import json", "# why\nimport os  # c\n\njson\n", "# why\nimport json\nimport os  # c\n\njson\n");
        check(
            "import re",
            "import os\ntry:\n    import json\nexcept ImportError:\n    json = None\nimport sys\n\nre\n",
            "import os\nimport re\ntry:\n    import json\nexcept ImportError:\n    json = None\nimport sys\n\nre\n",
        );
    }

    #[test]
    fn a_name_joins_the_import_of_its_module() {
        check("from re import sub", "from re import match\n\nsub\n", "from re import match, sub\n\nsub\n");
        check("from re import A", "from re import Match, sub\n\nA\n", "from re import A, Match, sub\n\nA\n");
        check(
            "from re import match",
            "from re import (\n    escape,\n    sub,\n)\n\nmatch\n",
            "from re import (\n    escape,\n    match,\n    sub,\n)\n\nmatch\n",
        );
        check(
            "from re import sub",
            "from re import (\n    escape,\n    match\n)\n\nsub\n",
            "from re import (\n    escape,\n    match,\n    sub\n)\n\nsub\n",
        );
        check(
            "from re import sub",
            "from re import (\n    escape,\n    match,\n)\n\nsub\n",
            "from re import (\n    escape,\n    match,\n    sub,\n)\n\nsub\n",
        );
        check("from re import sub", "from re import match, sub\n\nsub\n", "present");
        check("from re import sub", "from re import match as m\n\nsub\n", "from re import match as m\nfrom re import sub\n\nsub\n");
        let long = format!("from shop.parts import a{}, b{}", "x".repeat(28), "y".repeat(28));
        let parts = format!("from shop.parts import (\n    a{},\n    b{},\n    c,\n)", "x".repeat(28), "y".repeat(28));
        check("from shop.parts import c", &format!("{long}\n\nc\n"), &format!("{long}, c\n\nc\n"));
        let (long, parts) = (long.replace(", b", ", bbbbb"), parts.replace("    b", "    bbbbb"));
        check("from shop.parts import c", &format!("{long}\n\nc\n"), &format!("{parts}\n\nc\n"));
    }

    #[test]
    fn what_annotations_alone_need_stands_with_its_like() {
        let head =
            "from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.tax import Rate\n";
        let body = "\n\ndef f(path: Path | None) -> None:\n    pass\n";
        let added = format!(
            "{}    from pathlib import Path\n\n    from shop.tax import Rate\n{body}",
            head.strip_suffix("    from shop.tax import Rate\n").unwrap()
        );
        check("from pathlib import Path", &format!("{head}{body}"), &added);
        let used = body.replace("pass", "Path()");
        let plain = format!("{head}{used}").replace("\nfrom typing", "\nfrom pathlib import Path\nfrom typing");
        check("from pathlib import Path", &format!("{head}{used}"), &plain);
        let eager = head.replace("from __future__ import annotations\n\n", "");
        let plain = format!("{eager}{body}").replace("from typing", "from pathlib import Path\nfrom typing");
        check("from pathlib import Path", &format!("{eager}{body}"), &plain);
    }

    #[test]
    fn what_has_no_plain_place_is_left_to_others() {
        check("import json", "json\n", "none");
        check("from __future__ import annotations", "import os\n\nannotations\n", "none");
        check("import sys", "import os; x = 1\n\nsys\n", "none");
    }
}
