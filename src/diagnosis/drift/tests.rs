//! Small projects before and after: what is rewritten, and what is left alone.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::event::{Event, Frame, Place};
use crate::rule::Catalogue;
use crate::text::LineNo;

/// A project of `path: text` pairs, whose failure is in the first file at its first line that holds `at`.
struct Sample<'a> {
    kind: &'a str,
    message: &'a str,
    at: &'a str,
    files: &'a [(&'a str, &'a str)],
    metadata: &'a str,
}

impl Sample<'_> {
    fn diagnosis(&self) -> Option<Diagnosis> {
        let path = |text: &str| RepoPath::new(text).unwrap();
        let parse = |(at, text): &(&str, &str)| (path(at), Source::parse(path(at), text.as_bytes().into()).unwrap());
        let sources: BTreeMap<RepoPath, Source> = self.files.iter().map(parse).collect();
        let all: Vec<&Source> = sources.values().collect();
        let paths: Vec<RepoPath> = sources.keys().cloned().collect();
        let symbols = Symbols::of(&all).among(&paths);
        let (first, text) = self.files[0];
        let line = LineNo::from_row(text.lines().position(|line| line.contains(self.at)).unwrap());
        let place = Place { file: first.to_owned(), line: Some(line.get()), ..Place::default() };
        let frames = vec![Frame { place, ..Frame::default() }];
        let event = Event { frames, ..Event::new(LanguageId::PYTHON, self.kind, self.message) };
        let spots = [crate::diagnosis::Spot { path: path(first), line, function: None, frame: Some(0) }];
        let case = Case { index: 0, event: &event, spots: &spots };
        let is_test = |path: &RepoPath| path.as_str().starts_with("tests/");
        let world = World {
            catalogue: Catalogue::embedded(),
            sources: &sources,
            in_sight: &BTreeSet::new(),
            files: &paths,
            asked: &BTreeSet::new(),
            facts: None,
            is_test: &is_test,
            may_edit: &|path| !is_test(path),
            resolve: &|_| None,
            read: &|name| (name == "setup.cfg").then(|| self.metadata.to_owned()),
        };
        Drift::of(case, &symbols)?.diagnosis(case, &world, &all, &symbols)
    }

    /// The files that the `n`-th fix changes, as it leaves them.
    fn after(&self, n: usize) -> Vec<(String, String)> {
        let Some(fix) = self.diagnosis().and_then(|found| found.fixes.into_iter().nth(n)) else { return Vec::new() };
        let text = |file: &FilePatch| (file.path.to_string(), String::from_utf8(file.after.to_vec()).unwrap());
        fix.patch.files().iter().map(text).collect()
    }
}

#[track_caller]
fn check(kind: &str, message: &str, before: &str, after: &str) {
    let sample = Sample { kind, message, at: "", files: &[("a.py", before)], metadata: "" };
    let made = sample.after(0);
    assert_eq!(made.first().map_or(before, |(_, text)| text), after);
}

#[track_caller]
fn attribute(name: &str, before: &str, after: &str) {
    let (module, name) = name.rsplit_once('.').unwrap();
    check("AttributeError", &format!("module '{module}' has no attribute '{name}'"), before, after);
}

