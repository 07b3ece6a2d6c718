//! The words of a Python file and what they are there, by its letters alone: fifty times as fast as parsing it.
//!
//! Knows strings, comments, brackets and where statements begin; everything else is left to the parser, which sees the files that this
//! lets through. A word in a comment or a string is only a word.
//!
//! Source: The Python Language Reference 3.13, section 2 (lexical analysis) and 4.2.1 (binding of names).

use super::super::words::{Seen, run_end, runs};

/// Tells `found` each word, and once more each that turns out later to be given a value.
pub(in crate::symbols) fn words<'t>(text: &'t [u8], found: &mut impl FnMut(&'t [u8], Seen)) {
    let mut scan = Scan {
        text,
        found,
        depth: 0,
        mode: Mode::Targets,
        pending: Vec::new(),
        n_names: 0,
        after: After::Other,
        as_at: None,
        is_named: false,
        indent: 0,
        inner: None,
        is_of_module: true,
    };
    let mut at = 0;
    while at < text.len() {
        at = scan.step(at);
    }
}

/// What the words of a statement are so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Perhaps targets: nothing has come yet that no target has.
    Targets,
    /// The targets of a loop, until `in`.
    Loop,
    /// Names that an import binds.
    Import,
    /// Names that a `case` binds.
    Case,
    /// Anything.
    Other,
}

/// What stood just before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// `def` or `class`.
    Definer,
    /// `as`.
    As,
    /// A dot.
    Dot,
    Other,
}

struct Scan<'t, 'f, F> {
    text: &'t [u8],
    found: &'f mut F,
    /// Open brackets.
    depth: usize,
    mode: Mode,
    /// The words of the statement that may be targets.
    pending: Vec<&'t [u8]>,
    /// How many of them do not follow a dot.
    n_names: usize,
    after: After,
    /// How many brackets were open before those behind `as`.
    as_at: Option<usize>,
    /// Whether the last word stands behind `as`, or behind a dot that follows such a word.
    is_named: bool,
    /// How far the statement is indented, in bytes.
    indent: usize,
    /// How far the outermost function or class is indented that the statement is inside of.
    inner: Option<usize>,
    /// Whether the last `def` or `class` stood in neither.
    is_of_module: bool,
}

