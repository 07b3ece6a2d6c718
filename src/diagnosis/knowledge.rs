//! Answers what templates ask about the project: from its symbols, the failure's own words and tables of facts. Never guesses: two equal
//! answers are none.

mod message;
mod moved;
mod nearest;
mod origin;
mod tables;

pub(super) use tables::is_python_module;

use std::collections::BTreeSet;

use super::birth::{self, Birth};
use super::facts::Look;
use crate::symbols::{Role, Symbols, Wanted};
use crate::syntax::{LanguageId, Node, Source};
use crate::template::{Knowledge, Question, Reply};

/// What is known when a template asks.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    symbols: &'a Symbols<'a>,
    message: &'a str,
    notes: &'a [String],
    looked_up: Option<&'a BTreeSet<Wanted>>,
    look: Option<&'a Look<'a>>,
}

impl<'a> Known<'a> {
    /// Knows the project alone; `symbols` hold every file that matters, so no name is asked for.
    pub fn new(symbols: &'a Symbols<'a>) -> Known<'a> {
        Known { symbols, message: "", notes: &[], looked_up: None, look: None }
    }

    /// Knows the failure's words, too.
    #[must_use]
    pub fn about(self, message: &'a str, notes: &'a [String]) -> Known<'a> {
        Known { message, notes, ..self }
    }

    /// Asks for names whose files may not be loaded, once each: `looked_up` holds those whose files are.
    #[must_use]
    pub fn asking(self, looked_up: &'a BTreeSet<Wanted>) -> Known<'a> {
        Known { looked_up: Some(looked_up), ..self }
    }

    /// Knows what was seen of values, too.
    #[must_use]
    pub(super) fn seeing(self, look: &'a Look<'a>) -> Known<'a> {
        Known { look: Some(look), ..self }
    }

    /// The answer when no source shows what is wanted: its files must be found first, or nobody knows.
    fn missing(&self, mut wanted: Vec<Wanted>) -> Reply {
        wanted.retain(|wanted| self.is_open(wanted));
        if wanted.is_empty() { Reply::Unknown } else { Reply::Need(wanted) }
    }

    /// Whether nobody has looked for it.
    fn is_open(&self, wanted: &Wanted) -> bool {
        self.looked_up.is_some_and(|looked_up| !wanted.word.is_empty() && !looked_up.contains(wanted))
    }
}

impl Known<'_> {
    /// The name itself, once the files that define it were read: a query over the project then misses none of its definitions.
    fn looked_up(&self, name: &str) -> Reply {
        match self.missing(vec![Wanted::new(Role::Definition, name)]) {
            Reply::Unknown => Reply::Values(vec![name.to_owned()]),
            reply => reply,
        }
    }
}

impl Knowledge for Known<'_> {
    fn answer(&self, question: &Question<'_>) -> Reply {
        let is_python = question.source.language().id() == LanguageId::PYTHON;
        match question.resolver {
            "module-of" if is_python => origin::of_python(self, question),
            "module-of" => origin::of_rust(self, question),
            "moved-api" if is_python => moved::answer(self, question),
            "closest-name" => nearest::answer(self, question),
            "definition-of" => self.looked_up(question.of),
            "missing-variants" => message::missing_variants(self),
            "expected-value" => message::expected_value(self),
            "default-of-type" => message::default_of_type(question.of, is_python),
            _ => Reply::Unknown,
        }
    }

    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        let Some(look) = self.look.filter(|_| source.language().id() == LanguageId::PYTHON) else { return Vec::new() };
        if let Some((function, name)) = kept_as(source, node) {
            let is_here = |line| birth::function_at(source, line) == Some(function);
            let seen = |facts: &super::Facts| {
                let here = facts.sightings(source.path(), name).filter(|(line, _)| is_here(*line));
                here.map(|(_, found)| found.to_owned()).collect::<BTreeSet<_>>()
            };
            return look.facts().map(seen).unwrap_or_default().into_iter().collect();
        }
        if !is_value(node) {
            return Vec::new();
        }
        let line = source.lines().line_of(source.span_of(node).start);
        let types = |facts: &super::Facts| facts.types(source.path(), line, source.text_of(node)).into_iter().map(str::to_owned).collect();
        look.facts().map(types).unwrap_or_default()
    }
}

