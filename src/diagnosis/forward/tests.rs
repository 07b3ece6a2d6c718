//! Small programs in which an argument gets lost: what is passed on, and what is left alone.

use super::*;
use crate::event::{Event, Frame};
use crate::rule::Catalogue;
use crate::text::LineNo;

/// The texts of all files behind the patch; as they were without one. The failure is at the line with `# raise`.
fn after(message: &str, files: &[(&str, &str)]) -> Vec<String> {
    let path = |text: &str| RepoPath::new(text).unwrap();
    let parse = |(at, text): &(&str, &str)| (path(at), Source::parse(path(at), text.as_bytes().into()).unwrap());
    let sources: BTreeMap<RepoPath, Source> = files.iter().map(parse).collect();
    let all: Vec<&Source> = sources.values().collect();
    let paths: Vec<RepoPath> = sources.keys().cloned().collect();
    let symbols = Symbols::of(&all).among(&paths);
    let at = |(file, text): &(&str, &str)| Some((path(file), LineNo::from_row(text.lines().position(|line| line.contains("# raise"))?)));
    let (file, line) = files.iter().find_map(at).unwrap();
    let event = Event { frames: vec![Frame::default()], ..Event::new(LanguageId::PYTHON, "TypeError", message) };
    let spots = [Spot { path: file, line, function: None, frame: Some(0) }];
    let words = files.iter().flat_map(|(_, text)| text.split(|c: char| !c.is_alphanumeric() && c != '_'));
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
    let (found, _) = diagnoses(Case { index: 0, event: &event, spots: &spots }, &world, &all, &symbols);
    let changed = |path: &RepoPath| {
        let file = found.first()?.fixes.first()?.patch.files().iter().find(|file| &file.path == path)?;
        Some(String::from_utf8(file.after.to_vec()).unwrap())
    };
    files.iter().map(|(at, text)| changed(&path(at)).unwrap_or_else(|| (*text).to_owned())).collect()
}

#[track_caller]
fn check(message: &str, before: &str, expected: &str) {
    assert_eq!(after(message, &[("a.py", before)])[0], expected);
}

#[track_caller]
fn same(message: &str, text: &str) {
    check(message, text, text);
}

const WIDTH: &str = "draw() missing 1 required positional argument: 'width'";

#[test]
fn what_is_at_hand_is_passed_as_the_neighbours_are() {
    check(
        WIDTH,
        "def draw(text, width):\n    pass\n\ndef show(text, width):\n    return draw(text)  # raise\n",
        "def draw(text, width):\n    pass\n\ndef show(text, width):\n    return draw(text, width)  # raise\n",
    );
    check(
        WIDTH,
        "def draw(text, width, fill=' '):\n    pass\n\ndef show(text):\n    width = 3\n    return draw(text, fill='x')  # raise\n",
        "def draw(text, width, fill=' '):\n    pass\n\ndef show(text):\n    width = 3\n    return draw(text, fill='x', width=width)  # raise\n",
    );
    check(
        "draw() missing 1 required keyword-only argument: 'width'",
        "def draw(text, *, width):\n    pass\n\nclass A:\n    def __init__(self, width):\n        self.width = width\n    def show(self, text):\n        return draw(\n            text,  # raise\n        )\n",
        "def draw(text, *, width):\n    pass\n\nclass A:\n    def __init__(self, width):\n        self.width = width\n    def show(self, text):\n        return draw(\n            text,\n            width=self.width,  # raise\n        )\n",
    );
    check(
        "Box.__init__() missing 1 required positional argument: 'height'",
        "class Box:\n    def __init__(self, width, height):\n        pass\n\ndef make(width, height):\n    return Box(width=width)  # raise\n",
        "class Box:\n    def __init__(self, width, height):\n        pass\n\ndef make(width, height):\n    return Box(width=width, height=height)  # raise\n",
    );
}

#[test]
fn a_name_by_accident_is_not_passed() {
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(width):\n    return draw(width)  # raise\n");
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(text):\n    if text:\n        width = 3\n    return draw(text)  # raise\n");
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(text):\n    old = [1 for width in text]\n    return draw(text)  # raise\n");
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(text, width, *rest):\n    return draw(text, *rest)  # raise\n");
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(text, width):\n    return draw(text), draw(width)  # raise\n");
    same(WIDTH, "def draw(text, width):\n    pass\n\ndef show(text):\n    width = 3\n    del width\n    return draw(text)  # raise\n");
}

#[test]
fn what_all_callers_have_is_handed_through() {
    let files = [
        (
            "a.py",
            "from b import row\n\ndef table(rows, width):\n    return [row(one) for one in rows]\n\nclass T:\n    width = 3\n    def show(self):\n        return row(one=1)\n",
        ),
        ("b.py", "def row(one):\n    return draw(one)  # raise\n\ndef draw(text, width):\n    pass\n"),
    ];
    let made = after(WIDTH, &files);
    assert_eq!(
        made[0],
        "from b import row\n\ndef table(rows, width):\n    return [row(one, width) for one in rows]\n\nclass T:\n    width = 3\n    def show(self):\n        return row(one=1, width=self.width)\n"
    );
    assert_eq!(made[1], "def row(one, width):\n    return draw(one, width)  # raise\n\ndef draw(text, width):\n    pass\n");
    check(
        WIDTH,
        "def draw(text: str, width: int):\n    pass\n\ndef row(text: str, end: str = ''):\n    return draw(text)  # raise\n\ndef main(text, width):\n    row(text, end='x')\n",
        "def draw(text: str, width: int):\n    pass\n\ndef row(text: str, width: int, end: str = ''):\n    return draw(text, width)  # raise\n\ndef main(text, width):\n    row(text, end='x', width=width)\n",
    );
}