#[test]
fn every_form_of_a_use_is_written_anew() {
    attribute("numpy.float", "import numpy as np\nx = np.float(1)\n", "import numpy as np\nx = float(1)\n");
    attribute("numpy.NaN", "import numpy\nx = [numpy.NaN]\n", "import numpy\nx = [numpy.nan]\n");
    attribute("numpy.NINF", "import numpy as np\nx = np.NINF ** 2\n", "import numpy as np\nx = (-np.inf) ** 2\n");
    attribute("numpy.NaN", "from numpy import NaN, zeros\nx = NaN\n", "from numpy import zeros\nfrom numpy import nan as NaN\nx = NaN\n");
    attribute("numpy.asscalar", "import numpy as np\nx = np.asscalar(a + b)\n", "import numpy as np\nx = (a + b).item()\n");
    attribute("fractions.gcd", "import fractions\nx = fractions.gcd(4, 6)\n", "import fractions\nimport math\nx = math.gcd(4, 6)\n");
    attribute(
        "cgi.escape",
        "from cgi import escape\nx = escape(escape(s))\n",
        "import html\nx = html.escape(html.escape(s, quote=False), quote=False)\n",
    );
    attribute(
        "inspect.getargspec",
        "import inspect\na, b, c, d = inspect.getargspec(f)\n",
        "import inspect\na, b, c, d = inspect.getfullargspec(f)[:4]\n",
    );
    attribute("PIL.Image.ANTIALIAS", "from PIL import Image\nx = Image.ANTIALIAS\n", "from PIL import Image\nx = Image.LANCZOS\n");
    attribute(
        "django.utils.timezone.utc",
        "from django.utils import timezone\nx = timezone.utc\n",
        "import datetime\n\nfrom django.utils import timezone\nx = datetime.timezone.utc\n",
    );
    attribute("itertools.izip", "from itertools import izip\nx = izip(a, b)\n", "izip = zip\nx = izip(a, b)\n");
}

#[test]
fn a_module_that_is_gone_is_imported_no_more() {
    let gone = |name: &str, before: &str, after: &str| check("ModuleNotFoundError", &format!("No module named '{name}'"), before, after);
    gone("imp", "import io\nimport imp\nimport os\nimp.reload(os)\n", "import importlib\nimport io\nimport os\nimportlib.reload(os)\n");
    gone("imp", "import imp\nimp.load_source('a', 'b')\n", "import imp\nimp.load_source('a', 'b')\n");
    gone("Queue", "import os, Queue\nq = Queue.Queue()\n", "import os\nimport queue as Queue\nq = Queue.Queue()\n");
    gone(
        "pipes",
        "def f(s):\n    from pipes import quote\n    return quote(s)\n",
        "def f(s):\n    from shlex import quote\n    return quote(s)\n",
    );
    gone("email.MIMEText", "import email.MIMEText as mime\n", "import email.mime.text as mime\n");
}

#[test]
fn what_thinks_of_both_versions_is_left_alone() {
    let guarded = "try:\n    from collections.abc import Mapping\nexcept ImportError:\n    from collections import Mapping\n";
    attribute("collections.Mapping", guarded, guarded);
    let set = "import numpy as np\nif not hasattr(np, 'float'):\n    np.float = float\n";
    attribute("numpy.float", set, set);
    check("NameError", "name 'unicode' is not defined", "unicode = str\nx = unicode(1)\n", "unicode = str\nx = unicode(1)\n");
    let asked = "if sys.version_info[0] < 3:\n    x = unicode(1)\n";
    check("NameError", "name 'unicode' is not defined", asked, asked);
    check("NameError", "name 'reduce' is not defined", "x = reduce\n", "x = reduce\n");
}

#[test]
fn a_method_is_meant_where_the_message_says_so() {
    let lost = |class: &str, name: &str, before: &str, after: &str| {
        check("AttributeError", &format!("'{class}' object has no attribute '{name}'"), before, after);
    };
    lost(
        "DataFrame",
        "append",
        "import pandas as pd\nd = d.append({'a': 1}, ignore_index=True)\nseen.append(d)\n",
        "import pandas as pd\nd = pd.concat([d, pd.DataFrame([{'a': 1}])], ignore_index=True)\nseen.append(d)\n",
    );
    lost("MyList", "append", "x = y.append(1)\n", "x = y.append(1)\n");
    lost("ShopTest", "assertEquals", "self.assertEquals(1, 2)\n", "self.assertEqual(1, 2)\n");
    lost(
        "Engine",
        "execute",
        "engine.execute('x')\ncursor.execute('y')\n",
        "import sqlalchemy\nwith engine.begin() as connection:\n    connection.execute(sqlalchemy.text('x'))\ncursor.execute('y')\n",
    );
    lost("ImageDraw", "textsize", "w, h = draw.textsize(t, font=f)\n", "w, h = draw.textbbox((0, 0), t, font=f)[2:]\n");
    let own = "class A:\n    def iteritems(self):\n        return []\nfor x in table.other:\n    A().iteritems()\n";
    lost("dict", "iteritems", own, own);
}