/// The function of a call whose result one name keeps as long as the function lasts, and that name: what the name was, the call gave.
fn kept_as<'s>(source: &'s Source, node: Node<'s>) -> Option<(Node<'s>, &'s str)> {
    let kept = parent_as(node, "assignment", "right").filter(|_| node.kind() == "call")?;
    let name = kept.child_by_field_name("left").filter(|left| left.kind() == "identifier").map(|left| source.text_of(left))?;
    match birth::birth(source, node, name)? {
        Birth::Assigned { value, .. } if value == node => Some((birth::function_around(source, node)?, name)),
        _ => None,
    }
}

/// Whether a node stands for a value that can be looked at: a name, an attribute, an element; not the name of an attribute or a keyword.
fn is_value(node: Node<'_>) -> bool {
    let is_label = parent_as(node, "attribute", "attribute").or_else(|| parent_as(node, "keyword_argument", "name")).is_some();
    matches!(node.kind(), "identifier" | "attribute" | "subscript") && !is_label
}

/// One answer, or none where there are several or none.
fn only(mut answers: Vec<String>) -> Reply {
    answers.dedup();
    match answers.len() {
        1 => Reply::Values(answers),
        _ => Reply::Unknown,
    }
}

/// The node that the question is about.
fn node<'q>(question: &Question<'q>) -> Option<Node<'q>> {
    question.source.node_at(question.node?)
}

