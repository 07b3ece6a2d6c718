//! A new import: a line behind the file's heading and the imports that are there.

use super::{Slot, Spot};
use crate::symbols::{Placing, place_import};
use crate::syntax::{Node, Source, children};
use crate::template::bound::Bound;
use crate::template::refusal::Refusal;
use crate::text::ByteSpan;

impl<'s> Spot<'s> {
    /// The line of a new import, for the target's own scope.
    pub(super) fn import(self, bound: &Bound<'s>) -> Result<Slot<'s>, Refusal> {
        let text = bound.plain(&self.edit.text).unwrap_or_default();
        match place_import(self.at.source, &text, self.at.span()) {
            Some(Placing::Present) => return Err(Refusal::Imported),
            Some(Placing::At(edit)) => {
                // What is written into another statement is not the edit's own text.
                return Ok(Slot { lead: edit.text, ..self.cut(edit.span) });
            }
            None => {}
        }
        let scope = self.import_scope();
        let items = children(scope);
        if items.iter().any(|&item| self.is_import(item) && words(self.at.source.text_of(item)) == words(&text)) {
            return Err(Refusal::Imported);
        }
        let n_heading = self.heading(scope, &items);
        let is_head = |item: &&Node<'_>| self.vocabulary.imports.heads.iter().any(|kind| kind == item.kind());
        if self.is_head(&text) {
            let heads = items[n_heading..].iter().take_while(is_head);
            return match heads.last() {
                Some(&last) => self.behind(last).map(|mut slots: Vec<Slot<'s>>| slots.remove(slots.len() - 1)),
                None => self.first_import(scope, items.get(n_heading).copied()),
            };
        }
        let n_heading = n_heading + items[n_heading..].iter().take_while(is_head).count();
        let is_of_run = |item: &&Node<'_>| self.is_import(**item) || self.vocabulary.layout.attached.iter().any(|kind| kind == item.kind());
        let run: Vec<Node<'s>> = items[n_heading..].iter().take_while(is_of_run).copied().collect();
        // Attributes at the end of the run belong to what follows.
        let imports: Vec<Node<'s>> = run.into_iter().filter(|&item| self.is_import(item)).collect();
        let behind = |item| self.behind(item).map(|mut slots: Vec<Slot<'s>>| slots.remove(slots.len() - 1));
        match (self.neighbours(&imports, &text), imports.last()) {
            (Some((Some(previous), _)), _) => behind(previous),
            (Some((None, Some(next))), _) => self.before(next),
            (_, Some(&last)) => behind(last),
            (_, None) => self.first_import(scope, items.get(n_heading).copied()),
        }
    }

    /// Between which imports the line `text` keeps the order of a block that is in order; none where no block is.
    ///
    /// A block is a run of lines without an empty one between them. Of several, the one whose lines begin most like `text` is meant.
    fn neighbours(self, imports: &[Node<'s>], text: &str) -> Option<(Option<Node<'s>>, Option<Node<'s>>)> {
        let key = |item: &Node<'s>| order(self.at.source.text_of(*item));
        let gap =
            |one: &Node<'s>, two: &Node<'s>| self.at.source.text(ByteSpan::new(one.end_byte(), two.start_byte())).matches('\n').count();
        let alike = |block: &&[Node<'s>]| block.iter().map(|item| n_common(&key(item), &order(text))).max().unwrap_or_default();
        let of_form = |item: &&Node<'s>| key(item).first() == order(text).first();
        let blocks = imports.chunk_by(|one, two| gap(one, two) < 2).filter(|block| block.iter().any(|item| of_form(&item)));
        // `max_by_key` takes the last of equals, but a standard library's block is the first.
        let block = blocks.rev().max_by_key(alike)?;
        let lines: Vec<&Node<'s>> = block.iter().filter(of_form).collect();
        if !lines.is_sorted_by_key(|item| key(item)) {
            return None;
        }
        let at = lines.partition_point(|item| key(item) < order(text));
        Some((at.checked_sub(1).map(|n| *lines[n]), lines.get(at).map(|item| **item)))
    }

    /// Whether the line `text` is an import that must stand before all others.
    fn is_head(self, text: &str) -> bool {
        let parsed = crate::text::RepoPath::new("probe")
            .ok()
            .and_then(|path| Source::parse_as(self.vocabulary.language(), path, std::sync::Arc::from(text.as_bytes())).ok());
        parsed.is_some_and(|source| {
            children(source.root()).iter().any(|item| self.vocabulary.imports.heads.iter().any(|kind| kind == item.kind()))
        })
    }

    /// The root, or the nearest scope with imports of its own.
    fn import_scope(self) -> Node<'s> {
        let scopes = &self.vocabulary.imports.scopes;
        let ancestors = self.at.source.ancestors(self.at.node);
        let body = ancestors.iter().find_map(|node| node.child_by_field_name(scopes.get(node.kind())?));
        body.unwrap_or_else(|| self.at.source.root())
    }

    fn is_import(self, node: Node<'_>) -> bool {
        self.vocabulary.imports.kinds.iter().any(|kind| kind == node.kind())
    }

    /// The first import: before the first item and its comments, with an empty line between.
    fn first_import(self, scope: Node<'s>, first: Option<Node<'s>>) -> Result<Slot<'s>, Refusal> {
        let Some(first) = first else { return self.block_first(scope) };
        let slot = self.before(self.with_comments(first))?;
        if !slot.tail.ends_with('\n') {
            return Ok(slot);
        }
        // Where several empty lines set the first item apart, they still do.
        let at = slot.span.start;
        let code = self.lines.behind_code(at);
        let second_blank = self.lines.end(self.lines.end(code).min(at)).min(at);
        let place = if code == 0 { at } else { second_blank };
        Ok(Slot { tail: slot.tail.repeat(2), span: ByteSpan::empty(place), ..slot })
    }

    /// The first of the comments right above `item`; comments at the very top of the file are about the file, and stay there.
    fn with_comments(self, item: Node<'s>) -> Node<'s> {
        let attached = self.lines.with_attached(item, self.vocabulary);
        let mut first = attached;
        while let Some(before) = first.prev_sibling().filter(Node::is_extra) {
            let gap = self.at.source.text(ByteSpan::new(before.end_byte(), first.start_byte()));
            if gap.matches('\n').count() > 1 || !self.lines.is_first(before.start_byte()) {
                break;
            }
            first = before;
        }
        if self.lines.start(first.start_byte()) == 0 { attached } else { first }
    }
}

/// What an import is sorted by: its words, and the parts of its path, whatever their case.
fn order(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ':' | ';' | '.' | ','))
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn n_common(one: &[String], two: &[String]) -> usize {
    one.iter().zip(two).take_while(|(one, two)| one == two).count()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use crate::template::check::{Sample, python, rust};

    fn import_re() -> Sample {
        python("match = '((identifier) @target (#eq? @target \"re\"))'\nedit = [{ op = 'import', text = 'import re' }]")
    }

    #[test]
    fn a_python_import_joins_the_leading_run() {
        import_re().check("import sys\nimport os  # c\n\nre.x\n", &["import sys\nimport os  # c\nimport re\n\nre.x\n"]);
        import_re().check(
            "#!/usr/bin/python\n'''doc'''\nfrom __future__ import a\n\nre.x\n",
            &["#!/usr/bin/python\n'''doc'''\nfrom __future__ import a\n\nimport re\n\nre.x\n"],
        );
    }

    #[test]
    fn a_block_that_is_in_order_stays_so() {
        import_re().check("import os\nimport sys  # c\n\nre.x\n", &["import os\nimport re\nimport sys  # c\n\nre.x\n"]);
        import_re().check("import sys\nre.x\n", &["import re\nimport sys\nre.x\n"]);
        import_re().check("import os\nfrom a import b\n\nre.x\n", &["import os\nimport re\nfrom a import b\n\nre.x\n"]);
        import_re().check("import os\nimport sys\n\nimport yaml\n\nre.x\n", &["import os\nimport re\nimport sys\n\nimport yaml\n\nre.x\n"]);
        import_re().check("from a import b\n\nre.x\n", &["import re\n\nfrom a import b\n\nre.x\n"]);
    }

    #[test]
    fn the_first_python_import_stands_behind_the_heading() {
        import_re().check("re.x\n", &["import re\n\nre.x\n"]);
        import_re().check("'''doc'''\n\nre.x", &["'''doc'''\n\nimport re\n\nre.x"]);
        import_re().check("#!/usr/bin/python\n# me\n\n# why\nre.x\r\n", &["#!/usr/bin/python\n# me\n\nimport re\n\n# why\nre.x\r\n"]);
        import_re().check("# me\n\n\nre.x\n", &["# me\n\nimport re\n\n\nre.x\n"]);
        import_re().check("\n\nre.x\n", &["\n\nimport re\n\nre.x\n"]);
        import_re().check("# me\nre.x\n", &["# me\nimport re\n\nre.x\n"]);
    }

    #[test]
    fn imports_that_must_stand_first_keep_a_block_of_their_own() {
        let future = "from __future__ import a\nfrom __future__ import b  # c\n";
        import_re().check(&format!("{future}\nre.x\n"), &[&format!("{future}\nimport re\n\nre.x\n")]);
        import_re().check(&format!("{future}\n\nre.x\n"), &[&format!("{future}\nimport re\n\n\nre.x\n")]);
        import_re().check(&format!("{future}re.x\n"), &[&format!("{future}import re\n\nre.x\n")]);
        import_re().check(&format!("{future}\nfrom x import y\n\nre.x\n"), &[&format!("{future}\nimport re\n\nfrom x import y\n\nre.x\n")]);
        import_re().check(&format!("{future}import sys\n\nre.x\n"), &[&format!("{future}import re\nimport sys\n\nre.x\n")]);
    }

    #[test]
    fn what_is_imported_already_is_refused() {
        import_re().refuses("import  re\nre\n", "it is imported already");
    }

    #[test]
    fn a_rust_import_stands_in_the_module_of_its_target() {
        let sample = rust("match = '((type_identifier) @target (#eq? @target \"M\"))'\nedit = [{ op = 'import', text = 'use a::M;' }]");
        sample.check("//! Doc.\n#![x]\nuse b::C;\n\nfn f(m: M) {}\n", &["//! Doc.\n#![x]\nuse a::M;\nuse b::C;\n\nfn f(m: M) {}\n"]);
        sample.check(
            "use b::C;\nmod t {\n    use super::*;\n    #[test]\n    fn f(m: M) {}\n}\n",
            &["use b::C;\nmod t {\n    use a::M;\n    use super::*;\n    #[test]\n    fn f(m: M) {}\n}\n"],
        );
        sample.check("/// Doc.\nfn f(m: M) {}\n", &["use a::M;\n\n/// Doc.\nfn f(m: M) {}\n"]);
    }
}
