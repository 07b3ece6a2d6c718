//! Small programs whose None was born elsewhere: what is told, what is changed, and what is left alone.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::event::{Event, Frame, Place};
use crate::rule::Catalogue;
use crate::symbols::Role;
use crate::text::{LineNo, RepoPath};

/// A project of `path: text` pairs; the lines that hold `# call` and `# raise` are the frames of the failure, in this order.
struct Sample<'a> {
    kind: &'a str,
    message: &'a str,
    files: &'a [(&'a str, &'a str)],
}

impl Sample<'_> {
    fn found(&self) -> Vec<Diagnosis> {
        let path = |text: &str| RepoPath::new(text).unwrap();
        let parse = |(at, text): &(&str, &str)| (path(at), Source::parse(path(at), text.as_bytes().into()).unwrap());
        let sources: BTreeMap<RepoPath, Source> = self.files.iter().map(parse).collect();
        let all: Vec<&Source> = sources.values().collect();
        let paths: Vec<RepoPath> = sources.keys().cloned().collect();
        let symbols = Symbols::of(&all).among(&paths);
        let mut spots = Vec::new();
        for mark in ["# call", "# raise"] {
            for (at, text) in self.files {
                let rows = text.lines().enumerate().filter(|(_, line)| line.contains(mark));
                spots.extend(rows.map(|(row, _)| Spot { path: path(at), line: LineNo::from_row(row), function: None, frame: None }));
            }
        }
        spots.iter_mut().enumerate().for_each(|(nth, spot)| spot.frame = Some(nth));
        let place = |spot: &Spot| Place { file: spot.path.to_string(), line: Some(spot.line.get()), ..Place::default() };
        let frames = spots.iter().map(|spot| Frame { place: place(spot), ..Frame::default() }).collect();
        let event = Event { frames, ..Event::new(LanguageId::PYTHON, self.kind, self.message) };
        let case = Case { index: 0, event: &event, spots: &spots };
        let words = self.files.iter().flat_map(|(_, text)| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
        let roles = [Role::Anywhere, Role::Definition];
        let asked: BTreeSet<Wanted> = words.flat_map(|word| roles.map(|role| Wanted::new(role, word))).collect();
        let is_test = |path: &RepoPath| path.as_str().starts_with("tests/");
        let world = World {
            catalogue: Catalogue::embedded(),
            sources: &sources,
            in_sight: &BTreeSet::new(),
            files: &paths,
            asked: &asked,
            facts: None,
            is_test: &is_test,
            may_edit: &|path| !is_test(path),
            resolve: &|_| None,
            read: &|_| None,
        };
        diagnoses(case, &world, &all, &symbols).0
    }
}

fn found(message: &str, text: &str) -> Vec<Diagnosis> {
    let kind = if message.contains("no attribute") { "AttributeError" } else { "TypeError" };
    let kind = if message.starts_with("assert") { "AssertionError" } else { kind };
    Sample { kind, message, files: &[("a.py", text)] }.found()
}

/// The first patch turns `before` into `after`; without one, both are the same.
#[track_caller]
fn check(message: &str, before: &str, after: &str) {
    let found = found(message, before);
    let made = found.first().and_then(|one| one.fixes.first()).map(|fix| String::from_utf8(fix.patch.files()[0].after.to_vec()).unwrap());
    assert_eq!(made.as_deref().unwrap_or(before), after, "{:?}", found.iter().map(|one| &one.evidence).collect::<Vec<_>>());
}

#[track_caller]
fn same(message: &str, text: &str) {
    check(message, text, text);
}

#[track_caller]
fn told(message: &str, text: &str, words: &str) {
    let found = found(message, text);
    let advice: Vec<&str> = found.iter().flat_map(|one| &one.advice).map(|advice| advice.text.as_str()).collect();
    assert!(advice.iter().any(|text| text.contains(words)), "{advice:?}");
}

const UNPACK: &str = "cannot unpack non-iterable NoneType object";
const ITERATE: &str = "'NoneType' object is not iterable";
const ELEMENT: &str = "'NoneType' object is not subscriptable";
const ATTRIBUTE: &str = "'NoneType' object has no attribute 'name'";
const PLUS: &str = "unsupported operand type(s) for +: 'NoneType' and 'int'";

#[test]
fn a_branch_that_drops_its_value_returns_it() {
    check(
        UNPACK,
        "def parts(text):\n    if ':' in text:\n        return text.split(':')\n    text.split('=')\n\na, b = parts('x')  # raise\n",
        "def parts(text):\n    if ':' in text:\n        return text.split(':')\n    return text.split('=')\n\na, b = parts('x')  # raise\n",
    );
    check(
        ELEMENT,
        "def pair(a):\r\n    if a:\r\n        return (a, 1)\r\n    else:\r\n        (0, 0)\r\n\r\nprint(pair(0)[0])  # raise\r\n",
        "def pair(a):\r\n    if a:\r\n        return (a, 1)\r\n    else:\r\n        return (0, 0)\r\n\r\nprint(pair(0)[0])  # raise\r\n",
    );
    check(
        PLUS,
        "def size(a):\n    if a:\n        return len(a)\n    else:\n        0\n\ntotal = 0\ntotal = size([]) + 1  # raise\n",
        "def size(a):\n    if a:\n        return len(a)\n    else:\n        return 0\n\ntotal = 0\ntotal = size([]) + 1  # raise\n",
    );
}