#[test]
fn nothing_is_handed_through_where_a_call_is_unknown_or_has_nothing() {
    let with = |callers: &str| format!("def draw(text, width):\n    pass\n\ndef row(text):\n    return draw(text)  # raise\n\n{callers}");
    same(WIDTH, &with("def main(text):\n    row(text)\n"));
    same(WIDTH, &with("def main(text, width):\n    row(text)\n\ndef other(text):\n    row(text)\n"));
    same(WIDTH, &with("def main(text, width):\n    row(text)\n\nHOOKS = [row]\n"));
    same(WIDTH, &with("def main(text, width):\n    row(text)\n\n__all__ = ['row']\n"));
    same(WIDTH, &with("def main(text, width):\n    row(width)\n"));
    same(WIDTH, &with(""));
    let files = [
        ("a.py", with("def main(text, width):\n    row(text)\n")),
        ("tests/test_a.py", "from a import row\nwidth = 3\nrow('')\n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(at, text)| (*at, text.as_str())).collect();
    assert_eq!(after(WIDTH, &files)[0], files[0].1);
    let kin = "class A:\n    def row(self, text):\n        return draw(text)  # raise\n\nclass B(A):\n    def row(self, text):\n        pass\n\ndef draw(text, width):\n    pass\n\ndef main(a: A, text, width):\n    a.row(text)\n";
    same(WIDTH, kin);
}

const WRAPPER: &str = "save() got an unexpected keyword argument 'mode'";

#[test]
fn a_thin_wrapper_takes_what_the_function_behind_it_takes() {
    check(
        WRAPPER,
        "def store(path, text, mode='w'):\n    pass\n\ndef save(path, text):\n    \"\"\"Saves.\"\"\"\n    return store(path, text)\n\nsave('a', 'b', mode='x')  # raise\n",
        "def store(path, text, mode='w'):\n    pass\n\ndef save(path, text, mode='w'):\n    \"\"\"Saves.\"\"\"\n    return store(path, text, mode=mode)\n\nsave('a', 'b', mode='x')  # raise\n",
    );
    check(
        "Sub.__init__() got an unexpected keyword argument 'size'",
        "class Base:\n    def __init__(self, name, size=0):\n        pass\n\nclass Sub(Base):\n    def __init__(self, name):\n        super().__init__(name)\n\nSub('a', size=3)  # raise\n",
        "class Base:\n    def __init__(self, name, size=0):\n        pass\n\nclass Sub(Base):\n    def __init__(self, name, size=0):\n        super().__init__(name, size=size)\n\nSub('a', size=3)  # raise\n",
    );
}

#[test]
fn a_function_with_a_mind_of_its_own_is_no_wrapper() {
    for text in [
        "def store(path, text, mode='w'):\n    pass\n\ndef save(path, text):\n    return store(path, text.strip())\n\nsave('a', 'b', mode='x')  # raise\n",
        "def store(path, text, mode):\n    pass\n\ndef save(path, text):\n    return store(path, text)\n\nsave('a', 'b', mode='x')  # raise\n",
        "def store(path, text, mode='w'):\n    pass\n\ndef save(path, text):\n    return store(path, text, mode='a')\n\nsave('a', 'b', mode='x')  # raise\n",
        "def store(path, text):\n    pass\n\ndef save(path, text):\n    return store(path, text)\n\nsave('a', 'b', mode='x')  # raise\n",
        "def store(path, text, mode=MODE):\n    pass\n\ndef save(path, text):\n    return store(path, text)\n\nsave('a', 'b', mode='x')  # raise\n",
    ] {
        same(WRAPPER, text);
    }
}

#[test]
fn an_override_takes_what_its_base_takes() {
    let text = |parameters: &str, call: &str| {
        format!(
            "class Base:\n    def run(self):\n        return self.visit(1, deep=True)  # raise\n    def visit(self, node, deep=False):\n        pass\n\n\
             class Sub(Base):\n    def visit({parameters}):\n        super().visit({call})\n"
        )
    };
    let message = "Sub.visit() got an unexpected keyword argument 'deep'";
    let files = |text: &str| after(message, &[("a.py", text)])[0].clone();
    // The line alone does not say whose method it was: the message does, from Python 3.10 on.
    assert_eq!(files(&text("self, node", "node")), text("self, node, deep=False", "node, deep"));
    same(message, &text("self, item", "item"));
    same(message, &text("self, node", "node.child"));
    same(message, &text("self, *nodes", "*nodes"));
}
