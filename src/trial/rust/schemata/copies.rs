//! The text of copies and of the dispatcher that chooses one of them.

use std::sync::{Arc, LazyLock};

use regex::{Captures, Regex};

use super::function::{Extension, Function, Seat};
use super::switch::MODULE;
use crate::syntax::{LanguageId, Node, Source, children, descendants, language};
use crate::text::{ByteSpan, Edit, EditSet, RepoPath};

/// One variant of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    /// Its body, with what counts its steps.
    pub(super) body: String,
    /// Its words without space and comments: equal ones do the same.
    pub(super) words: String,
}

impl Copy {
    /// The copy of `function` with `edits`, which lie in its body; none if that is no Rust.
    pub(super) fn new(source: &Source, function: &Function, edits: &EditSet) -> Option<Copy> {
        let start = function.whole.start;
        let moved = |edit: &Edit| Edit { span: ByteSpan::new(edit.span.start - start, edit.span.end - start), text: edit.text.clone() };
        let edits = EditSet::new(edits.edits().iter().map(moved).collect()).ok()?;
        let text = edits.apply(function.whole.of(source.bytes())).ok()?;
        let made = Source::parse_as(language(LanguageId::RUST.0)?, RepoPath::new("copy.rs").ok()?, Arc::from(text)).ok()?;
        let item = children(made.root()).into_iter().find(|node| node.kind() == "function_item")?;
        let body = item.child_by_field_name("body")?;
        if made.n_errors() > 0 || item.end_byte() != made.bytes().len() {
            return None;
        }
        let mut steps = vec![body.start_byte() + 1];
        count_loops(body, &made, &mut steps);
        Some(Copy { body: with_steps(&made, body, steps), words: words(body, &made) })
    }
}

/// The body with a call behind each brace of `steps`.
fn with_steps(source: &Source, body: Node<'_>, mut steps: Vec<usize>) -> String {
    steps.sort_unstable();
    let mut text = String::new();
    let mut at = body.start_byte();
    for step in steps {
        text.push_str(source.text(ByteSpan::new(at, step)));
        text.push_str("crate::");
        text.push_str(MODULE);
        text.push_str("::burn();");
        at = step;
    }
    text.push_str(source.text(ByteSpan::new(at, body.end_byte())));
    text
}

/// Adds the places behind the opening brace of each loop below `node` that runs when the function does.
fn count_loops(node: Node<'_>, source: &Source, steps: &mut Vec<usize>) {
    for child in children(node) {
        match child.kind() {
            "const_item" | "static_item" | "const_block" | "macro_definition" | "token_tree" | "array_type" => continue,
            "function_item" if source.text_of(child).trim_start_matches("pub ").starts_with("const") => continue,
            "loop_expression" | "while_expression" | "for_expression" => {
                steps.extend(child.child_by_field_name("body").map(|body| body.start_byte() + 1));
            }
            _ => {}
        }
        count_loops(child, source, steps);
    }
}

/// The words of `node`, without comments.
fn words(node: Node<'_>, source: &Source) -> String {
    let mut comment_end = 0;
    let mut words = String::new();
    for part in descendants(node) {
        if part.is_extra() {
            comment_end = comment_end.max(part.end_byte());
        } else if part.child_count() == 0 && part.start_byte() >= comment_end {
            words.push_str(source.text_of(part));
            words.push(' ');
        }
    }
    words
}

/// The functions that stand for one function: itself, as the dispatcher, and its copies by number.
pub(super) struct Stand<'s> {
    /// The source as it stands there.
    pub(super) source: &'s Source,
    /// The function.
    pub(super) function: &'s Function,
    /// A number that no other function of the crate has.
    pub(super) number: usize,
}