impl<'t, F: FnMut(&'t [u8], Seen)> Scan<'t, '_, F> {
    /// Reads what stands at `at`, and says where it ends.
    fn step(&mut self, at: usize) -> usize {
        let byte = self.text[at];
        match byte {
            b' ' | b'\t' | b'\r' | 0x0c => return at + 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => return self.word(at),
            b'0'..=b'9' => return run_end(self.text, at),
            b'\n' => self.line_end(at),
            // A line that goes on below.
            b'\\' => return at + if self.text[at + 1..].starts_with(b"\r\n") { 3 } else { 2 },
            b'#' => {
                let end = memchr::memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |n| at + n);
                self.plain(at, end);
                return end;
            }
            b'"' | b'\'' => {
                let end = string_end(self.text, at);
                self.plain(at, end);
                self.mode = if self.mode == Mode::Targets { Mode::Other } else { self.mode };
                self.after = After::Other;
                return end;
            }
            b'(' | b'[' => self.open(),
            b'{' => {
                self.open();
                self.no_target();
            }
            b')' | b']' | b'}' => self.close(),
            b'.' => {
                self.after = After::Dot;
                return at + 1;
            }
            b',' => {}
            b';' if self.depth == 0 => self.begin(),
            b':' if self.depth == 0 && self.next(at) != b'=' => {
                // `name: type`, and the head of a compound statement.
                if self.mode == Mode::Targets && self.n_names == 1 {
                    self.bind(self.bound());
                }
                self.begin();
            }
            _ => return self.operator(at),
        }
        self.after = After::Other;
        at + 1
    }

    fn next(&self, at: usize) -> u8 {
        self.text.get(at + 1).copied().unwrap_or_default()
    }

    fn word(&mut self, at: usize) -> usize {
        let text = self.text;
        let end = run_end(text, at);
        let word = &text[at..end];
        let after = std::mem::replace(&mut self.after, After::Other);
        self.is_named = after == After::As || (after == After::Dot && self.is_named);
        let mut seen = match self.mode {
            Mode::Import => Seen::BOUND,
            Mode::Case => self.bound(),
            _ if self.is_named || self.as_at.is_some() => self.bound(),
            _ => Seen::default(),
        };
        let rest = text[end..].trim_ascii_start();
        if after == After::Definer {
            seen = seen.and(Seen::DEFINED).and(if self.is_of_module { Seen::BOUND } else { Seen::INNER });
        } else if rest.starts_with(b"(") {
            seen = seen.and(Seen::CALLED);
        }
        if rest.starts_with(b":=") {
            seen = seen.and(self.bound());
        }
        (self.found)(word, if word == b"as" { Seen::default() } else { seen });
        let is_first = self.mode == Mode::Targets && self.pending.is_empty();
        match word {
            b"def" | b"class" => {
                self.after = After::Definer;
                self.is_of_module = self.inner.is_none();
                self.inner.get_or_insert(self.indent);
            }
            b"as" => self.after = After::As,
            // `from . import x`, but not `x.import`.
            b"import" if self.depth == 0 && !(after == After::Dot && text[at - 1] == b'.') => self.mode = Mode::Import,
            b"case" if is_first && self.depth == 0 => self.mode = Mode::Case,
            b"async" if is_first => {}
            b"for" if is_first && self.depth == 0 => self.mode = Mode::Loop,
            b"in" if self.mode == Mode::Loop => {
                self.bind(self.bound());
                self.mode = Mode::Other;
            }
            _ if matches!(self.mode, Mode::Targets | Mode::Loop) => {
                self.pending.push(word);
                self.n_names += usize::from(after != After::Dot);
            }
            _ => {}
        }
        end
    }

    /// `=`, what ends in it, and all other signs.
    fn operator(&mut self, at: usize) -> usize {
        let sign = self.text[at..].iter().take(3).take_while(|byte| b"=+-*/%@&|^<>!:~".contains(byte)).count();
        let sign = &self.text[at..at + sign.max(1)];
        let is_compared = matches!(sign, b"==" | b"!=" | b"<=" | b">=") || sign.starts_with(b"==");
        let is_assigned = sign.ends_with(b"=") && !is_compared && self.depth == 0;
        match sign {
            // The mark of what takes the rest.
            b"*" => {}
            // `x =-1`, `x =*y`
            [b'=', ..] if !is_compared && self.depth == 0 => {
                self.assigned(at + 1);
                self.after = After::Other;
                return at + 1;
            }
            _ if is_assigned => self.assigned(at + sign.len()),
            _ => self.no_target(),
        }
        self.after = After::Other;
        at + sign.len()
    }

    /// Behind the `=` that ends at `at`: what came before it are targets, and what follows may be the next.
    fn assigned(&mut self, at: usize) {
        if self.mode == Mode::Targets {
            let value = self.text[at..].trim_ascii_start();
            let callee = value.iter().position(|byte| *byte != b'.' && !byte.is_ascii_alphanumeric() && *byte != b'_');
            let callee = &value[..callee.unwrap_or(value.len())];
            let is_record = callee.ends_with(b"namedtuple") || callee.ends_with(b"NamedTuple");
            self.bind(if is_record { self.bound().and(Seen::DEFINED) } else { self.bound() });
        }
    }

    /// What a name is that gets a value here.
    fn bound(&self) -> Seen {
        if self.inner.is_some() { Seen::INNER } else { Seen::BOUND }
    }

    fn bind(&mut self, seen: Seen) {
        for word in self.pending.drain(..) {
            (self.found)(word, seen);
        }
        self.n_names = 0;
    }

    fn no_target(&mut self) {
        if self.mode == Mode::Targets {
            self.mode = Mode::Other;
        }
    }

    fn open(&mut self) {
        if self.after == After::As && self.as_at.is_none() {
            self.as_at = Some(self.depth);
        }
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.as_at = self.as_at.filter(|depth| *depth < self.depth);
    }

    fn line_end(&mut self, at: usize) {
        // A bracket that nobody closes ends where the next definition or import begins.
        let line = &self.text[at + 1..];
        let is_new = || [&b"def "[..], b"class ", b"import ", b"from ", b"async def ", b"@"].iter().any(|head| line.starts_with(head));
        if self.depth == 0 || is_new() {
            self.depth = 0;
            self.as_at = None;
            self.begin();
            let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c)).count();
            let is_blank = line.get(indent).is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'#'));
            if !is_blank {
                self.indent = indent;
                self.inner = self.inner.filter(|inner| indent > *inner);
            }
        }
    }

    fn begin(&mut self) {
        self.mode = Mode::Targets;
        self.pending.clear();
        self.n_names = 0;
    }

    /// Words that are nothing but words.
    fn plain(&mut self, start: usize, end: usize) {
        runs(&self.text[start..end], &mut |run| (self.found)(run, Seen::default()));
    }
}