#[test]
fn kin_of_a_class_have_lost_what_it_lost() {
    let lost = |class: &str, name: &str, before: &str, after: &str| {
        check("AttributeError", &format!("'{class}' object has no attribute '{name}'"), before, after);
    };
    lost("collections.OrderedDict", "iteritems", "list(d.iteritems())\n", "list(d.items())\n");
    lost("collections.defaultdict", "has_key", "if d.has_key(k):\n    pass\n", "if k in d:\n    pass\n");
    let own = "class Shelf(dict):\n    pass\n";
    lost("Shelf", "itervalues", &format!("{own}list(d.itervalues())\n"), &format!("{own}list(d.values())\n"));
    let graph = "class Graph:\n    pass\nx = g.neighbors_iter(1)\n";
    lost("Graph", "neighbors_iter", graph, graph);
    let other = "class Shelf(list):\n    pass\nlist(d.itervalues())\n";
    lost("Shelf", "itervalues", other, other);
    lost("_csv.reader", "next", "head = rows.next()\n", "head = next(rows)\n");
    lost("function", "im_func", "g = a.m.im_func\n", "g = a.m.__func__\n");
}

#[test]
fn a_generator_that_was_a_coroutine_is_one_of_the_language() {
    attribute(
        "asyncio.coroutine",
        "import asyncio\n\n@asyncio.coroutine\ndef load(n):\n    x = yield from get(n)\n    return (yield from put(x or n))\n",
        "import asyncio\n\nasync def load(n):\n    x = await get(n)\n    return (await put(x or n))\n",
    );
    attribute(
        "asyncio.coroutine",
        "from asyncio import coroutine, sleep\n\n@logged\n@coroutine\ndef f():\n    yield from sleep(1)\n",
        "from asyncio import sleep\n\n@logged\nasync def f():\n    await sleep(1)\n",
    );
    let gives = "import asyncio\n@asyncio.coroutine\ndef f():\n    yield 1\n";
    attribute("asyncio.coroutine", gives, gives);
}

#[test]
fn what_is_appended_is_read_from_the_text() {
    let lost = |before: &str, after: &str| {
        let head = "import pandas as pd\n";
        check("AttributeError", "'DataFrame' object has no attribute 'append'", &format!("{head}{before}"), &format!("{head}{after}"));
    };
    lost("rows = [a]\nd = d.append(rows)\n", "rows = [a]\nd = pd.concat([d, pd.DataFrame(rows)])\n");
    lost("row = {'a': 1}\nd = d.append(row)\n", "row = {'a': 1}\nd = pd.concat([d, pd.DataFrame([row])])\n");
    lost("d = d.append(row)\n", "d = pd.concat([d, pd.DataFrame([row])])\n");
}

#[test]
fn arguments_with_names_and_values_are_told_apart() {
    let escape = |before: &str, after: &str| attribute("cgi.escape", before, after);
    escape("import cgi\nx = cgi.escape(s, quote=True)\n", "import cgi\nimport html\nx = html.escape(s, quote=True)\n");
    escape("import cgi\nx = cgi.escape(s, True)\n", "import cgi\nimport html\nx = html.escape(s, quote=True)\n");
    attribute("numpy.NINF", "from numpy import NINF\nx = NINF ** 2\n", "import numpy\nx = (-numpy.inf) ** 2\n");
    attribute(
        "inspect.getargspec",
        "import inspect\n(a, b, c, d) = inspect.getargspec(f)\n",
        "import inspect\n(a, b, c, d) = inspect.getfullargspec(f)[:4]\n",
    );
    let message = "JSONDecoder.__init__() got an unexpected keyword argument 'encoding'";
    check("TypeError", message, "import json\nx = json.loads(s, encoding='u')\n", "import json\nx = json.loads(s)\n");
    let pickled = "import pickle\nx = pickle.loads(s, encoding='u')\n";
    check("TypeError", message, pickled, pickled);
    let slept = "import time\ntime.sleep(1, loop=l)\n";
    check(
        "TypeError",
        "sleep() got an unexpected keyword argument 'loop'",
        "from asyncio import sleep\nsleep(1, loop=l)\n",
        "from asyncio import sleep\nsleep(1)\n",
    );
    check("TypeError", "read_excel() got an unexpected keyword argument 'sheetname'", slept, slept);
}

