//! Reads Python modules.
//!
//! Source: The Python Language Reference 3.13, sections 4.2 (naming and binding), 7.11 (import), 8.7 and 8.8 (functions, classes).

mod flow;
mod importing;
mod receiver;
mod records;
mod scope;
mod words;

use super::model::{Class, Definition, Import, Kind, Member, Outline, Parameter, ParameterKind, Signature};
use super::walk::{ancestors, below, fields, text};
use crate::syntax::{Node, Source, children, span};
use crate::text::{ByteSpan, RepoPath};

pub(super) use flow::returns;
pub use importing::Placing;
pub(super) use importing::{modules, place};
pub(super) use receiver::class_of;
pub(super) use scope::names_at;
pub(super) use words::words;

/// The name by which code imports `path`: parts from the topmost package on. `has` says which paths the project has.
pub(super) fn module_of(path: &RepoPath, has: &dyn Fn(&str) -> bool) -> String {
    let stem = path.file_name().trim_end_matches(".pyi").trim_end_matches(".py");
    let mut folder = path.parent();
    let mut parts: Vec<&str> = if stem == "__init__" { Vec::new() } else { vec![stem] };
    let is_package = |folder: &str| !folder.is_empty() && has(&format!("{folder}/__init__.py"));
    if is_package(folder) {
        while is_package(folder) {
            parts.push(folder.rsplit('/').next().unwrap_or_default());
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    } else {
        // A folder without `__init__.py` may be a namespace package; `src` and `lib` never are, they are layouts.
        parts.extend(folder.split('/').rev().filter(|part| !matches!(*part, "" | "src" | "lib")));
    }
    parts.reverse();
    parts.join(".")
}

/// Reads one module.
pub(super) fn outline(source: &Source, module: &str) -> Outline {
    let mut outline = Outline { definitions: definitions(source, module), ..Outline::default() };
    for node in below(source.root(), |_| true) {
        match node.kind() {
            "class_definition" => {
                outline.signatures.extend(records::constructor(source, node));
                outline.classes.push(class(source, node));
            }
            "assignment" => {
                if let Some((class, signature)) = records::named_tuple(source, node) {
                    outline.classes.push(class);
                    outline.signatures.push(signature);
                }
            }
            "function_definition" => outline.signatures.extend(signature(source, node)),
            "import_statement" | "import_from_statement" => outline.imports.extend(imports(source, node)),
            _ => {}
        }
    }
    outline
}

fn definitions(source: &Source, module: &str) -> Vec<Definition> {
    let definition = |bound: scope::Bound| Definition {
        is_private: bound.name.starts_with("__") && !bound.name.ends_with("__"),
        name: bound.name,
        path: source.path().clone(),
        module: module.to_owned(),
        kind: bound.kind,
        span: bound.span,
    };
    scope::bound_in(source, source.root()).into_iter().map(definition).collect()
}

fn class(source: &Source, node: Node<'_>) -> Class {
    let body = node.child_by_field_name("body");
    let arguments = node.child_by_field_name("superclasses").map(children).unwrap_or_default();
    let (keywords, bases): (Vec<Node<'_>>, Vec<Node<'_>>) = arguments.into_iter().partition(|base| base.kind() == "keyword_argument");
    let mut members: Vec<Member> = Vec::new();
    let mut is_open = !keywords.is_empty() || bases.iter().any(|base| !matches!(base.kind(), "identifier" | "attribute" | "subscript"));
    for member in body.map(|body| class_level(source, body)).unwrap_or_default().into_iter().chain(self_attributes(source, node)) {
        is_open |= matches!(member.name.as_str(), "__getattr__" | "__getattribute__");
        if !members.iter().any(|other| other.name == member.name) {
            members.push(member);
        }
    }
    is_open |= body.is_some_and(|body| sets_unseen(source, body));
    let name = node.child_by_field_name("name").map(|name| text(source, name)).unwrap_or_default().to_owned();
    Class { name, span: span(node), bases: bases.into_iter().map(|base| text(source, base).to_owned()).collect(), members, is_open }
}

/// What the body of the class binds, and the names in its `__slots__`.
fn class_level(source: &Source, body: Node<'_>) -> Vec<Member> {
    let mut members = Vec::new();
    for bound in scope::bound_in(source, body) {
        let kind = match bound.kind {
            Kind::Function if is_property(source, body, bound.span) => Kind::Property,
            Kind::Function => Kind::Method,
            Kind::Variable => Kind::Attribute,
            other => other,
        };
        if bound.name == "__slots__" {
            members.extend(slots(source, body, bound.span));
        }
        members.push(Member { name: bound.name, kind, span: bound.span });
    }
    members
}

fn is_property(source: &Source, body: Node<'_>, name: ByteSpan) -> bool {
    let named = body.named_descendant_for_byte_range(name.start, name.end);
    let decorated = named.and_then(|name| ancestors(source, name).nth(1)).filter(|node| node.kind() == "decorated_definition");
    decorators(source, decorated).iter().any(|decorator| {
        let last = decorator.rsplit('.').next().unwrap_or(decorator);
        last.ends_with("property") || matches!(last, "setter" | "getter" | "deleter" | "hybrid_property" | "reify")
    })
}

/// The decorators of a `decorated_definition`, without `@` and arguments.
fn decorators<'s>(source: &'s Source, decorated: Option<Node<'_>>) -> Vec<&'s str> {
    let all = decorated.map(children).unwrap_or_default();
    let named = all.into_iter().filter(|node| node.kind() == "decorator").map(|node| text(source, node));
    named.map(|text| text.trim_start_matches('@').split('(').next().unwrap_or_default().trim()).collect()
}

fn slots(source: &Source, body: Node<'_>, name: ByteSpan) -> Vec<Member> {
    let Some(target) = body.named_descendant_for_byte_range(name.start, name.end) else { return Vec::new() };
    let Some(value) = target.parent().and_then(|assignment| assignment.child_by_field_name("right")) else { return Vec::new() };
    let strings = below(value, |_| true).into_iter().filter(|node| node.kind() == "string_content");
    strings.map(|slot| Member { name: text(source, slot).to_owned(), kind: Kind::Attribute, span: span(slot) }).collect()
}

/// What the methods of the class assign on their first parameter.
fn self_attributes(source: &Source, class: Node<'_>) -> Vec<Member> {
    let mut members = Vec::new();
    for node in below(class, |node| node.kind() != "class_definition") {
        let is_target = |owner: Node<'_>| fields(owner, "left").contains(&node) || is_in_target(source, node);
        let is_assigned = node.kind() == "attribute" && node.parent().is_some_and(is_target);
        let (Some(object), Some(name)) = (node.child_by_field_name("object"), node.child_by_field_name("attribute")) else { continue };
        if is_assigned && receiver::is_receiver(source, object) {
            members.push(Member { name: text(source, name).to_owned(), kind: Kind::Attribute, span: span(name) });
        }
    }
    members
}

/// Whether `node` is one of several targets: `self.a, self.b = ..`, `with f() as self.c`, `for self.d in ..`.
fn is_in_target(source: &Source, node: Node<'_>) -> bool {
    let inner = |kind: &str| matches!(kind, "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern" | "as_pattern_target");
    let parent = node.parent();
    parent.is_some_and(|parent| inner(parent.kind()) && ancestors(source, node).take_while(|node| inner(node.kind())).count() > 0)
}

/// Whether the class sets attributes whose names the text does not show.
fn sets_unseen(source: &Source, body: Node<'_>) -> bool {
    below(body, |node| node.kind() != "class_definition").into_iter().any(|node| match node.kind() {
        "call" => node.child_by_field_name("function").is_some_and(|function| text(source, function) == "setattr"),
        "attribute" => text(source, node).ends_with(".__dict__"),
        _ => false,
    })
}

fn signature(source: &Source, node: Node<'_>) -> Option<Signature> {
    let name = text(source, node.child_by_field_name("name")?).to_owned();
    let decorated = node.parent().filter(|parent| parent.kind() == "decorated_definition");
    let owner = owner(source, decorated.unwrap_or(node));
    let is_static = decorators(source, decorated).contains(&"staticmethod");
    Some(Signature {
        parameters: parameters(source, node.child_by_field_name("parameters")?),
        has_receiver: owner.is_some() && !is_static,
        is_async: node.child(0).is_some_and(|first| first.kind() == "async"),
        is_constructor: owner.is_some() && name == "__init__",
        returns: node.child_by_field_name("return_type").map(|returns| text(source, returns).to_owned()),
        span: span(node),
        name,
        owner,
    })
}

/// The class whose body holds `definition` directly.
fn owner<'a>(source: &'a Source, definition: Node<'a>) -> Option<String> {
    let around = ancestors(source, definition).find(|node| matches!(node.kind(), "class_definition" | "function_definition"))?;
    let name = (around.kind() == "class_definition").then(|| around.child_by_field_name("name"))??;
    Some(text(source, name).to_owned())
}