/// The parent of `node`, if it is of `kind` and holds the node in `field`.
fn parent_as<'t>(node: Node<'t>, kind: &str, field: &str) -> Option<Node<'t>> {
    node.parent().filter(|parent| parent.kind() == kind && parent.child_by_field_name(field) == Some(node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnosis::{Facts, Seen, Sighting};
    use crate::text::{ByteSpan, LineNo, RepoPath};

    /// A project of `path: text` pairs; the place that is asked about stands between `<` and `>` in the last file.
    struct Case<'a> {
        files: &'a [(&'a str, &'a str)],
        message: &'a str,
        paths: &'a [&'a str],
    }

    fn source(path: &str, text: &str) -> Source {
        Source::parse(RepoPath::new(path).unwrap(), text.as_bytes().into()).unwrap()
    }

    impl Case<'_> {
        fn ask(&self, resolver: &str, with: &str) -> Reply {
            let (path, marked) = self.files.last().unwrap();
            let (start, end) = (marked.find('«').unwrap(), marked.find('»').unwrap() - '«'.len_utf8());
            let sources: Vec<Source> = self.files.iter().map(|(at, text)| source(at, &text.replace(['«', '»'], ""))).collect();
            let sources: Vec<&Source> = sources.iter().collect();
            let paths: Vec<RepoPath> = self.paths.iter().map(|path| RepoPath::new(path).unwrap()).collect();
            let symbols = Symbols::of(&sources).among(&paths);
            let asked = *sources.last().unwrap();
            assert_eq!(asked.path().as_str(), *path);
            let with: Vec<String> = [with].iter().filter(|with| !with.is_empty()).map(ToString::to_string).collect();
            let span = ByteSpan::new(start, end);
            let looked_up = [Role::Binding, Role::Definition].map(|role| Wanted::new(role, "Seen")).into();
            Known::new(&symbols).about(self.message, &[]).asking(&looked_up).answer(&Question {
                resolver,
                of: asked.text(span),
                node: Some(span),
                with: &with,
                source: asked,
            })
        }
    }

    fn one(text: &str, resolver: &str, with: &str) -> Reply {
        Case { files: &[("a.py", text)], message: "", paths: &[] }.ask(resolver, with)
    }

    fn said(message: &str, text: &str, resolver: &str, with: &str) -> Reply {
        Case { files: &[("a.py", text)], message, paths: &[] }.ask(resolver, with)
    }

    fn values(texts: &[&str]) -> Reply {
        Reply::Values(texts.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_one_name_keeps_is_what_the_call_gave() {
        let text = "def f(a):\n    row = find(a)\n    other = find(2)\n    other = 3\n    return row.x.y + g(x=row)\n\n\ndef g(row):\n    row = find(1)\n";
        let source = source("a.py", text);
        let line = |n| LineNo::new(n).unwrap();
        let seen = |text: &str, name: &str| (text.to_owned(), Seen { type_name: name.to_owned(), len: None, shown: None });
        let values = [seen("row", "NoneType"), seen("row.x", "R"), seen("x", "int"), seen("other", "int")].into();
        let sighting = Sighting { path: source.path().clone(), line: line(5), lines: (line(5), line(5)), is_failure: true, values };
        let facts = Facts(vec![sighting]);
        let look = Look::at(Some(&facts));
        let symbols = Symbols::of(&[]);
        let known = Known::new(&symbols).seeing(&look);
        let types = |word: &str, nth: usize| {
            let (at, _) = text.match_indices(word).nth(nth).unwrap();
            known.types_of(&source, source.node_at(ByteSpan::new(at, at + word.len())).unwrap())
        };
        assert_eq!(types("find(a)", 0), ["NoneType"]);
        assert_eq!((types("row", 1), types("row.x", 0)), (vec!["NoneType".to_owned()], vec!["R".to_owned()]));
        assert!(types("find(2)", 0).is_empty(), "the name is bound twice");
        assert!(types("find(1)", 0).is_empty(), "another function");
        assert!(types("row", 0).is_empty(), "another statement");
        assert!(types("x", 0).is_empty() && types("x", 1).is_empty(), "names of an attribute and of a keyword");
        assert!(!look.has_missed());
        let nobody = Look::at(None);
        assert!(Known::new(&symbols).seeing(&nobody).types_of(&source, source.root()).is_empty() && !nobody.has_missed());
    }

    #[test]
    fn a_well_known_name_comes_from_its_module() {
        assert_eq!(one("x = «defaultdict»(list)\n", "module-of", ""), values(&["collections"]));
        assert_eq!(one("x = «os».getcwd()\n", "module-of", "module"), values(&["os"]));
        assert_eq!(one("x = «urllib».parse.quote(s)\n", "module-of", "module"), values(&["urllib.parse"]));
        assert_eq!(one("x = «np».zeros(3)\n", "module-of", "module"), values(&["numpy as np"]));
        assert_eq!(
            one("x = «choice»(y)\n", "module-of", ""),
            Reply::Need(vec![Wanted::new(Role::Binding, "choice")]),
            "random and secrets have it"
        );
        assert_eq!(one("x = «Seen»(y)\n", "module-of", ""), Reply::Unknown);
    }

    #[test]
    fn the_use_tells_a_module_from_its_member() {
        assert_eq!(one("«datetime».now()\n", "module-of", ""), values(&["datetime"]));
        assert_eq!(one("«datetime».now()\n", "module-of", "module"), Reply::Unknown);
        assert_eq!(one("«datetime».timedelta(1)\n", "module-of", "module"), values(&["datetime"]));
        assert_eq!(one("«datetime».timedelta(1)\n", "module-of", ""), Reply::Unknown);
        assert_eq!(one("«pprint»(x)\n", "module-of", ""), values(&["pprint"]));
        assert_eq!(one("«time».sleep(1)\n", "module-of", "module"), values(&["time"]));
        assert_eq!(one("«json»(1)\n", "module-of", "module"), Reply::Unknown, "a module is not called");
    }

    #[test]
    fn the_project_goes_before_the_standard_library() {
        let paths = ["pkg/__init__.py"];
        let own = [("pkg/one.py", "class Path: pass\n"), ("pkg/two.py", "«Path»()\n")];
        assert_eq!(Case { files: &own, message: "", paths: &paths }.ask("module-of", ""), values(&["pkg.one"]));
        let habit = [("pkg/one.py", "from .deep import Path\n"), ("pkg/two.py", "«Path»()\n")];
        assert_eq!(Case { files: &habit, message: "", paths: &paths }.ask("module-of", ""), values(&["pkg.deep"]));
        let two = [("a.py", "def helper(): pass\n"), ("b.py", "def helper(): pass\n"), ("c.py", "«helper»()\n")];
        assert_eq!(Case { files: &two, message: "", paths: &[] }.ask("module-of", ""), Reply::Unknown);
        let module = [("pkg/tools.py", ""), ("pkg/two.py", "«tools».run()\n")];
        assert_eq!(Case { files: &module, message: "", paths: &paths }.ask("module-of", ""), values(&["pkg"]));
    }

    #[test]
    fn rust_items_come_with_their_path() {
        let ask = |files: &[(&str, &str)]| Case { files, message: "", paths: &[] }.ask("module-of", "");
        assert_eq!(ask(&[("src/a.rs", "fn f(m: «HashMap»<u8, u8>) {}\n")]), values(&["std::collections::HashMap"]));
        assert_eq!(ask(&[("src/a.rs", "pub struct Seed;\n"), ("src/b.rs", "fn f() -> «Seed» { }\n")]), values(&["crate::a::Seed"]));
        assert_eq!(ask(&[("src/a.rs", "fn g() {}\nmod tests {\n    fn f() { «g»(); }\n}\n")]), values(&["super::g"]));
    }

    #[test]
    fn the_nearest_member_is_found_by_the_class_that_the_message_names() {
        let class = "class User:\n    def __init__(self):\n        self.name = 1\n        self.names = 2\n        self.address = 3\ndef f(u):\n    u.";
        let message = "'User' object has no attribute 'adress'";
        assert_eq!(said(message, &format!("{class}«adress»\n"), "closest-name", ""), values(&["address"]));
        assert_eq!(said("'User' object has no attribute 'nam'", &format!("{class}«nam»\n"), "closest-name", ""), values(&["name"]));
        assert_eq!(said("'str' object has no attribute 'uper'", "s.«uper»()\n", "closest-name", ""), values(&["upper"]));
        assert_eq!(
            said("'Other' object has no attribute 'uper'", "s.«uper»()\n", "closest-name", ""),
            Reply::Need(vec![Wanted::new(Role::Definition, "Other")])
        );
        assert_eq!(said("module 'json' has no attribute 'dump_s'", "json.«dump_s»(x)\n", "closest-name", ""), values(&["dumps"]));
        assert_eq!(
            said(
                "'DataFrame' object has no attribute 'append'",
                "class DataFrame:\n    def _append(self): pass\nd.«append»(x)\n",
                "closest-name",
                ""
            ),
            Reply::Unknown
        );
    }

    #[test]
    fn the_nearest_name_in_sight_parameter_or_import_is_found() {
        assert_eq!(one("def f(total):\n    return «totl»\n", "closest-name", ""), values(&["total"]));
        assert_eq!(one("def f(aaaa, aaab):\n    return «aaac»\n", "closest-name", ""), Reply::Unknown, "two are equally near");
        assert_eq!(one("def f(x):\n    return «lenn»(x)\n", "closest-name", ""), values(&["len"]));
        assert_eq!(one("def g(width, height=1): pass\ng(1, «heigth»=2)\n", "closest-name", ""), values(&["height"]));
        assert_eq!(one("P = namedtuple('P', 'width height')\nP(1, «heigth»=2)\n", "closest-name", ""), values(&["height"]));
        assert_eq!(one("h(1, «heigth»=2)\n", "closest-name", ""), Reply::Need(vec![Wanted::new(Role::Definition, "h")]));
        assert_eq!(one("from collections import «defaultdic»\n", "closest-name", ""), values(&["defaultdict"]));
        let files = [("p/a.py", "def loader(): pass\n"), ("p/b.py", "from .a import «loadr»\n")];
        assert_eq!(Case { files: &files, message: "", paths: &["p/__init__.py"] }.ask("closest-name", ""), values(&["loader"]));
        assert_eq!(one("from «colections» import deque\n", "closest-name", ""), values(&["collections"]));
        let moved = [("p/a.py", "def loader(): pass\n"), ("p/b.py", ""), ("p/c.py", "from p.b import «loader»\n")];
        assert_eq!(Case { files: &moved, message: "", paths: &["p/__init__.py"] }.ask("module-of", ""), values(&["p.a"]));
    }

    #[test]
    fn a_name_of_the_same_words_is_found_if_it_is_the_only_one() {
        let inner = |parameters: &str| format!("def f({parameters}):\n    def g(s):\n        return open(«output_path»)\n");
        assert_eq!(one(&inner("output"), "closest-name", "word"), values(&["output"]));
        assert_eq!(one(&inner("output, path"), "closest-name", "word"), Reply::Unknown);
        assert_eq!(one(&inner("output_file"), "closest-name", "word"), Reply::Unknown);
        assert_eq!(one("output = 1\ndef f():\n    return «output_path»\n", "closest-name", "word"), Reply::Unknown, "not in a function");
    }

    #[test]
    fn a_plain_call_means_the_function_and_not_a_method_of_that_name() {
        let text =
            "def show(obj, maxlen=None):\n    pass\n\nclass T:\n    def show(self, headers):\n        return show(self, «maxln»=3)\n";
        assert_eq!(one(text, "closest-name", ""), values(&["maxlen"]));
    }

    #[test]
    fn what_moved_is_told_as_the_file_names_it() {
        assert_eq!(one("import numpy as np\nx = «np.NaN»\n", "moved-api", "here"), values(&["np.nan"]));
        assert_eq!(one("import numpy as np\nx = «np.float»\n", "moved-api", "here"), values(&["float"]));
        assert_eq!(one("from PIL import Image\nx = «Image.ANTIALIAS»\n", "moved-api", "here"), values(&["Image.LANCZOS"]));
        assert_eq!(one("import fractions\nx = «fractions.gcd»(1, 2)\n", "moved-api", "import"), values(&["math.gcd"]));
        assert_eq!(one("import fractions, math\nx = «fractions.gcd»(1, 2)\n", "moved-api", "here"), values(&["math.gcd"]));
        assert_eq!(one("import collections\nx = «collections.Mapping»\n", "moved-api", "import"), values(&["collections.abc.Mapping"]));
        assert_eq!(one("x = «collections.Mapping»\n", "moved-api", "import"), Reply::Unknown, "not the module");
        assert_eq!(one("from collections import «Mapping»\n", "moved-api", "from"), values(&["collections.abc"]));
        assert_eq!(one("from inspect import «getargspec»\n", "moved-api", "item"), values(&["getfullargspec"]));
        assert_eq!(one("from inspect import «getargspec»\n", "moved-api", "from"), Reply::Unknown, "the module stays");
        assert_eq!(one("from werkzeug.urls import «url_quote»\n", "moved-api", "from"), Reply::Unknown, "the name is new as well");
        assert_eq!(one("from «StringIO» import StringIO\n", "moved-api", "imported-module"), values(&["io"]));
        assert_eq!(said("'dict' object has no attribute 'iteritems'", "d.«iteritems»()\n", "moved-api", "method"), values(&["items"]));
        assert_eq!(said("'Foo' object has no attribute 'iteritems'", "d.«iteritems»()\n", "moved-api", "method"), Reply::Unknown);
        assert_eq!(one("«xrange»(3)\n", "moved-api", "name"), values(&["range"]));
        assert_eq!(one("df.to_csv(p, «line_terminator»='x')\n", "moved-api", "keyword"), values(&["lineterminator"]));
    }

    #[test]
    fn the_message_tells_variants_and_expected_values() {
        let ask = |message: &str, resolver: &str| said(message, "«x»\n", resolver, "");
        assert_eq!(ask("non-exhaustive patterns: `E::A` and `E::B(_)` not covered", "missing-variants"), values(&["E::A", "E::B(_)"]));
        assert_eq!(ask("non-exhaustive patterns: `A`, `B` and 3 more not covered", "missing-variants"), Reply::Unknown);
        assert_eq!(ask("assert 3 == 4\n +  where 3 = f(2)", "expected-value"), values(&["4", "3"]));
        assert_eq!(ask("'a' != 'b' : no", "expected-value"), values(&["'b'", "'a'"]));
        assert_eq!(ask("assertion `left == right` failed\n  left: 3\n right: 4", "expected-value"), values(&["4", "3"]));
        assert_eq!(ask("assert 'aa...b' == x", "expected-value"), Reply::Unknown);
    }
}
