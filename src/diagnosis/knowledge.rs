//! Answers what templates ask about the project: from its symbols, the failure's own words and tables of facts. Never guesses: two equal
//! answers are none.

mod message;
mod moved;
mod nearest;
mod origin;
mod tables;

use std::collections::BTreeSet;

use crate::symbols::Symbols;
use crate::syntax::{LanguageId, Node};
use crate::template::{Knowledge, Question, Reply};

/// What is known when a template asks.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    symbols: &'a Symbols<'a>,
    message: &'a str,
    notes: &'a [String],
    looked_up: Option<&'a BTreeSet<String>>,
}

impl<'a> Known<'a> {
    /// Knows the project alone; `symbols` hold every file that matters, so no name is asked for.
    pub fn new(symbols: &'a Symbols<'a>) -> Known<'a> {
        Known { symbols, message: "", notes: &[], looked_up: None }
    }

    /// Knows the failure's words, too.
    #[must_use]
    pub fn about(self, message: &'a str, notes: &'a [String]) -> Known<'a> {
        Known { message, notes, ..self }
    }

    /// Asks for names whose files may not be loaded, once each: `looked_up` holds those whose files are.
    #[must_use]
    pub fn asking(self, looked_up: &'a BTreeSet<String>) -> Known<'a> {
        Known { looked_up: Some(looked_up), ..self }
    }

    /// The answer when no source shows `name`: its files must be found first, or nobody knows.
    fn missing(&self, name: &str) -> Reply {
        match self.looked_up {
            Some(looked_up) if !name.is_empty() && !looked_up.contains(name) => Reply::Need(vec![name.to_owned()]),
            _ => Reply::Unknown,
        }
    }
}

impl Known<'_> {
    /// The name itself, once the files that hold it were read: a query over the project then misses none of its definitions.
    fn looked_up(&self, name: &str) -> Reply {
        match self.missing(name) {
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
    use crate::syntax::Source;
    use crate::text::{ByteSpan, RepoPath};

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
            let looked_up = BTreeSet::from(["Seen".to_owned()]);
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
    fn a_well_known_name_comes_from_its_module() {
        assert_eq!(one("x = «defaultdict»(list)\n", "module-of", ""), values(&["collections"]));
        assert_eq!(one("x = «os».getcwd()\n", "module-of", "module"), values(&["os"]));
        assert_eq!(one("x = «urllib».parse.quote(s)\n", "module-of", "module"), values(&["urllib.parse"]));
        assert_eq!(one("x = «np».zeros(3)\n", "module-of", "module"), values(&["numpy as np"]));
        assert_eq!(one("x = «choice»(y)\n", "module-of", ""), Reply::Need(vec!["choice".to_owned()]), "random and secrets have it");
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
            Reply::Need(vec!["Other".to_owned()])
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
        assert_eq!(one("h(1, «heigth»=2)\n", "closest-name", ""), Reply::Need(vec!["h".to_owned()]));
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