/// The parameters of a function or lambda, in order.
fn parameters(source: &Source, list: Node<'_>) -> Vec<Parameter> {
    let mut made: Vec<Parameter> = Vec::new();
    let mut kind = ParameterKind::Plain;
    for node in children(list) {
        match node.kind() {
            "keyword_separator" => kind = ParameterKind::KeywordOnly,
            "positional_separator" => made.iter_mut().for_each(|parameter| parameter.kind = ParameterKind::PositionalOnly),
            _ => {
                let parameter = parameter(source, node, kind);
                if parameter.kind == ParameterKind::Positionals {
                    kind = ParameterKind::KeywordOnly;
                }
                made.push(parameter);
            }
        }
    }
    made
}

fn parameter(source: &Source, node: Node<'_>, kind: ParameterKind) -> Parameter {
    let pattern =
        node.child_by_field_name("name").or_else(|| (node.kind() == "typed_parameter").then(|| node.named_child(0))?).unwrap_or(node);
    let kind = match pattern.kind() {
        "list_splat_pattern" => ParameterKind::Positionals,
        "dictionary_splat_pattern" => ParameterKind::Keywords,
        _ => kind,
    };
    let is_splat = matches!(kind, ParameterKind::Positionals | ParameterKind::Keywords);
    Parameter {
        name: scope::targets(pattern).first().map(|name| text(source, *name)).unwrap_or_default().to_owned(),
        kind,
        is_optional: is_splat || node.child_by_field_name("value").is_some(),
        annotation: node.child_by_field_name("type").map(|annotation| text(source, annotation).to_owned()),
    }
}

