//! Properties of the policy, for tests: whatever the layout of a file, the same program gets the same change.

use proptest::prelude::*;

use super::check::{Sample, python};
use crate::syntax::Source;
use crate::text::RepoPath;

/// How a program is laid out.
#[derive(Debug, Clone)]
struct Layout {
    unit: &'static str,
    line_end: &'static str,
    has_final_newline: bool,
}

/// One statement of a generated program; lines are relative to it, in units.
#[derive(Debug, Clone)]
enum Statement {
    Lines(&'static [&'static str]),
    Block(&'static str, Vec<Statement>),
}

impl Layout {
    /// `text`, which has four blanks a unit and plain line ends, in this layout.
    fn of(&self, text: &str) -> String {
        let mut out = String::new();
        for line in text.lines() {
            let code = line.trim_start_matches(' ');
            out.push_str(&self.unit.repeat((line.len() - code.len()) / 4));
            out.push_str(code);
            out.push_str(self.line_end);
        }
        if !self.has_final_newline {
            out.truncate(out.len().saturating_sub(self.line_end.len()));
        }
        out
    }
}

fn program(statements: &[Statement], depth: usize, out: &mut String) {
    for statement in statements {
        let mut line = |text: &str| out.extend(["    ".repeat(depth).as_str(), text, "\n"]);
        match statement {
            Statement::Lines(lines) => lines.iter().for_each(|text| line(text)),
            Statement::Block(head, body) => {
                line(head);
                program(body, depth + 1, out);
            }
        }
    }
}

fn statement() -> impl Strategy<Value = Statement> {
    const LINES: &[&[&str]] = &[
        &["f(a, b)"],
        &["x = f(1)  # why"],
        &["return f"],
        &["# only a comment", "f()"],
        &["f(", "    a,", "    g(b),  # item", ")"],
        &["f(a,", "        b)"],
        &["x = [", "    1,", "    f(2)", "]"],
        &["a; f(b)"],
        &["if a: f(c)"],
        &["'''text'''"],
    ];
    const HEADS: &[&str] = &["if a:", "for x in f(y):", "def h(a, b=1):", "class C:", "while True:  # for ever", "with f(x) as y:"];
    let leaf = prop::sample::select(LINES).prop_map(Statement::Lines);
    leaf.prop_recursive(3, 12, 3, |inner| {
        (prop::sample::select(HEADS), prop::collection::vec(inner, 1..4)).prop_map(|(head, body)| Statement::Block(head, body))
    })
}

fn layout() -> impl Strategy<Value = Layout> {
    let unit = prop::sample::select(&["  ", "    ", "\t", "        "]);
    let line_end = prop::sample::select(&["\n", "\r\n"]);
    (unit, line_end, any::<bool>()).prop_map(|(unit, line_end, has_final_newline)| Layout { unit, line_end, has_final_newline })
}

/// One template of each edit.
const TEMPLATES: &[&str] = &[
    "match = '(call) @target'\nrewrite = ['g($target)', '$target or a']",
    "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'replace', at = 's', text = \"try:\\n    $s\\nexcept E:\\n    pass\" }]",
    "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'before', at = 's', text = \"if z:\\n    g()\" }]",
    "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'after', at = 's', text = 'g()' }]",
    "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nedit = [{ op = 'delete', at = 's' }]",
    "match = '(call) @target'\nholes.s = { nearest = 'statement' }\nholes.n = { sibling = 'next', of = 's' }\nedit = [{ op = 'after', at = 'n', text = '$s' }, { op = 'delete', at = 's' }]",
    "match = '(function_definition body: (_) @b) @target'\nedit = [{ op = 'first', at = 'b', text = \"if z:\\n    g()\" }]",
    "match = '(function_definition body: (_) @b) @target'\nedit = [{ op = 'last', at = 'b', text = 'return z' }]",
    "match = '(argument_list) @target'\nedit = [{ op = 'last', at = 'target', text = 'z' }]",
    "match = '(argument_list (_) @target)'\nedit = [{ op = 'delete', at = 'target' }]",
    "match = '(call) @target'\nedit = [{ op = 'import', text = 'import z' }]",
];

/// What `sample` makes of `text`: the texts in their order.
fn made(sample: Sample, text: &str) -> Vec<String> {
    sample.play(text, &[]).0
}

fn n_errors(text: &str) -> usize {
    Source::parse(RepoPath::new("x.py").unwrap(), text.as_bytes().into()).unwrap().n_errors()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_does_not_depend_on_the_layout(statements in prop::collection::vec(statement(), 1..4), layout in layout(), at in 0..TEMPLATES.len()) {
        let mut text = String::new();
        program(&statements, 0, &mut text);
        let sample = python(TEMPLATES[at]);
        let plain: Vec<String> = made(sample, &text).iter().map(|made| layout.of(made)).collect();
        // A program without a block shows no unit, so there is nothing to follow.
        prop_assume!(layout.unit == "    " || statements.iter().any(|statement| matches!(statement, Statement::Block(..))));
        prop_assert_eq!(made(sample, &layout.of(&text)), plain);
    }

    #[test]
    fn nothing_gets_worse_and_no_line_end_is_mixed_in(statements in prop::collection::vec(statement(), 1..4), layout in layout(), at in 0..TEMPLATES.len()) {
        let mut text = String::new();
        program(&statements, 0, &mut text);
        let text = layout.of(&text);
        for made in made(python(TEMPLATES[at]), &text) {
            prop_assert!(n_errors(&made) <= n_errors(&text), "{made:?}");
            let n_carried = made.matches("\r\n").count();
            prop_assert!(n_carried == 0 || n_carried == made.matches('\n').count(), "{made:?}");
            // A text of one line without an end shows none.
            prop_assert!(!text.contains("\r\n") || !made.contains('\n') || n_carried > 0, "{made:?}");
        }
    }
}
