//! The function that holds an edit, and whether copies of it can stand beside it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::syntax::{Node, Source, children, descendants, span};
use crate::text::ByteSpan;

/// Attributes that say nothing of what a function is, only how it is compiled or spoken of.
const INERT: &[&str] =
    &["allow", "cfg", "cold", "deny", "deprecated", "doc", "expect", "forbid", "inline", "must_use", "optimize", "track_caller", "warn"];

/// Attributes that a copy needs, too.
const SHARED: &[&str] = &["cfg", "track_caller"];

/// A function of which copies can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    /// All of it but its attributes.
    pub(super) whole: ByteSpan,
    /// The word `const`. A choice is made when the program runs, so neither the dispatcher nor the copies can be constant.
    pub(super) constant: Option<ByteSpan>,
    /// Its name.
    pub(super) name: ByteSpan,
    /// Its body, braces included.
    pub(super) body: ByteSpan,
    /// The attributes that copies share, as they stand there.
    pub(super) attributes: String,
    /// What a caller passes for each parameter, and the bytes that become this.
    pub(super) parameters: Vec<(ByteSpan, String)>,
    /// Its own type and constant parameters.
    pub(super) generics: Vec<String>,
    /// Whether it is `unsafe`.
    pub(super) is_unsafe: bool,
    /// Whether it is `async`.
    pub(super) is_async: bool,
    /// Where its copies stand.
    pub(super) seat: Seat,
}

/// Where copies of a function stand, and how they are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seat {
    /// Behind it, as free functions.
    Module,
    /// Behind it, in the same `impl` or `trait`.
    Type,
    /// In a trait of their own, behind the `impl` of a trait, which takes no other functions.
    Extension(Extension),
}

/// The header of the `impl` of a trait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extension {
    /// The end of the `impl`.
    pub(super) at: usize,
    /// Those of its attributes that say whether it is there at all.
    pub(super) attributes: String,
    /// Its parameters as they are declared, with their brackets.
    pub(super) declared: String,
    /// Their names in brackets.
    pub(super) named: String,
    /// What the new trait builds on.
    pub(super) bounds: String,
    /// The type.
    pub(super) target: String,
    /// Its `where`.
    pub(super) condition: String,
    /// The types that it gives names to.
    pub(super) types: BTreeMap<String, String>,
}

/// The outermost function around `at`, if copies of it can be made.
pub(super) fn function_at(source: &Source, at: ByteSpan) -> Option<Function> {
    let mut path = source.covering(at).map(|node| [vec![node], source.ancestors(node)].concat())?;
    path.reverse();
    let depth = path.iter().position(|node| node.kind() == "function_item")?;
    let (above, node) = (&path[..depth], path[depth]);
    let is_plain = above.iter().all(|node| is_plain_scope(*node, source));
    let body = node.child_by_field_name("body")?;
    let inside = ByteSpan::new(body.start_byte() + 1, body.end_byte().saturating_sub(1).max(body.start_byte() + 1));
    if !is_plain || !inside.contains(at) || !is_copied(node, body, source) {
        return None;
    }
    let modifiers = children(node).into_iter().find(|child| child.kind() == "function_modifiers");
    let modifiers = modifiers.map_or("", |modifiers| source.text_of(modifiers));
    let is = |word: &str| modifiers.split_whitespace().any(|part| part == word);
    if is("default") {
        return None;
    }
    Some(Function {
        whole: span(node),
        constant: keyword(node, "const").map(span),
        name: span(node.child_by_field_name("name")?),
        body: span(body),
        attributes: shared_attributes(node, source)?,
        parameters: parameters(node.child_by_field_name("parameters")?, source)?,
        generics: node.child_by_field_name("type_parameters").map_or(Vec::new(), |list| names(list, source, false)),
        is_unsafe: is("unsafe"),
        is_async: is("async"),
        seat: seat(above, node, source)?,
    })
}

/// The modifier `word` of a function.
fn keyword<'t>(function: Node<'t>, word: &str) -> Option<Node<'t>> {
    let modifiers = children(function).into_iter().find(|child| child.kind() == "function_modifiers")?;
    let mut cursor = modifiers.walk();
    modifiers.children(&mut cursor).find(|child| child.kind() == word)
}

/// A scope in which an item stands as it is written.
fn is_plain_scope(node: Node<'_>, source: &Source) -> bool {
    match node.kind() {
        "source_file" | "mod_item" | "declaration_list" => true,
        "impl_item" | "trait_item" => shared_attributes(node, source).is_some(),
        _ => false,
    }
}