fn imports(source: &Source, statement: Node<'_>) -> Vec<Import> {
    let module = statement.child_by_field_name("module_name").map(|module| text(source, module).to_owned());
    let within = ancestors(source, statement).find(|node| node.kind() == "function_definition").map(span);
    let import =
        |name: &str, module: String, item: Option<String>| Import { name: name.to_owned(), module, item, span: span(statement), within };
    let mut made = Vec::new();
    for node in fields(statement, "name") {
        let written = text(source, node.child_by_field_name("name").unwrap_or(node));
        let alias = node.child_by_field_name("alias").map(|alias| text(source, alias));
        made.push(match (&module, alias) {
            (Some(module), alias) => import(alias.unwrap_or(written), module.clone(), Some(written.to_owned())),
            (None, Some(alias)) => import(alias, written.to_owned(), None),
            // `import a.b` binds `a`, and `a.b` is there as well.
            (None, None) => import(written.split('.').next().unwrap_or(written), written.to_owned(), None),
        });
    }
    let is_wild = children(statement).iter().any(|child| child.kind() == "wildcard_import");
    made.extend(module.filter(|_| is_wild).map(|module| import("*", module, None)));
    made
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, ParameterKind, Symbols};
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::parse(RepoPath::new(path).unwrap(), text.as_bytes().into()).unwrap()
    }

    #[test]
    fn modules_are_named_from_the_topmost_package_on() {
        let check = |path: &str, packages: &[&str], expected: &str| {
            assert_eq!(module_of(&RepoPath::new(path).unwrap(), &|path| packages.contains(&path)), expected, "{path}");
        };
        check("src/app/part/x.py", &["src/app/__init__.py", "src/app/part/__init__.py"], "app.part.x");
        check("app/__init__.py", &["app/__init__.py"], "app");
        check("python/app/x.py", &["python/app/__init__.py"], "app.x");
        check("tool.py", &[], "tool");
        check("src/tool.py", &[], "tool");
        check("names/part/x.py", &[], "names.part.x");
    }

    #[test]
    fn a_class_holds_what_body_methods_slots_and_bases_give() {
        let base = source(
            "p/base.py",
            "class Base:\n    __slots__ = ('slot',)\n    level: int = 0\n    @property\n    def size(self): return 1\n",
        );
        let user = source(
            "p/user.py",
            "class User(base.Base):\n    def __init__(me, a):\n        me.a, me.b = a, 1\n        other.c = 2\n    def run(self):\n        self.late = 3\n",
        );
        let symbols = Symbols::of(&[&base, &user]);
        let members = symbols.members_of("User").unwrap();
        let names: Vec<(&str, Kind)> = members.members.iter().map(|member| (member.name.as_str(), member.kind)).collect();
        assert_eq!(
            names,
            [
                ("__init__", Kind::Method),
                ("run", Kind::Method),
                ("a", Kind::Attribute),
                ("b", Kind::Attribute),
                ("late", Kind::Attribute),
                ("slot", Kind::Attribute),
                ("__slots__", Kind::Attribute),
                ("level", Kind::Attribute),
                ("size", Kind::Property),
            ]
        );
        assert!(members.is_complete);
    }

    #[test]
    fn a_class_with_an_unknown_base_or_dynamic_attributes_is_incomplete() {
        let text = "class A(Unknown): pass\nclass B:\n    def __getattr__(self, name): return 1\nclass C:\n    def f(self, k): setattr(self, k, 1)\nclass D(object): pass\n";
        let source = source("a.py", text);
        let symbols = Symbols::of(&[&source]);
        let complete: Vec<bool> = ["A", "B", "C", "D"].iter().map(|name| symbols.members_of(name).unwrap().is_complete).collect();
        assert_eq!(complete, [false, false, false, true]);
        assert_eq!(symbols.members_of("Unknown"), None);
    }

    #[test]
    fn a_class_of_any_make_holds_what_its_text_tells() {
        let base = source(
            "src/shop/base.py",
            "@dataclass\nclass Item:\n    name: str\n    tags: list = field(default_factory=list)\n    rate: ClassVar[int] = 2\n",
        );
        let own = source(
            "src/shop/own.py",
            "class Box(Item):\n    __slots__ = [\"lid\"]\n    @property\n    def size(self): return 1\n    @size.setter\n    def size(self, n): self._size = n\n    def close(self):\n        if self.lid:\n            with lock() as self.held: self.shut: bool = True\nclass Crate(Box):\n    def __getattr__(self, name): return name\n",
        );
        let symbols = Symbols::of(&[&base, &own]);
        let members = symbols.members_of("Box").unwrap();
        let mut names: Vec<&str> = members.members.iter().map(|member| member.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["__slots__", "_size", "close", "held", "lid", "name", "rate", "shut", "size", "tags"]);
        assert_eq!(members.members.iter().find(|member| member.name == "size").unwrap().kind, Kind::Property);
        assert!(members.is_complete && members.unknown.is_empty());
        assert!(!symbols.members_of("Crate").unwrap().is_complete, "`__getattr__` may give anything");
        let alone = Symbols::of(&[&own]);
        assert_eq!(alone.members_of("Crate").unwrap().unknown, ["Item"]);
    }

    #[test]
    fn packages_layouts_and_tests_are_told_apart() {
        let own = source("src/shop/base.py", "class Item: pass\ndef helper(): pass\n");
        let spaced = source("spaces/part/tool.py", "def helper(): pass\n");
        let test = source("tests/unit/test_base.py", "class Item: pass\nItem(); helper()\n");
        let run = source("src/shop/run.py", "Item(); helper()\n");
        let paths = [RepoPath::new("src/shop/__init__.py").unwrap()];
        let symbols = Symbols::of(&[&own, &spaced, &test, &run]).among(&paths);
        let ways = |name: &str, from: &Source| -> Vec<String> {
            symbols.import_for(name, from.path()).into_iter().map(|import| import.module).collect()
        };
        assert_eq!(ways("Item", &run), ["shop.base"], "what stands in a test is not meant");
        assert_eq!(ways("helper", &test), ["shop.base", "spaces.part.tool"]);
        assert!(symbols.has_module("shop.base") && symbols.has_module("part.tool") && !symbols.has_module("shop.tool"));
    }

    #[test]
    fn a_signature_tells_how_each_parameter_is_filled() {
        let source = source(
            "a.py",
            "class C:\n    async def m(self, a, /, b: int = 1, *c, d, e=2, **k) -> str: pass\n    @staticmethod\n    def s(x): pass\n",
        );
        let symbols = Symbols::of(&[&source]);
        let signature = symbols.signature("m").unwrap();
        let shape: Vec<(&str, ParameterKind, bool)> =
            signature.open_parameters().iter().map(|p| (p.name.as_str(), p.kind, p.is_optional)).collect();
        assert_eq!(
            shape,
            [
                ("a", ParameterKind::PositionalOnly, false),
                ("b", ParameterKind::Plain, true),
                ("c", ParameterKind::Positionals, true),
                ("d", ParameterKind::KeywordOnly, false),
                ("e", ParameterKind::KeywordOnly, true),
                ("k", ParameterKind::Keywords, true),
            ]
        );
        assert!(signature.is_async && signature.has_receiver && signature.takes_any_keyword());
        assert_eq!(signature.returns.as_deref(), Some("str"));
        assert!(!symbols.signature("s").unwrap().has_receiver);
    }

    #[test]
    fn imports_say_what_name_comes_from_where() {
        let source =
            source("a.py", "import os.path\nimport numpy as np\nfrom .b import c as d, e\nfrom f import *\ndef g():\n    import h\n");
        let symbols = Symbols::of(&[&source]);
        let imports = &symbols.outline(source.path()).unwrap().imports;
        let shape: Vec<(&str, &str, Option<&str>, bool)> =
            imports.iter().map(|i| (i.name.as_str(), i.module.as_str(), i.item.as_deref(), i.within.is_some())).collect();
        assert_eq!(
            shape,
            [
                ("os", "os.path", None, false),
                ("np", "numpy", None, false),
                ("d", ".b", Some("c"), false),
                ("e", ".b", Some("e"), false),
                ("*", "f", None, false),
                ("h", "h", None, true),
            ]
        );
    }

    #[test]
    fn a_name_of_the_project_is_imported_from_its_module() {
        let one = source("pkg/one.py", "def helper(): pass\nfrom x import taken\n");
        let two = source("pkg/two.py", "helper()\n");
        let paths = [RepoPath::new("pkg/__init__.py").unwrap()];
        let symbols = Symbols::of(&[&one, &two]).among(&paths);
        let ways: Vec<String> = symbols.import_for("helper", two.path()).into_iter().map(|import| import.module).collect();
        assert_eq!(ways, ["pkg.one"]);
        assert!(symbols.import_for("taken", two.path()).is_empty(), "an import is no definition");
        assert!(symbols.import_for("helper", one.path()).is_empty(), "a file does not import itself");
        let test = source("tests/test_one.py", "def only_tested(): pass\n");
        let tested = Symbols::of(&[&one, &two, &test]).among(&paths);
        assert!(tested.import_for("only_tested", two.path()).is_empty(), "code does not import from its tests");
        let scripts = Symbols::of(&[&one, &two]);
        assert_eq!(scripts.import_for("helper", two.path())[0].module, "one");
    }

    #[test]
    fn deeply_nested_text_is_no_danger() {
        let deep = format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000));
        let source = source("a.py", &deep);
        let symbols = Symbols::of(&[&source]);
        assert_eq!(symbols.definitions_of("x").len(), 1);
        assert!(!symbols.names_at(&source, deep.len() / 2).is_empty());
    }
}