#[test]
fn a_call_that_is_made_for_what_it_does_stays_a_call() {
    same(ITERATE, "def rows(a):\n    load(a)\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    [x.close() for x in a]\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def list(a):\n    pass\n\ndef rows(a):\n    list(a)\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    Thread(a)\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    if a:\n        return load(a)\n    save(a)\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    if a:\n        return append(a)\n    append(a)\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    try:\n        a.b\n    except E:\n        return a.c\n\nfor row in rows(0):  # raise\n    pass\n");
    same(ITERATE, "def rows(a):\n    yield a\n    [a]\n\nfor row in rows(0):  # raise\n    pass\n");
    same(UNPACK, "def pair(a):\n    if a:\n        return 1, 2\n    1, 2, 3\n\na, b = pair(0)  # raise\n");
}

#[test]
fn what_was_built_is_returned() {
    check(
        ITERATE,
        "def squares(n):\n    found = []\n    for i in range(n):\n        found.append(i * i)\n\nfor x in squares(3):  # raise\n    print(x)\n",
        "def squares(n):\n    found = []\n    for i in range(n):\n        found.append(i * i)\n    return found\n\nfor x in squares(3):  # raise\n    print(x)\n",
    );
    check(
        "object of type 'NoneType' has no len()",
        "def clean(text):\n    if not text:\n        return ''\n    out = text.strip()\n\nprint(len(clean(' a')))  # raise\n",
        "def clean(text):\n    if not text:\n        return ''\n    out = text.strip()\n    return out\n\nprint(len(clean(' a')))  # raise\n",
    );
    check(
        PLUS,
        "def sign(n):\n    out = 1\n    if n < 0:\n        return out\n    log(n)\n\nx = sign(1) + 2  # raise\n",
        "def sign(n):\n    out = 1\n    if n < 0:\n        return out\n    log(n)\n    return out\n\nx = sign(1) + 2  # raise\n",
    );
}

#[test]
fn what_is_kept_elsewhere_or_one_of_two_is_not_returned() {
    same(ITERATE, "def f(n):\n    found = []\n    found.append(n)\n    save(found)\n\nfor x in f(3):  # raise\n    pass\n");
    same(ITERATE, "def f(n):\n    a = []\n    b = []\n    a.append(n)\n    b.append(n)\n\nfor x in f(3):  # raise\n    pass\n");
    same(ITERATE, "def f(n):\n    global last\n    last = n\n\nfor x in f(3):  # raise\n    pass\n");
    same(ITERATE, "def f(self, n):\n    found = []\n    found.append(n)\n    self.all = found\n\nfor x in f(0, 3):  # raise\n    pass\n");
    same(ITERATE, "def f(n):\n    seen = []\n    seen.append(n)\n    return None\n\nfor x in f(3):  # raise\n    pass\n");
}

#[test]
fn an_early_return_gives_what_the_other_one_gives() {
    check(
        UNPACK,
        "def f(a):\n    if not a:\n        return None, None\n    if a < 0:\n        return\n    return a, len(a)\n\nx, y = f(-1)  # raise\n",
        "def f(a):\n    if not a:\n        return None, None\n    if a < 0:\n        return None, None\n    return a, len(a)\n\nx, y = f(-1)  # raise\n",
    );
    same(UNPACK, "def f(a):\n    if a < 0:\n        return\n    return a, len(a)\n\nx, y = f(-1)  # raise\n");
    same(
        UNPACK,
        "def f(a):\n    if not a:\n        return 0, 0, 0\n    if a < 0:\n        return\n    return a, len(a)\n\nx, y = f(-1)  # raise\n",
    );
}

#[test]
fn the_same_method_of_a_class_of_its_kin_shows_what_is_returned() {
    let text = |value: &str| {
        format!(
            "class Shape:\n    def area(self):\n        raise NotImplementedError\n\nclass Box(Shape):\n    def area(self):\n        return self.a * self.b\n\n\
             class Disc(Shape):\n    def area(self):\n        {value}\n\ndisc = Disc()\nx = disc.area() + 1  # raise\n"
        )
    };
    check(PLUS, &text("self.r * self.r * 3"), &text("return self.r * self.r * 3"));
    same(PLUS, &text("self.draw()"));
}