/// Whether two copies of the body can stand in one crate, with one type for what they return.
fn is_copied(node: Node<'_>, body: Node<'_>, source: &Source) -> bool {
    let is_opaque =
        node.child_by_field_name("return_type").is_some_and(|kind| descendants(kind).any(|node| node.kind() == "abstract_type"));
    let holds = |kind: &str| descendants(body).any(|node| node.kind() == kind);
    !is_opaque && !holds("impl_item") && !holds("inner_attribute_item") && !body.has_error() && !source.text_of(body).contains("no_mangle")
}

/// The attributes that a copy shares; none if an attribute may make something else of the function.
fn shared_attributes(node: Node<'_>, source: &Source) -> Option<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^#\[\s*([\w:]+)").expect("the pattern is fixed"));
    static HARMLESS: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"^#\[\s*cfg_attr\s*\(.*,\s*(allow|cold|deprecated|doc|expect|inline|must_use|warn)\b[^,]*\)\s*\]$";
        Regex::new(pattern).expect("the pattern is fixed")
    });
    let mut shared = String::new();
    let mut before = node.prev_named_sibling();
    while let Some(attribute) = before.filter(|node| matches!(node.kind(), "attribute_item" | "line_comment" | "block_comment")) {
        before = attribute.prev_named_sibling();
        if attribute.kind() != "attribute_item" {
            continue;
        }
        let text = source.text_of(attribute);
        if HARMLESS.is_match(text) {
            continue;
        }
        let name = NAME.captures(text).map(|found| found[1].to_owned())?;
        if SHARED.contains(&name.as_str()) {
            shared.push_str(text);
        } else if !INERT.contains(&name.as_str()) && !name.starts_with("clippy::") && !name.starts_with("rustfmt::") {
            return None;
        }
    }
    Some(shared)
}

/// The parameters with the names that a dispatcher gives them.
fn parameters(list: Node<'_>, source: &Source) -> Option<Vec<(ByteSpan, String)>> {
    let named = |(index, node): (usize, Node<'_>)| match node.kind() {
        "self_parameter" if source.text_of(node).starts_with("mut") => Some((source.span_of(node), "self".to_owned())),
        "self_parameter" => Some((ByteSpan::empty(node.start_byte()), "self".to_owned())),
        "parameter" => {
            let pattern = node.child_by_field_name("pattern")?;
            let name = if source.text_of(pattern) == "self" { "self".to_owned() } else { format!("__a{index}") };
            Some((ByteSpan::new(node.start_byte(), pattern.end_byte()), name))
        }
        _ => None,
    };
    children(list).into_iter().enumerate().map(named).collect()
}

/// The names of generic parameters; lifetimes only on request.
fn names(list: Node<'_>, source: &Source, with_lifetimes: bool) -> Vec<String> {
    let is_meant = |node: &Node<'_>| match node.kind() {
        "lifetime_parameter" => with_lifetimes,
        kind => matches!(kind, "type_parameter" | "const_parameter"),
    };
    let name = |node: Node<'_>| node.child_by_field_name("name").map(|name| source.text_of(name).to_owned());
    children(list).into_iter().filter(is_meant).filter_map(name).collect()
}