impl Stand<'_> {
    /// What comes in place of the function: the dispatcher between the copies `numbers` and the one numbered 0.
    pub(super) fn dispatcher(&self, numbers: &[usize]) -> String {
        let arms: String =
            numbers.iter().flat_map(|number| [number.to_string(), " => ".to_owned(), self.call(*number), ",\n".to_owned()]).collect();
        format!("{}{{\nmatch crate::{MODULE}::variant() {{\n{arms}_ => {},\n}}\n}}\n", self.signature(None), self.call(0))
    }

    /// The copy `number` with `body`.
    pub(super) fn copy(&self, number: usize, body: &str) -> String {
        let Function { name, body: old, attributes, .. } = self.function;
        let head = self.with_edits(old.start, self.no_constant().into_iter().chain([Edit { span: *name, text: self.name(number) }]));
        self.placed(format!("{attributes} {head}{body}\n"))
    }

    /// What stands before and between and behind the copies where these need a trait of their own: its declaration, the head of its `impl`.
    pub(super) fn extension(&self, extension: &Extension, numbers: &[usize]) -> String {
        let Extension { attributes: present, declared, named, bounds, target, condition, .. } = extension;
        let name = self.name_of_trait();
        let attributes = &self.function.attributes;
        let signatures = [0].iter().chain(numbers).flat_map(|number| [attributes.clone(), self.signature(Some(*number)), ";\n".to_owned()]);
        let signatures = self.placed(signatures.collect());
        format!(
            "\n{present} trait {name}{declared}{bounds} {condition} {{\n{signatures}}}\n{present} impl{declared} {name}{named} for {target} {condition} {{\n"
        )
    }

    /// The text up to the body, with plain names for the parameters; with another name for the function `number`.
    fn signature(&self, number: Option<usize>) -> String {
        let Function { name, body, parameters, .. } = self.function;
        let renamed = number.map(|number| Edit { span: *name, text: self.name(number) });
        let plain = parameters.iter().filter(|(span, _)| !span.is_empty()).map(|(span, text)| Edit { span: *span, text: text.clone() });
        self.with_edits(body.start, self.no_constant().into_iter().chain(renamed).chain(plain))
    }

    fn no_constant(&self) -> Option<Edit> {
        self.function.constant.map(|span| Edit { span, text: String::new() })
    }

    /// The text of the function up to `end` with `edits`, which are in order.
    fn with_edits(&self, end: usize, edits: impl Iterator<Item = Edit>) -> String {
        let mut text = String::new();
        let mut at = self.function.whole.start;
        for edit in edits {
            text.push_str(self.source.text(ByteSpan::new(at, edit.span.start)));
            text.push_str(&edit.text);
            at = edit.span.end;
        }
        text.push_str(self.source.text(ByteSpan::new(at, end)));
        text
    }

    /// `text` as it must be where the copies stand: a trait of their own does not know the types of the trait of the `impl`.
    fn placed(&self, text: String) -> String {
        static TYPE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bSelf::(\w+)(\s*::)?").expect("the pattern is fixed"));
        let Seat::Extension(Extension { types, .. }) = &self.function.seat else { return text };
        let replaced = TYPE.replace_all(&text, |found: &Captures<'_>| match (types.get(&found[1]), found.get(2)) {
            (Some(meant), None) => meant.clone(),
            (Some(meant), Some(_)) => format!("<{meant}>::"),
            (None, _) => found[0].to_owned(),
        });
        replaced.into_owned()
    }

    fn call(&self, number: usize) -> String {
        let Function { parameters, generics, is_unsafe, is_async, seat, .. } = self.function;
        let path = match seat {
            Seat::Module => String::new(),
            Seat::Type => "Self::".to_owned(),
            Seat::Extension(extension) => format!("<Self as {}{}>::", self.name_of_trait(), extension.named),
        };
        let generics = if generics.is_empty() { String::new() } else { format!("::<{}>", generics.join(", ")) };
        let passed: Vec<&str> = parameters.iter().map(|(_, name)| name.as_str()).collect();
        let end = if *is_async { ".await" } else { "" };
        let call = format!("{path}{}{generics}({}){end}", self.name(number), passed.join(", "));
        if *is_unsafe { format!("unsafe {{ {call} }}") } else { call }
    }

    fn name(&self, number: usize) -> String {
        format!("__h{number}_{}", self.source.text(self.function.name).trim_start_matches("r#"))
    }

    fn name_of_trait(&self) -> String {
        format!("__Homeostasis{}", self.number)
    }
}