#[test]
fn an_argument_is_followed_to_the_caller() {
    let text = "def load(key):\n    if key:\n        return Row(key)\n    Row('none')\n\ndef show(row):\n    return row.name  # raise\n\ndef main():\n    row = load('')\n    show(row)  # call\n";
    check(ATTRIBUTE, text, &text.replace("    Row('none')", "    return Row('none')"));
    let other = "def find(rows):\n    for row in rows:\n        if row.ok:\n            return row\n\ndef show(row, n=1):\n    print(row.name)  # raise\n\nshow(n=2, row=find([]))\n";
    told(ATTRIBUTE, other, "`find` (a.py:1) gives None where line 4 is its last");
    same(ATTRIBUTE, other);
    told(
        ATTRIBUTE,
        "def show(row=None):\n    print(row.name)  # raise\n\ndef main():\n    show()  # call\n",
        "a.py:5 calls `show` without `row`, whose default is None",
    );
}

#[test]
fn a_callee_of_another_file_is_found_by_its_import() {
    let files = [
        ("app.py", "from store import get_row\n\ndef main():\n    print(get_row(1).name)  # raise\n"),
        ("store.py", "def get_row(key):\n    if key in ROWS:\n        return make(key)\n    else:\n        make(0)\n"),
        ("other.py", "def get_row(key):\n    make(key)\n"),
    ];
    let found = Sample { kind: "AttributeError", message: ATTRIBUTE, files: &files }.found();
    assert_eq!(found[0].fixes[0].patch.files()[0].path.as_str(), "store.py");
    assert_eq!(found[0].rule, "none/missing-return");
    assert!(born(&found[0].rule).is_some() && born("none/born-elsewhere").is_some() && born("none/x").is_none());
}

#[test]
fn a_value_with_two_origins_ends_the_way() {
    for text in [
        "def f(a):\n    if a:\n        row = g()\n    else:\n        row = h()\n    return row.name  # raise\n\ndef g():\n    1\n\ndef h():\n    return 2\n",
        "def f(row):\n    for n in range(3):\n        print(row.name)  # raise\n        row = g()\n\ndef g():\n    1\n",
        "def g():\n    if a:\n        return 2\n    3\n\n@wrap\ndef g2():\n    if a:\n        return 2\n    3\n\nprint(g2().name)  # raise\n",
    ] {
        assert!(found(ATTRIBUTE, text).is_empty(), "{text}");
    }
    assert!(found("'int' object has no attribute 'name'", "def g():\n    3\n\nprint(g().name)  # raise\n").is_empty());
}

#[test]
fn a_test_that_got_none_names_the_function() {
    let message = "assert None == 3\n +  where None = total([1, 2])";
    check(
        message,
        "def total(rows):\n    out = 0\n    for row in rows:\n        out += row\n\ndef test_total():\n    assert total([1, 2]) == 3  # raise\n",
        "def total(rows):\n    out = 0\n    for row in rows:\n        out += row\n    return out\n\ndef test_total():\n    assert total([1, 2]) == 3  # raise\n",
    );
}

#[test]
fn what_has_no_use_but_its_value_is_returned() {
    let text = "class Bag:\n    def __getitem__(self, key):\n        frozenset(self.all[key])\n\ndef test_it():\n    bag = Bag()\n    assert bag[1] == {2}  # raise\n";
    check("assert None == {2}", text, &text.replace("        frozenset", "        return frozenset"));
    let text = "def label(n):\n    '%x' % n\n\ndef test_it():\n    text = label(1)\n    assert text  # raise\n";
    check("assert None", text, &text.replace("    '%x'", "    return '%x'"));
    check(
        "assert 3 == None",
        "class Row:\n    pass\n\ndef make():\n    Row()\n\ndef test_it():\n    assert 3 == make()  # raise\n",
        "class Row:\n    pass\n\ndef make():\n    return Row()\n\ndef test_it():\n    assert 3 == make()  # raise\n",
    );
}

#[test]
fn a_decorator_returns_the_function_that_it_makes() {
    let call = "'NoneType' object is not callable";
    let text = "def once(f):\n    @wraps(f)\n    def inner(*args):\n        return f(*args)\n\n@once\ndef load():\n    return 1\n\nload()  # raise\n";
    check(call, text, &text.replace("f(*args)\n", "f(*args)\n    return inner\n"));
    let maker = text.replace("def once(f)", "def cached(n):\n    def once(f)").replace(
        "    @wraps(f)\n    def inner(*args):\n        return f(*args)\n",
        "        def inner(*args):\n            return f(*args)\n    return once\n",
    );
    let maker = maker.replace("@once", "@cached(3)");
    check(call, &maker, &maker.replace("f(*args)\n", "f(*args)\n        return inner\n"));
    same(call, &text.replace("f(*args)\n", "f(*args)\n    register(inner)\n"));
    same(call, &text.replace("@once\n", "@once\n@twice\n"));
}