/// Where copies of a function below `above` stand.
fn seat(above: &[Node<'_>], function: Node<'_>, source: &Source) -> Option<Seat> {
    let Some(item) = above.iter().rev().find(|node| matches!(node.kind(), "impl_item" | "trait_item")) else { return Some(Seat::Module) };
    let Some(base) = item.child_by_field_name("trait") else { return Some(Seat::Type) };
    let target = item.child_by_field_name("type")?;
    let parameters = item.child_by_field_name("type_parameters");
    let named = parameters.map_or(Vec::new(), |list| names(list, source, true));
    let condition = children(*item).into_iter().find(|child| child.kind() == "where_clause");
    let body = function.child_by_field_name("body")?.start_byte();
    Some(Seat::Extension(Extension {
        at: item.end_byte(),
        attributes: shared_attributes(*item, source)?,
        declared: parameters.map_or(String::new(), |list| source.text_of(list).to_owned()),
        named: if named.is_empty() { String::new() } else { format!("<{}>", named.join(", ")) },
        bounds: bounds(source.text_of(base), source.text(ByteSpan::new(function.start_byte(), body)), source.text_of(target)),
        target: source.text_of(target).to_owned(),
        condition: condition.map_or(String::new(), |node| source.text_of(node).to_owned()),
        types: types(*item, source),
    }))
}

/// The types that an `impl` gives names to, without those that have parameters.
fn types(item: Node<'_>, source: &Source) -> BTreeMap<String, String> {
    let members = item.child_by_field_name("body").map_or(Vec::new(), children);
    let plain = members.into_iter().filter(|node| node.kind() == "type_item" && node.child_by_field_name("type_parameters").is_none());
    let text = |node: Node<'_>, field: &str| node.child_by_field_name(field).map(|part| source.text_of(part).to_owned());
    plain.filter_map(|node| Some((text(node, "name")?, text(node, "type")?))).collect()
}

/// What the trait of copies builds on: the trait of the `impl`, which knows types by the names that an `impl` of a trait above it has given,
/// and a size, if `signature` speaks of the type other than by reference. A trait with lifetimes stays out: they may have no name, and what must
/// outlive them stands nowhere.
fn bounds(base: &str, signature: &str, target: &str) -> String {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"&|'").expect("the pattern is fixed"));
    static BORROWED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"&\s*('\w+\s+)?(mut\s+)?Self\b|\bSelf\s*::").expect("the pattern is fixed"));
    static OWN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bSelf\b").expect("the pattern is fixed"));
    let is_sized = OWN.is_match(&BORROWED.replace_all(signature, "")) && target != "str";
    let base = Some(base).filter(|base| !REFERENCE.is_match(base));
    let bounds: Vec<&str> = base.into_iter().chain(is_sized.then_some("Sized")).collect();
    if bounds.is_empty() { String::new() } else { format!(": {}", bounds.join(" + ")) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::RepoPath;

    fn found(text: &str) -> Option<Function> {
        let source = Source::parse(RepoPath::new("src/lib.rs").unwrap(), Arc::from(text.as_bytes())).unwrap();
        let at = text.find('@').unwrap_or_else(|| text.find("1 +").unwrap());
        function_at(&source, ByteSpan::new(at, at + 1))
    }

    #[test]
    fn functions_that_can_be_copied_are_found_with_their_seats() {
        let free = found("#[inline]\n#[cfg(unix)]\npub fn f<'a, T: Ord, const N: usize>(mut a: T, (b, _): (i32, i32)) -> i32 { 1 + b }\n")
            .unwrap();
        assert_eq!((free.seat, free.attributes.as_str(), free.generics.join(" ")), (Seat::Module, "#[cfg(unix)]", "T N".to_owned()));
        assert_eq!(free.parameters.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["__a0", "__a1"]);
        let method = found("impl<T> A<T> { fn f(&self) -> i32 { fn g() -> i32 { 1 + 1 } g() } }\n").unwrap();
        assert_eq!((method.seat, method.parameters.len()), (Seat::Type, 1));
        assert!(found("#[cfg_attr(all(a, b), doc(cfg(x)))]\nimpl A { #[cfg_attr(x, inline)]\nfn f() -> i32 { 1 + 1 } }\n").is_some());
        let modified = found("pub const unsafe fn f() -> i32 { 1 + 1 }\n").unwrap();
        assert_eq!((modified.constant, modified.is_unsafe, modified.is_async), (Some(ByteSpan::new(4, 9)), true, false));
        assert!(found("async fn f() -> i32 { 1 + 1 }\n").unwrap().is_async);
        assert_eq!(found("trait A { fn f(&self) -> i32 { 1 + 1 } }\n").unwrap().seat, Seat::Type);
        let of_trait = found("impl<'a, T: Ord> Trait<T> for A<'a, T> where T: Copy { fn f(mut self) -> i32 { 1 + 1 } }\n").unwrap();
        let Seat::Extension(extension) = of_trait.seat else { panic!("{:?}", of_trait.seat) };
        assert_eq!((extension.declared.as_str(), extension.named.as_str()), ("<'a, T: Ord>", "<'a, T>"));
        assert_eq!((extension.bounds.as_str(), extension.condition.as_str()), (": Trait<T>", "where T: Copy"));
    }

    #[test]
    fn a_trait_of_copies_builds_on_as_little_as_it_can() {
        assert_eq!(bounds("Add", "fn add(self, other: &Self) -> Self::Output ", "[T]"), ": Add");
        assert_eq!(bounds("From<&'a str>", "fn from(text: &'a str) -> Self ", "A<'a>"), ": Sized");
        assert_eq!(bounds("Eq<&str>", "fn eq(&self, other: &'a mut Self) ", "A"), "");
    }

    #[test]
    fn functions_that_cannot_be_copied_are_not() {
        for text in [
            "fn f() -> impl Fn() { move || { 1 + 1; } }\n",
            "#[no_mangle]\nfn f() -> i32 { 1 + 1 }\n",
            "#[tracing::instrument]\nfn f() -> i32 { 1 + 1 }\n",
            "#[cfg_attr(x, no_mangle)]\nfn f() -> i32 { 1 + 1 }\n",
            "#[async_trait]\nimpl A for B { fn f() -> i32 { 1 + 1 } }\n",
            "fn f() -> i32 { struct A; impl A { fn g() {} } 1 + 1 }\n",
            "const A: i32 = 1 + 1;\n",
            "macro_rules! m { () => { fn f() -> i32 { 1 + 1 } } }\n",
            "const _: () = { fn f() -> i32 { 1 + 1 } };\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