/// Where the string ends that begins with the quote at `at`; one that is not closed ends with its line, a long one with the file.
fn string_end(text: &[u8], at: usize) -> usize {
    let quote = text[at];
    let is_long = text[at..].starts_with(&[quote; 3]);
    let mut end = at + if is_long { 3 } else { 1 };
    while end < text.len() {
        match text[end] {
            b'\\' => end += 1 + usize::from(text[end + 1..].starts_with(b"\r\n")),
            b'\n' if !is_long => return end,
            byte if byte == quote && !is_long => return end + 1,
            byte if byte == quote && text[end..].starts_with(&[quote; 3]) => return end + 3,
            _ => {}
        }
        end += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::symbols::Symbols;
    use crate::symbols::wanted::Role;
    use crate::syntax::Source;
    use crate::text::RepoPath;

    fn seen(text: &str, role: Role) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        words(text.as_bytes(), &mut |word, seen| {
            if seen.is(role) {
                found.insert(String::from_utf8_lossy(word).into_owned());
            }
        });
        found
    }

    fn check(text: &str, role: Role, expected: &[&str]) {
        assert_eq!(seen(text, role), expected.iter().map(ToString::to_string).collect(), "{text}");
    }

    #[test]
    fn functions_classes_and_named_tuples_are_definitions() {
        check("class A(B):\n    async def f(self, x=g()): pass\n", Role::Definition, &["A", "f"]);
        check("P = Q = collections.namedtuple('P', 'x')\nR = dict()\n", Role::Definition, &["Q"]);
        check("def \\\n  f(): 'def g()'  # def h\n", Role::Definition, &["f"]);
    }

    #[test]
    fn names_that_get_a_value_are_bound() {
        let own = |text: &str, expected: &[&str]| check(text, Role::Binding, expected);
        own("a = b = c\n", &["a", "b"]);
        own("a, (b, *c) = d\n", &["a", "b", "c"]);
        own("(a,\n b) = d\n", &["a", "b"]);
        own("self.late = x == y\n", &["self", "late"]);
        own("a: int = 1\nb: int\n", &["a", "b", "int"]);
        own("a += f(b=1)\nc //= 2\nd @= e\n", &["a", "c", "d"]);
        own("import os.path, x as y\nfrom .m import (p,\n  q as r)\n", &["os", "path", "x", "y", "p", "q", "r"]);
        own("for a, b in c: d = 1\nasync for e in f: pass\n", &["a", "b", "d", "e"]);
        own("with f(g) as (h, i), j as k: pass\n", &["h", "i", "k"]);
        own("if (n := f(x)): print(y, z=1)\n", &["n"]);
        own("match v:\n    case [a, b]: pass\n", &["a", "b"]);
        own("f(a, b)\nreturn c\nx[i] == 3\nprint('d = 1')  # e = 1\n", &[]);
    }

    #[test]
    fn what_a_function_or_class_binds_is_not_the_modules() {
        let text = "class A:\n    x = 1\n\n# no end\n    def m(self):\n        self.y = z = 2\n        import q\n        with r as s: pass\nif A:\n    t = 1\n    def g(): u = 1\n    v = 1\n";
        check(text, Role::Binding, &["A", "q", "t", "g", "v"]);
        let all = ["A", "x", "m", "self", "y", "z", "q", "s", "t", "g", "u", "v"];
        check(text, Role::Assigned, &all);
    }

    #[test]
    fn calls_are_told_from_definitions() {
        check("def f(x):\n    return g (h.i(x), 'j()')\nclass C(D): pass\n", Role::Call, &["g", "i"]);
    }

    #[test]
    fn strings_and_brackets_end_where_python_ends_them() {
        check("a = '''\ndef f(): x = 1\n'''\nb = r'\\'\nc = \"it's\\\"\"\nd = 'open\ne = 1\n", Role::Binding, &["a", "b", "c", "d", "e"]);
        check("x = f(1\n\ndef g(): pass\ny = 2\n", Role::Binding, &["x", "g", "y"]);
        for text in ["'", "'''", "\\", "\"\\", "#", "def", "a:", "(", ")", "import", "as ("] {
            seen(text, Role::Anywhere);
        }
    }

    const SAMPLE: &str = r#"
import os.path, json as js
from . import near
from ..up.deep import (one, two as zwei,
    three)
from wild import *
if os.name == "nt":
    SEP, (LEFT, *REST) = "a", (1, 2)
else:
    SEP = LEFT = None; TAIL = 1
(FIRST,
 SECOND) = 1, 2
LIMIT: int = 3
COUNT: "int"
for index, (key, value) in {}.items(): last = key
while (line := near.read()): pass
try:
    import fast
except ImportError as error:
    fast = None
with open("x") as handle, near.lock(1) as (inner, outer): pass
Point = collections.namedtuple("Point", "x y")
Pair = NamedTuple("Pair", [("a", int)])
total = 0
total += 1
type Alias = list[int]
@decorated(with_name=1)
class Base(metaclass=Meta):
    """class Hidden: x = '''1"""
    __slots__ = ("slot",)
    level: int = 0
    @property
    def size(self) -> int: return self._size
    async def run(self, *args, key=lambda a: a, **rest):
        self.started, self.done = True, False
        with open(key) as self.handle:
            for self.nth in args: self.last = f"{self.nth!r:>{10}}"
        self.items[0] = 1
class Child(Base): pass
@dataclass
class Record:
    name: str
    tags: list = field(default_factory=list)
    class Inner:
        def deep(self): return {"a": 1, **{}}
def outer_function(a, /, b: int = 1, *, c=2) -> "x":
    global made
    made = 1
    def local(): yield a
    return [n for n in a if n == b]
"#;

    /// Everything that the parser finds is let through: the other way round costs time alone.
    #[test]
    fn no_definition_of_the_parser_is_missed() {
        let text = SAMPLE;
        let source = Source::parse(RepoPath::new("a.py").unwrap(), text.as_bytes().into()).unwrap();
        let symbols = Symbols::of(&[&source]);
        let outline = symbols.outline(source.path()).unwrap();
        let (defined, bound, assigned) = (seen(text, Role::Definition), seen(text, Role::Binding), seen(text, Role::Assigned));
        let names = outline.definitions.iter().map(|definition| &definition.name).chain(outline.imports.iter().map(|import| &import.name));
        for name in names.filter(|name| *name != "*") {
            assert!(bound.contains(name), "{name}");
        }
        for name in outline.signatures.iter().map(|signature| &signature.name).filter(|name| *name != "__init__") {
            assert!(defined.contains(name), "{name}");
        }
        for class in &outline.classes {
            assert!(defined.contains(&class.name), "{}", class.name);
            // A slot stands in a string.
            for member in
                class.members.iter().filter(|member| member.name != "slot" && text[member.span.start..member.span.end] == member.name)
            {
                assert!(assigned.contains(&member.name), "{}", member.name);
            }
        }
        assert!(outline.definitions.len() > 25 && outline.classes.len() > 4, "{}", outline.definitions.len());
    }
}