#[test]
fn names_of_a_function_are_its_own() {
    let own = "import numpy as np\n\ndef f(np):\n    return np.float\n\ndef g():\n    np = load()\n    return np.float\n";
    attribute("numpy.float", own, own);
    attribute(
        "numpy.float",
        "import numpy as np\n\ndef f(float):\n    return np.float(float)\n",
        "import builtins\n\nimport numpy as np\n\ndef f(float):\n    return builtins.float(float)\n",
    );
    attribute("numpy.NaN", "import numpy\nimport numpy as np\nx = np.NaN\n", "import numpy\nimport numpy as np\nx = np.nan\n");
}

#[test]
fn what_is_not_the_same_is_said() {
    let risk = |message: &str, before: &str| {
        let sample = Sample { kind: "AttributeError", message, at: "", files: &[("a.py", before)], metadata: "" };
        sample.diagnosis().unwrap().fixes[0].risk.clone()
    };
    let time = risk("module 'time' has no attribute 'clock'", "import time\nx = time.clock()\n");
    assert!(time.unwrap().contains("process_time"));
    let cwd = risk("module 'os' has no attribute 'getcwdu'", "import os\nx = os.getcwdu()\n");
    assert_eq!(cwd, None);
}

#[test]
fn a_keyword_is_renamed_replaced_or_dropped() {
    let keyword = |function: &str, name: &str, before: &str, after: &str| {
        check("TypeError", &format!("{function}() got an unexpected keyword argument '{name}'"), before, after);
    };
    keyword("NDFrame.to_csv", "line_terminator", "d.to_csv(p, line_terminator='x')\n", "d.to_csv(p, lineterminator='x')\n");
    keyword("read_csv", "error_bad_lines", "pd.read_csv(p, error_bad_lines=False)\n", "pd.read_csv(p, on_bad_lines=\"skip\")\n");
    keyword("Signal.__init__", "providing_args", "s = Signal(providing_args=['a'])\n", "s = Signal()\n");
    keyword("gather", "loop", "asyncio.gather(a, loop=l, b=c)\n", "asyncio.gather(a, b=c)\n");
}

#[test]
fn all_files_are_one_patch_and_tests_are_told_of() {
    let files = [
        ("a.py", "import numpy as np\nx = np.float\n"),
        ("b.py", "import numpy\ny = numpy.float\nz = numpy.int\n"),
        ("c.py", "import numpy as np\nz = np.zeros(1)\n"),
        ("tests/test_a.py", "import numpy as np\nassert np.float\n"),
    ];
    let message = "module 'numpy' has no attribute 'float'";
    let sample = Sample { kind: "AttributeError", message, at: "np.float", files: &files, metadata: "" };
    let found = sample.diagnosis().unwrap();
    assert_eq!(found.fixes.len(), 2, "the name alone, and with all that went away with it");
    assert_eq!(
        sample.after(0),
        [("a.py", "import numpy as np\nx = float\n"), ("b.py", "import numpy\ny = float\nz = numpy.int\n")].map(owned)
    );
    assert_eq!(sample.after(1)[1].1, "import numpy\ny = float\nz = int\n");
    assert!(found.advice[0].text.contains("tests/test_a.py"), "{:?}", found.advice);
}

#[test]
fn what_is_still_there_is_no_part_of_a_wider_patch() {
    let before = "import locale, random\nx = locale.format('%d', 1)\ny = random.sample(rows, 2)\n";
    let message = "module 'locale' has no attribute 'format'";
    let sample = Sample { kind: "AttributeError", message, at: "", files: &[("a.py", before)], metadata: "" };
    let found = sample.diagnosis().unwrap();
    let kept = |fix: &Fix| String::from_utf8(fix.patch.files()[0].after.to_vec()).unwrap().contains("random.sample(rows, 2)");
    assert!(found.fixes.iter().all(kept));
}

fn owned((one, two): (&str, &str)) -> (String, String) {
    (one.to_owned(), two.to_owned())
}

#[test]
fn both_versions_are_kept_where_the_metadata_allows_them() {
    let after = |metadata: &str| {
        let files = [("a.py", "from jinja2 import contextfilter, Environment\n")];
        let message = "cannot import name 'contextfilter' from 'jinja2' (/x/__init__.py)";
        Sample { kind: "ImportError", message, at: "", files: &files, metadata }.after(0)[0].1.clone()
    };
    let plain = "from jinja2 import Environment\nfrom jinja2 import pass_context as contextfilter\n";
    assert_eq!(after("install_requires = jinja2"), plain);
    assert_eq!(after("install_requires = jinja2>=3.0"), plain);
    assert_eq!(
        after("install_requires = jinja2>=2.10"),
        "from jinja2 import Environment\ntry:\n    from jinja2 import pass_context as contextfilter\nexcept ImportError:\n    from jinja2 import contextfilter\n"
    );
}

#[test]
fn what_has_no_replacement_is_advice() {
    let sample = Sample {
        kind: "ModuleNotFoundError",
        message: "No module named 'telnetlib'",
        at: "",
        files: &[("a.py", "import telnetlib\n")],
        metadata: "",
    };
    let found = sample.diagnosis().unwrap();
    assert!(found.fixes.is_empty() && found.advice[0].text.contains("telnetlib3"));
}

#[test]
fn an_installed_package_is_pinned_and_nothing_is_edited() {
    let command = |kind: &str, message: &str, files: &[&str]| {
        let frame = |file: &&str| Frame { place: Place { file: (*file).to_owned(), ..Place::default() }, ..Frame::default() };
        let event = Event { frames: files.iter().map(frame).collect(), ..Event::new(LanguageId::PYTHON, kind, message) };
        let case = Case { index: 0, event: &event, spots: &[] };
        let symbols = Symbols::of(&[]);
        let drift = Drift::of(case, &symbols)?;
        let Blame::Package(package) = &drift.blame else { return None };
        drift.pin(package, &symbols)?.command
    };
    let import = |name: &str, module: &str, files: &[&str]| {
        command("ImportError", &format!("cannot import name '{name}' from '{module}' (/x.py)"), files)
    };
    let site = |rest: &str| format!("/v/lib/python3.12/site-packages/{rest}");
    let (flask, jinja, other) = (site("flask/app.py"), site("jinja2/filters.py"), site("tool/a.py"));
    assert_eq!(import("url_quote", "werkzeug.urls", &["app.py", &flask]).as_deref(), Some("python -m pip install 'werkzeug<3.0'"));
    assert_eq!(import("soft_unicode", "markupsafe", &["app.py", &jinja]).as_deref(), Some("python -m pip install 'markupsafe<2.1'"));
    assert_eq!(import("Mapping", "collections", &["app.py", &other]).as_deref(), Some("python -m pip install --upgrade 'tool'"));
    assert_eq!(import("nothing", "jinja2.x", &["app.py", &other]).as_deref(), Some("python -m pip check"));
    assert_eq!(import("url_quote", "werkzeug.urls", &["app.py"]), None);
    let numpy = command("AttributeError", "module 'numpy' has no attribute 'float'", &["app.py", &other, &site("numpy/__init__.py")]);
    assert_eq!(numpy.as_deref(), Some("python -m pip install 'numpy<1.24'"));
}

#[test]
fn new_imports_stand_where_a_sorter_leaves_them() {
    attribute(
        "fractions.gcd",
        "from __future__ import annotations\r\n\r\nimport fractions\r\nimport os\r\n\r\nimport yaml\r\n\r\nx = fractions.gcd(4, 6)\r\n",
        "from __future__ import annotations\r\n\r\nimport fractions\r\nimport math\r\nimport os\r\n\r\nimport yaml\r\n\r\nx = math.gcd(4, 6)\r\n",
    );
    attribute(
        "cgi.escape",
        "\"\"\"Doc.\"\"\"\nfrom cgi import escape\nimport os\n\nimport yaml\n\nx = escape(s)\n",
        "\"\"\"Doc.\"\"\"\nimport html\nimport os\n\nimport yaml\n\nx = html.escape(s, quote=False)\n",
    );
}
